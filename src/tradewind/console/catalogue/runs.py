"""One workbook on its way: how far the worker is, what would change, what is wrong, and the decision."""

import contextlib
import io
import json
from http import HTTPStatus
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.catalog.workbook import CellProblem
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.catalog.workbook_running import AnotherIsWritten, NotAsSeen, leave, progress_name, take_over
from tradewind.catalog.workbook_writing import write_table
from tradewind.console import pages
from tradewind.console.catalogue.workbook import TOO_LARGE, as_file
from tradewind.console.timeline import actor_names
from tradewind.core import words
from tradewind.core.files import private_path
from tradewind.core.progress import progress_of
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

State = WorkbookRun.State
# So many are written in one transaction for some seconds, in which a shop on SQLite lets orders wait.
MANY_CHANGES: Final = 10_000
_TROUBLE: Final = {
    "not_xlsx": gettext_noop("This is no workbook that can be read. Please save it as .xlsx."),
    "too_large": TOO_LARGE,
    "reaches_far": gettext_noop(
        "A sheet of this workbook reaches too far; one stray cell far below or beside the table is enough. Delete the empty"
        " rows and columns around the table, save it, and choose it again."
    ),
    "changed": gettext_noop("The catalogue has changed since you looked. Below is what would change now."),
}
_ANOTHER: Final = gettext_noop(
    "Another workbook is being taken over just now. Wait until it is done, then decide again: nothing of yours is lost."
)
_PROBLEM_HEAD: Final = (gettext_noop("Sheet"), gettext_noop("Cell"), gettext_noop("What to do"))
_CHANGE_HEAD: Final = (
    *(gettext_noop("Sheet"), gettext_noop("Cell"), gettext_noop("Of what")),
    *(gettext_noop("Before"), gettext_noop("After")),
)


@needs("products.edit")
@require_safe
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    return _show(request, _found(run_id))


@needs("products.price")
@require_POST
def decide(request: HttpRequest, run_id: int) -> HttpResponse:
    run = _found(run_id)
    try:
        # Not as seen: decided already, by a second click or by somebody else. The page says what became of it.
        with contextlib.suppress(NotAsSeen):
            take_over(run_id=run.pk, seen=request.POST.get("seen", ""), by=pages.actor_of(request), at=utc_now())
    except AnotherIsWritten:
        return _show(request, run, trouble=words.say(words.spoken(), _ANOTHER), status=HTTPStatus.CONFLICT)
    return pages.to_page("console:catalogue-run", run_id=run.pk)


@needs("products.price")
@require_POST
def leave_it(request: HttpRequest, run_id: int) -> HttpResponse:
    leave(run_id=_found(run_id).pk, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:catalogue-workbook")


@needs("products.edit")
@require_safe
def download(request: HttpRequest, run_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    run = get_object_or_404(_runs(), pk=run_id, kind=WorkbookRun.Kind.EXPORT, state=State.READY)
    if run.file is None:
        raise Http404
    return as_file(private_path(run.file.digest).read_bytes(), run.name)


@needs("products.edit")
@require_safe
def report(request: HttpRequest, run_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """All problems, or all changes, as a workbook."""
    run = _found(run_id)
    if run.report is None:
        raise Http404
    rows = json.loads(private_path(run.report.digest).read_bytes())
    into = io.BytesIO()
    if run.trouble == "cells":
        lines = [(each.sheet, each.cell, each.words) for each in _problems(rows)]
        write_table(into, _in_words(_PROBLEM_HEAD), lines)
    else:
        names = ("sheet", "cell", "what", "before", "after")
        write_table(into, _in_words(_CHANGE_HEAD), [tuple(row[name] for name in names) for row in rows])
    return as_file(into.getvalue(), f"{'problems' if run.trouble == 'cells' else 'changes'}-{run.pk}.xlsx")


def _runs() -> QuerySet[WorkbookRun]:
    return WorkbookRun.objects.select_related("file", "report")


def _found(run_id: int) -> WorkbookRun:
    return get_object_or_404(_runs(), pk=run_id)


def _show(request: HttpRequest, run: WorkbookRun, *, trouble: str = "", status: int = 200) -> HttpResponse:
    outcome: dict[str, Any] = run.outcome
    problems, changes = _problems(outcome.get("problems", [])), outcome.get("changes", [])
    said = _TROUBLE.get(run.trouble, "")
    names = actor_names({actor for actor in (run.by, run.decided_by) if actor})
    values = {
        "run": run,
        "is_busy": run.state in WorkbookRun.BUSY,
        "progress": progress_of(progress_name(run)),
        "outcome": outcome,
        "problems": problems,
        "changes": changes,
        "unshown": max(0, outcome.get("total", 0) - len(problems) - len(changes)),
        "is_much": outcome.get("total", 0) > MANY_CHANGES,
        "trouble": trouble or (words.say(words.spoken(), said) if said else ""),
        "by": names.get(run.by, run.by),
        "decided_by": names.get(run.decided_by, run.decided_by),
    }
    return pages.show(request, "catalogue/run.html", values, status=status)


def _problems(rows: list[dict[str, Any]]) -> list[CellProblem]:
    return [CellProblem(row["sheet"], row["cell"], row["message"], row["values"]) for row in rows]


def _in_words(head: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words.say(words.spoken(), name) for name in head)
