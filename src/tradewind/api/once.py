"""Writing once: a request that comes again under the same Idempotency-Key gets the answer of the first, and changes nothing.

The change and its answer are one transaction. Of two requests that come at the same moment, the second waits at the
constraint until the first has committed, and then reads its answer. Only what changed something is kept: what was refused
left nothing behind, and may be sent again under the same key, put right.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, RawPostDataException
from pydantic import BaseModel

from tradewind.api.keys import key_of
from tradewind.api.models import StoredAnswer
from tradewind.api.problems import Refusal, WrongValue, WrongValues
from tradewind.core.models import ApiToken
from tradewind.core.sealing import seal, unseal
from tradewind.lib.clock import utc_now

KEPT: Final = timedelta(hours=24)
HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
# A structured string as the draft says, or the bare word that most programs send.
_KEY: Final = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')
_ANYTHING: Final = "application/json; charset=utf-8"

View = Callable[..., BaseModel | None]


class KeyUsedBefore(Refusal):
    def __init__(self) -> None:
        words = (
            "This Idempotency-Key was sent before with another request. Send a new key with each new request, and the "
            "same key only with the same request."
        )
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_used", words)


def writes(status: HTTPStatus = HTTPStatus.OK) -> Callable[[View], Callable[..., HttpResponse]]:
    """The view changes something, in one transaction with the answer that is kept of it. It returns what is told, or None."""

    def mark(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def write(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            name = _key_in(request)
            digest = _digest(request) if name else ""
            with transaction.atomic():
                mine = _begin(key_of(request), name, digest) if name else None
                if mine is not None and mine.status:
                    return _again(mine, digest)
                told = view(request, *args, **kwargs)
                body = "" if told is None else json.dumps(told.model_dump(mode="json"), ensure_ascii=False)
                if mine is not None:
                    mine.status, mine.sealed = status, seal(body)
                    mine.save(update_fields=["status", "sealed"])
            return _answer(status, body)

        return write

    return mark


def _key_in(request: HttpRequest) -> str:
    given = request.headers.get(HEADER)
    if given is None:
        return ""
    found = _KEY.fullmatch(given.strip())
    if found is None:
        words = "Write 1 to 255 printable characters of ASCII without spaces, such as a UUID."
        raise WrongValues([WrongValue(name=HEADER, pointer=None, detail=words)])
    return str(found[1] or found[2])


def _digest(request: HttpRequest) -> str:
    """Of all that makes the request another one. Parts of a form are hashed as they were read: their boundary changes."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    try:
        digest.update(request.body)
    except RawPostDataException:  # read as a form
        for name, values in sorted(request.POST.lists()):
            digest.update(json.dumps([name, values]).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(json.dumps([name, str(file.name), file.size]).encode())
                for piece in file.chunks():
                    digest.update(piece)
                file.seek(0)
    return digest.hexdigest()


def _begin(token: ApiToken, name: str, digest: str) -> StoredAnswer:
    """The row of this key: ours, without a status, or the one that somebody else has written before."""
    row, _ = StoredAnswer.objects.get_or_create(
        token=token, key=name, defaults={"digest": digest, "created_at": utc_now()}
    )
    return row


def _again(row: StoredAnswer, digest: str) -> HttpResponse:
    if row.digest != digest:
        raise KeyUsedBefore
    response = _answer(HTTPStatus(row.status), unseal(row.sealed))
    response[REPLAYED] = "true"
    return response


def _answer(status: HTTPStatus, body: str) -> HttpResponse:
    if not body:
        response = HttpResponse(status=status)
        del response["Content-Type"]
        return response
    return HttpResponse(body, _ANYTHING, status)
