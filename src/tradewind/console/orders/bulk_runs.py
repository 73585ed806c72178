"""One act on many orders: what would be done and what not and why, the decision, how far the worker is, and undoing it."""

import contextlib
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, refusals, typed
from tradewind.console.orders.acts import acts_open_to
from tradewind.console.orders.holding import read_reason
from tradewind.console.timeline import actor_names
from tradewind.console.typed import Problem
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.orders import bulk, holding
from tradewind.orders.models import BulkItem, BulkRun
from tradewind.orders.queries import orders_by_id
from tradewind.orders.tagging import LONGEST, tags_in_use

# So many of each kind are named; the figures count all.
SHOWN: Final = 50
_LISTED: Final = 20
_OF_TAGS: Final = (BulkRun.Act.TAG, BulkRun.Act.UNTAG)


@needs("orders.mark")
@require_safe
def runs_page(request: HttpRequest) -> HttpResponse:
    """What was done with many at once; whoever leads sees everybody's."""
    runs = list(BulkRun.objects.select_related("tag").filter(**_whose(request)).order_by("-pk")[:_LISTED])
    return pages.show(request, "orders/bulk_runs.html", {"runs": runs, "who": actor_names({run.by for run in runs})})


@needs("orders.mark")
@require_safe
def run_page(request: HttpRequest, bulk_id: int) -> HttpResponse:
    return _show(request, _found(request, bulk_id))


@needs("orders.mark")
@require_POST
def say_tag(request: HttpRequest, bulk_id: int) -> HttpResponse:
    run = _found(request, bulk_id)
    try:
        name = typed.read_text(request.POST, "tag", longest=LONGEST)
        # Not as seen: begun already, by a second click. The page says what became of it.
        with contextlib.suppress(bulk.NotAsSeen):
            bulk.choose_tag(run_id=run.pk, name=name, at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, run, "tag", wrong)
    return pages.to_page("console:bulk-run", bulk_id=run.pk)


@needs("orders.mark")
@require_POST
def begin_run(request: HttpRequest, bulk_id: int) -> HttpResponse:
    run = _found(request, bulk_id)
    if run.act not in acts_open_to(pages.staff_of(request)):
        return refusals.not_allowed(request)
    reason = own_words = ""
    try:
        if run.act == BulkRun.Act.HOLD:
            reason, own_words = read_reason(request)
    except typed.WrongInput as wrong:
        return _refuse(request, run, "hold", wrong)
    if run.act not in _OF_TAGS or run.tag is not None:
        with contextlib.suppress(bulk.NotAsSeen):
            bulk.begin(run_id=run.pk, by=pages.actor_of(request), at=utc_now(), reason=reason, words=own_words)
    return pages.to_page("console:bulk-run", bulk_id=run.pk)


@needs("orders.mark")
@require_POST
def leave_run(request: HttpRequest, bulk_id: int) -> HttpResponse:
    run = _found(request, bulk_id)
    with contextlib.suppress(bulk.NotAsSeen):
        bulk.leave(run_id=run.pk, at=utc_now())
    return pages.to_page("console:orders")


@needs("orders.mark")
@require_POST
def undo_run(request: HttpRequest, bulk_id: int) -> HttpResponse:
    run = _found(request, bulk_id)
    if run.act not in acts_open_to(pages.staff_of(request)):
        return refusals.not_allowed(request)
    try:
        undoing = bulk.undo(run_id=run.pk, by=pages.actor_of(request), at=utc_now())
    except bulk.NotAsSeen:
        return pages.to_page("console:bulk-run", done="gone", bulk_id=run.pk)
    return pages.to_page("console:bulk-run", bulk_id=undoing.pk)


def _whose(request: HttpRequest) -> dict[str, Any]:
    """A run names orders of all accounts that its maker reaches."""
    return {} if may(pages.staff_of(request), "work.view") else {"by": pages.actor_of(request)}


def _found(request: HttpRequest, bulk_id: int) -> BulkRun:
    runs = BulkRun.objects.select_related("tag", "undoes", "undone_by")
    run = runs.filter(**_whose(request), pk=bulk_id).first()
    if run is None:
        raise Http404
    return run


def _show(request: HttpRequest, run: BulkRun, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    is_tag_missing = run.act in _OF_TAGS and run.tag is None
    is_shown = run.state == BulkRun.State.SHOWN and not is_tag_missing
    split = bulk.split(run) if is_shown else _became_of(run)
    named = [*split.can[:SHOWN], *(pk for pk, _ in split.cannot[:SHOWN])]
    rows = orders_by_id(named, pages.reach_of(request))
    values = {
        "run": run,
        "by": actor_names({run.by}).get(run.by, run.by),
        "split": split,
        "can_rows": [rows[pk] for pk in split.can[:SHOWN] if pk in rows],
        "cannot_rows": [(rows[pk], why) for pk, why in split.cannot[:SHOWN] if pk in rows],
        "is_tag_missing": is_tag_missing,
        "is_stuck": run.state == BulkRun.State.RUNNING and bulk.is_stuck(run),
        "is_undoable": (
            run.state == BulkRun.State.DONE and run.act in bulk.OPPOSITE and run.undoes_id is None and run.done > 0
        ),
        "undone_by": getattr(run, "undone_by", None),
        "offered_tags": tags_in_use() if is_tag_missing else [],
        "hold_reasons": holding.REASONS,
        "problem": problem,
    }
    return pages.show(request, "orders/bulk_run.html", values, status=status)


def _became_of(run: BulkRun) -> bulk.Split:
    """Of a run that was begun: with which orders it was done, and with which not."""
    items = run.items.order_by("pk")
    done = items.filter(state=BulkItem.State.DONE).values_list("order_id", flat=True)
    refused = items.filter(state=BulkItem.State.REFUSED).values_list("order_id", "why")
    return bulk.Split(list(done), list(refused))


def _refuse(request: HttpRequest, run: BulkRun, form: str, wrong: typed.WrongInput) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("tag", "reason", "words")}
    return _show(request, run, problem=Problem(form, wrong.field, wrong.words, entered), status=422)
