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
from tradewind.shipping.event_files import WrongHeading, lines_of, read_events
from tradewind.shipping.event_handins import LARGEST, file_kept, heard, keep_file, look, take_in

_SHOWN: Final = 100
_NO_FILE: Final = gettext_noop("Please choose a file.")
_EMPTY: Final = gettext_noop("The file is empty.")
_TOO_LARGE: Final = gettext_noop("The file has more than {most} MB. The command `tradewind track` takes larger ones.")
_NO_TEXT: Final = gettext_noop("This is no text file. Please save the table as CSV, in UTF-8.")
_ZONE: Final = gettext_noop("Please write the time zone like Europe/Berlin.")


@needs("orders.import")
@require_safe
def event_files_page(request: HttpRequest) -> HttpResponse:
    return _ask(request, Form({"zone": "Asia/Shanghai"}))


@needs("orders.import")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """It is only looked at."""
    form = Form(request.POST)
    zone = _zone(form)
    file = request.FILES.get("file")
    content = file.read(LARGEST + 1) if isinstance(file, UploadedFile) else None
    if content is None:
        form.complain("file", _NO_FILE)
    else:
        _try(form, content, zone)
    if form.errors or content is None or not isinstance(file, UploadedFile):
        return _ask(request, form, status=422)
    key = form.fields.get("key", "")[:40] or secrets.token_urlsafe(16)
    by, at = pages.actor_of(request), utc_now()
    kept = keep_file(content, name=file.name or "scans.csv", zone=zone, key=key, by=by, at=at)
    return pages.to_page("console:event-file", event_file_id=kept)


@needs("orders.import")
@require_safe
def event_file_page(request: HttpRequest, event_file_id: int) -> HttpResponse:
    item = _found(request, event_file_id)
    looked, language = look(item, pages.reach_of(request)), spoken()
    wrong = [(each.line, say(language, each.message, **each.values)) for each in looked.file.wrong[:_SHOWN]]
    values = {
        "item": item,
        "name": item.headers["name"],
        "events": looked.events,
        "parcels": looked.parcels,
        "unknown": looked.unknown[:_SHOWN],
        "unknown_count": len(looked.unknown),
        "wrong": wrong,
        "wrong_count": len(looked.file.wrong),
        "most": _SHOWN,
        "is_taken": bool(item.headers.get("taken_by")),
        "heard": heard(item),
    }
    return pages.show(request, "parcels/event_file.html", values)


@needs("orders.import")
@require_POST
def take(request: HttpRequest, event_file_id: int) -> HttpResponse:
    take_in(_found(request, event_file_id), pages.reach_of(request), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:event-file", event_file_id=event_file_id)


def _zone(form: Form) -> str:
    zone = form.text("zone", longest=40)
    try:
        ZoneInfo(zone or "UTC")
    except (OSError, ValueError, KeyError):  # a folder of zones, a path, an unknown name
        form.complain("zone", _ZONE)
        return ""
    return zone


def _try(form: Form, content: bytes, zone: str) -> None:
    if len(content) > LARGEST:
        form.complain("file", _TOO_LARGE, most=LARGEST // 1_000_000)
        return
    try:
        found = read_events(lines_of(content), zone=ZoneInfo(zone) if zone else None)
    except UnicodeDecodeError:
        form.complain("file", _NO_TEXT)
    except WrongHeading as wrong:
        form.complain("file", wrong.message, **wrong.values)
    else:
        if not found.parcels and not found.wrong:
            form.complain("file", _EMPTY)


def _found(request: HttpRequest, event_file_id: int) -> InboxItem:
    """Whoever sees but some accounts sees the files that they handed in: others' name numbers of other accounts."""
    item = file_kept(event_file_id)
    is_own = item is not None and item.headers.get("by") == pages.actor_of(request)
    if item is None or not (is_own or pages.reach_of(request).is_whole):
        raise Http404
    return item


def _ask(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    key = form.fields.get("key") or secrets.token_urlsafe(16)
    values = {"form": form, "key": key, "most": LARGEST // 1_000_000}
    return pages.show(request, "parcels/event_files.html", values, status=status)
