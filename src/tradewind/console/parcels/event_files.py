"""Files of carriers' events: handed in, looked at, and taken in by the worker."""

import secrets
from typing import Final
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.products.reading import Form
from tradewind.core.models import InboxItem
from tradewind.core.staff import needs
from tradewind.core.words import say, spoken
from tradewind.lib.clock import utc_now
from tradewind.shipping.event_counting import MOST_LINES, SHOWN
from tradewind.shipping.event_handins import LARGEST, Upload, counted_in, file_kept, hand_in, heard, take_in
from tradewind.shipping.event_lines import UnusableFile

_NO_FILE: Final = gettext_noop("Please choose a file.")
_TOO_LARGE: Final = gettext_noop("The file has more than {most} MB. The command `tradewind track` takes larger ones.")
_ZONE: Final = gettext_noop("Please write the time zone like Europe/Berlin.")


@needs("orders.import")
@require_safe
def event_files_page(request: HttpRequest) -> HttpResponse:
    return _ask(request, Form({"zone": "Asia/Shanghai"}))


@needs("orders.import")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """It is only counted what it says."""
    form = Form(request.POST)
    _check_zone(form)
    file = request.FILES.get("file")
    kept = None
    if not isinstance(file, UploadedFile):
        form.complain("file", _NO_FILE)
    elif not form.errors:
        kept = _hand_in(request, form, file.read(LARGEST + 1), file.name or "scans.csv")
    if kept is None:
        return _ask(request, form, status=422)
    return pages.to_page("console:event-file", event_file_id=kept)


@needs("orders.import")
@require_safe
def event_file_page(request: HttpRequest, event_file_id: int) -> HttpResponse:
    item = _found(request, event_file_id)
    language, counted = spoken(), counted_in(item)
    values = {
        "item": item,
        "name": item.headers["name"],
        "counted": counted,
        "wrong": [(each.line, say(language, each.message, **each.values)) for each in counted.wrong],
        "most": SHOWN,
        "is_taken": bool(item.headers.get("taken_by")),
        "heard": heard(item),
    }
    return pages.show(request, "parcels/event_file.html", values)


@needs("orders.import")
@require_POST
def take(request: HttpRequest, event_file_id: int) -> HttpResponse:
    take_in(_found(request, event_file_id), pages.reach_of(request), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:event-file", event_file_id=event_file_id)


def _check_zone(form: Form) -> None:
    try:
        ZoneInfo(form.text("zone", longest=40) or "UTC")
    except (OSError, ValueError, KeyError):  # a folder of zones, a path, an unknown name
        form.complain("zone", _ZONE)


def _hand_in(request: HttpRequest, form: Form, content: bytes, name: str) -> int | None:
    """Its number; None where the form says why not."""
    if len(content) > LARGEST:
        form.complain("file", _TOO_LARGE, most=LARGEST // 1_000_000)
        return None
    key = form.fields.get("key", "")[:40] or secrets.token_urlsafe(16)
    chosen = Upload(content, name, form.text("zone"), key)
    try:
        return hand_in(chosen, pages.reach_of(request), by=pages.actor_of(request), at=utc_now())
    except UnusableFile as wrong:
        form.complain("file", wrong.message, **wrong.values)
        return None


def _found(request: HttpRequest, event_file_id: int) -> InboxItem:
    """Whoever sees but some accounts sees the files that they handed in: others' name numbers of other accounts."""
    item = file_kept(event_file_id)
    is_own = item is not None and item.headers.get("by") == pages.actor_of(request)
    if item is None or not (is_own or pages.reach_of(request).is_whole):
        raise Http404
    return item


def _ask(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    key = form.fields.get("key") or secrets.token_urlsafe(16)
    values = {"form": form, "key": key, "most": LARGEST // 1_000_000, "lines": MOST_LINES}
    return pages.show(request, "parcels/event_files.html", values, status=status)
