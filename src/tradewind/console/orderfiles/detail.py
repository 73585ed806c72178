"""One file of orders on its way: how far the worker is, what it would do, what came of it, and the decisions."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.orderfiles.naming import file_tag, source_name
from tradewind.console.timeline import actor_names
from tradewind.core import words
from tradewind.core.files import private_path
from tradewind.core.progress import progress_of
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import country_choices
from tradewind.orders.import_models import OrderFile
from tradewind.orders.importing import deciding
from tradewind.orders.importing.deciding import NotAsSeen, progress_name
from tradewind.orders.importing.queries import entries_of

State = OrderFile.State
_ENTRIES: Final = 50


@needs("orders.import")
@require_safe
def file_page(request: HttpRequest, file_id: int) -> HttpResponse:
    row = _found(file_id)
    outcome = row.outcome
    names = actor_names({actor for actor in (row.by, row.decided_by) if actor})
    values = {
        "row": row,
        "is_busy": row.state in OrderFile.BUSY,
        "progress": progress_of(progress_name(row)),
        "outcome": outcome,
        "first": [{**each, "at": datetime.fromisoformat(each["placed_at"])} for each in outcome.get("first", [])],
        "countries": dict(country_choices(words.locale_of(words.spoken()))),
        "undo": row.undo,
        "left": row.entries.count() if row.state in OrderFile.STANDS else 0,
        "entries": entries_of(row, most=_ENTRIES) if row.state in OrderFile.STANDS else [],
        "by": names.get(row.by, row.by),
        "decided_by": names.get(row.decided_by, row.decided_by),
        "file_tag": file_tag,
        "source": source_name(row.source),
    }
    return pages.show(request, "orderfiles/detail.html", values)


@needs("orders.import")
@require_POST
def decide(request: HttpRequest, file_id: int) -> HttpResponse:
    seen, by = request.POST.get("seen", ""), pages.actor_of(request)
    return _decided(file_id, lambda: deciding.bring_in(file_id=file_id, seen=seen, by=by, at=utc_now()))


@needs("orders.import")
@require_POST
def leave_it(request: HttpRequest, file_id: int) -> HttpResponse:
    deciding.leave(file_id=_found(file_id).pk, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:order-files")


@needs("orders.import")
@require_safe
def rejects(request: HttpRequest, file_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """The rows that were not used, with line and reason."""
    row = _found(file_id)
    if row.rejects is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="rejects-{row.pk}.csv"'}
    content = private_path(row.rejects.digest).read_bytes()
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@needs("orders.import")
@require_POST
def look_back(request: HttpRequest, file_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """What can be taken back is shown before anything is."""
    return _decided(file_id, lambda: deciding.weigh(file_id=file_id, at=utc_now()))


@needs("orders.import")
@require_POST
def take_back(request: HttpRequest, file_id: int) -> HttpResponse:
    seen, by = request.POST.get("seen", ""), pages.actor_of(request)
    return _decided(file_id, lambda: deciding.take_back(file_id=file_id, seen=seen, by=by, at=utc_now()))


@needs("orders.import")
@require_POST
def keep_it(request: HttpRequest, file_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    deciding.keep_it(file_id=_found(file_id).pk)
    return pages.to_page("console:order-file", file_id=file_id)


def _decided(file_id: int, act: Callable[[], None]) -> HttpResponse:
    """Not as seen: decided already, by a second click or by somebody else. The page says what became of it."""
    _found(file_id)
    with contextlib.suppress(NotAsSeen):
        act()
    return pages.to_page("console:order-file", file_id=file_id)


def _found(file_id: int) -> OrderFile:
    return get_object_or_404(OrderFile.objects.select_related("account", "rejects"), pk=file_id)
