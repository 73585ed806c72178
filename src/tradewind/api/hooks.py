"""The door for notices from outside: verified over the raw bytes, stored, answered at once, understood afterwards."""

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.core import inbox
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.lib.clock import utc_now
from tradewind.messaging import provider_notices
from tradewind.messaging.provider_ports import NoSuchMailProvider, NotifyingProvider
from tradewind.messaging.provider_ports import provider_named as mail_provider_named
from tradewind.payments.notices import source_of
from tradewind.payments.ports import NoSuchProvider, PaymentProvider, provider_named
from tradewind.shipping import notices
from tradewind.shipping.ports import NoSuchTracker, Tracker, tracker_named

LONGEST_BODY: Final = 256 * 1024
# A parcel's whole history comes with each notice about it: room for 20,000 events as trackers write them.
LONGEST_HISTORY: Final = 8 * 1024 * 1024
Speaker = PaymentProvider | Tracker | NotifyingProvider
_PLAIN_ID: Final = re.compile(r"[\x21-\x7e]{1,160}")
_NOT_OURS_TO_KEEP: Final = frozenset({"cookie", "authorization"})


@require_POST
def payment_notice(request: HttpRequest, provider: str) -> HttpResponse:
    try:
        speaker = provider_named(provider)
    except NoSuchProvider:
        return _say(HTTPStatus.NOT_FOUND, "No such provider.")
    return _take_in(request, source_of(provider), speaker)


@require_POST
def tracking_notice(request: HttpRequest, tracker: str) -> HttpResponse:
    try:
        speaker = tracker_named(tracker)
    except NoSuchTracker:
        return _say(HTTPStatus.NOT_FOUND, "No such tracker.")
    return _take_in(request, notices.source_of(tracker), speaker, longest=LONGEST_HISTORY)


@require_POST
def mail_notice(request: HttpRequest, provider: str) -> HttpResponse:
    try:
        speaker = mail_provider_named(provider)
    except NoSuchMailProvider:
        return _say(HTTPStatus.NOT_FOUND, "No such provider.")
    return _take_in(request, provider_notices.source_of(provider), speaker)


def _take_in(request: HttpRequest, source: str, speaker: Speaker, *, longest: int = LONGEST_BODY) -> HttpResponse:
    """200 once it is stored, also for what was stored before, so that whoever speaks stops repeating it."""
    # Not request.body: it would read up to the limit of form uploads before we could refuse.
    body = request.read(longest + 1)
    if len(body) > longest:
        return _say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The notice is too long.")
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_OURS_TO_KEEP}
    try:
        external_id = _id_of(speaker, body, request.headers)
    except BadSignature:
        return _say(HTTPStatus.UNAUTHORIZED, "The signature does not fit the body.")
    inbox.receive(source, external_id, body, headers=headers, at=utc_now())
    return _say(HTTPStatus.OK, "Received.")


def _id_of(speaker: Speaker, body: bytes, headers: Mapping[str, str]) -> str:
    """The notice's own id. What is signed but cannot be read is kept as well, for a person, under its digest."""
    try:
        external_id = speaker.read_notice(body, headers).external_id
    except UnreadableNotice:
        external_id = ""
    return external_id if _PLAIN_ID.fullmatch(external_id) else f"sha256:{hashlib.sha256(body).hexdigest()}"


def _say(status: HTTPStatus, words: str) -> HttpResponse:
    return HttpResponse(words, "text/plain; charset=utf-8", status)
