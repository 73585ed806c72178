"""Whom a special notice hits: the list, telling them, and stopping in the middle."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.answers.notice_words import hit_row
from tradewind.console.counts import count_words
from tradewind.core.reach import Reach
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Announcement
from tradewind.messaging import notice_telling
from tradewind.messaging.models import NoticeRun
from tradewind.orders.queries import COUNTED
from tradewind.shipping.notice_walking import find_marked

SHOWN: Final = 50


@needs("answers.tell")
@require_POST
def tell(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """The revision comes from the page: who looked at another notice than the one that stands is shown this one."""
    revision = typed.read_id(request.POST, "revision")
    reach, by = pages.reach_of(request), pages.actor_of(request)
    try:
        notice_telling.tell(announcement_id, revision=revision, reach=reach, by=by, at=utc_now())
    except notice_telling.NotAsSeen:
        if not Announcement.objects.filter(pk=announcement_id).exists():
            raise Http404 from None
        return pages.to_page("console:announcement", done="notice-other", announcement_id=announcement_id)
    return pages.to_page("console:announcement", announcement_id=announcement_id, anchor="hits")


@needs("answers.tell")
@require_POST
def stop(request: HttpRequest, announcement_id: int) -> HttpResponse:
    if not Announcement.objects.filter(pk=announcement_id).exists():
        raise Http404
    run = notice_telling.running(announcement_id)
    if run is not None:
        notice_telling.stop(run.pk, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:announcement", announcement_id=announcement_id, anchor="hits")


def hits_part(request: HttpRequest, row: Announcement) -> dict[str, Any]:
    """What the page of a notice says about orders, for whoever may see orders."""
    if not may(pages.staff_of(request), "orders.view"):
        return {"can_see_hits": False}
    reach, runs = pages.reach_of(request), notice_telling.runs_of(row.pk)
    look, last = notice_telling.look_at(row), next(iter(runs), None)
    going = next((run for run in runs if run.state == NoticeRun.State.RUNNING), None)
    is_looking = row.acts and (look is None or look.state == NoticeRun.State.RUNNING)
    at_work = going or (look if is_looking else None)
    return {
        "can_see_hits": True,
        "can_tell": may(pages.staff_of(request), "answers.tell"),
        "runs": runs,
        "going": going,
        "is_planning": going is not None and going.stage == NoticeRun.Stage.PLAN,
        "is_looking": is_looking,
        "is_stuck": at_work is not None and notice_telling.is_stuck(at_work),
        "listed": notice_telling.listed_in(last, reach, limit=SHOWN) if last is not None else [],
        **({} if at_work else _found(row, reach)),
    }


def _found(row: Announcement, reach: Reach) -> dict[str, Any]:
    """Not asked again and again while the worker is at it."""
    found = find_marked(row, reach, at=utc_now(), most=COUNTED + 1)
    return {
        "hit_rows": [hit_row(hit) for hit in found[:SHOWN]],
        "hit_orders": count_words(len(found), most=COUNTED),
        "hit_promises": count_words(sum(len(hit.changes) for hit in found), most=COUNTED),
        "silent": sum(1 for hit in found if notice_telling.why_not_written(hit.order)),
        "has_hits": bool(found),
        "more_hits": max(len(found) - SHOWN, 0),
    }
