"""The worker's part of special notices: short batches, so that the shop goes on.

What a batch does, the word of what became of each order, and the order for the next batch are one transaction: a worker that dies
leaves all of it or nothing, and whoever comes after it goes on there.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.rows import hold_all, insert_each
from tradewind.core.schedule import every
from tradewind.lib.calendars import load_holidays
from tradewind.markets.models import Announcement
from tradewind.messaging.couriers import look_before_sending
from tradewind.messaging.models import NoticeItem, NoticeRun
from tradewind.messaging.moments.special_notice import MOMENT
from tradewind.messaging.notice_leaving import LAST_LOOK, end_if_all_are_told
from tradewind.messaging.notice_telling import KIND, look, look_at, plan_batch, why_not_written
from tradewind.messaging.notice_writing import write_some
from tradewind.orders.models import Order
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import NOTICE, clear_all, put_all
from tradewind.shipping.notice_hits import Hit, hits, risk_of, source_of, ways_of
from tradewind.shipping.notice_walking import Piece, Place, feared_for, met_by

# On SQLite the whole shop waits for a batch: a fifth of a second at most. Marking writes much more for each promise.
BATCHES: Final[Mapping[str, int]] = {NoticeRun.Stage.SPARE: 200, NoticeRun.Stage.MARK: 100, NoticeRun.Stage.PLAN: 200}
# Between two steps of writing letters: with so many at once, ten a second.
PAUSE: Final = timedelta(seconds=2)
# Behind UTC; the days of notices are those of warehouses and destinations.
_LAST_ZONE: Final = timedelta(hours=12)
_Stage: Final = NoticeRun.Stage
_Item: Final = NoticeItem.State


class NoticeCourier:
    """Looks at a run's next promises, or writes its next letters."""

    kind = KIND

    def call(self, delivery: Delivery) -> dict[str, Any]:  # noqa: ARG002  # the port's shape
        """All of it is ours, and happens where it is settled; but for what takes long once, while nobody waits for it."""
        load_holidays()
        return {}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # as above
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as above
        run = NoticeRun.objects.select_for_update().get(pk=delivery.payload["run"])
        if run.state != NoticeRun.State.RUNNING:
            return
        # Held, so that nobody changes the notice between our look at it and what follows from it.
        notice = Announcement.objects.select_for_update().get(pk=run.announcement_id)
        run.step += 1
        next_at: datetime | None = None
        if notice.revision != run.revision:
            run.state, run.why, run.finished_at = NoticeRun.State.STOPPED, NoticeRun.Why.CHANGED, now
        else:
            next_at = self._step(run, notice, now)
        run.save()
        if next_at is not None:
            plan_batch(run, next_at)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The row stands among the work until somebody has it tried again; the page of the notice says so."""

    def drop(self, delivery: Delivery, problem: deliveries.Dropped, now: datetime) -> None:  # noqa: ARG002  # as above
        """The batches end, and the run with them: letters that have not left stay here, as where somebody stops it."""
        run = NoticeRun.objects.select_for_update().get(pk=delivery.payload["run"])
        if run.state == NoticeRun.State.RUNNING:
            run.state, run.why, run.finished_at = NoticeRun.State.STOPPED, NoticeRun.Why.DROPPED, now
            run.save(update_fields=["state", "why", "finished_at"])

    def _step(self, run: NoticeRun, notice: Announcement, now: datetime) -> datetime | None:
        """When the next one is due; None after the last."""
        if run.stage == _Stage.WRITE:
            if write_some(run, notice, now):
                return now + PAUSE
            end_if_all_are_told(run, now)
            return None
        piece = _WALKS[run.stage](run, notice, BATCHES[run.stage], now)
        run.looked_at += len(piece.orders)
        place = piece.next or Place()
        run.after_due, run.after_id = place.due_at, place.promise_id
        if piece.next is None:
            _end_stage(run, notice, now)
        # Not sooner than what came meanwhile: whoever waits for a code does not wait for a notice.
        return now if run.state == NoticeRun.State.RUNNING else None


@every(timedelta(hours=1), name="messaging.look_at_passed_notices")
def look_at_passed(now: datetime) -> int:
    """Notices whose days are over, and that promises are still at risk for: each is looked at once more, and what it has not hit by
    then is safe again. Returns how many.
    """
    feared = PromiseRisk.objects.filter(source_kind=NOTICE, source_id=OuterRef("pk"), until=None)
    passed = Announcement.objects.filter(Exists(feared), acts_last__lt=_over_everywhere(now)).order_by("pk")
    begun = [row for row in passed if not _is_looked_at(row)]
    for row in begun:
        with transaction.atomic():
            look(row.pk, at=now)
    return len(begun)


def _over_everywhere(now: datetime) -> date:
    """The days before this one are over also where it is latest."""
    return (now - _LAST_ZONE).date()


def _has_passed(row: Announcement, now: datetime) -> bool:
    return row.acts_last is not None and row.acts_last < _over_everywhere(now)


def _is_looked_at(row: Announcement) -> bool:
    """Since its days were over."""
    last = look_at(row)
    return last is not None and _has_passed(row, last.made_at)


def register_courier() -> None:
    deliveries.register(NoticeCourier())
    look_before_sending(MOMENT, LAST_LOOK)


def _spare(run: NoticeRun, notice: Announcement, most: int, now: datetime) -> Piece:
    """Promises that it endangered and does not hit any more, as it is now, are safe again."""
    piece = feared_for(notice, EVERYWHERE, after=_place(run), most=most)
    still = {each.promise.pk for hit in _found(notice, piece, now) for each in hit.changes}
    spared = Promise.objects.select_for_update().filter(pk__in=set(piece.promise_ids) - still)
    clear_all(list(spared.order_by("pk")), source=source_of(notice.pk), at=now)
    return piece


def _mark(run: NoticeRun, notice: Announcement, most: int, now: datetime) -> Piece:
    piece = met_by(notice, EVERYWHERE, at=now, after=_place(run), most=most)
    promises = [each.promise for hit in _found(notice, piece, now) for each in hit.changes]
    put_all(promises, risk=risk_of(notice.pk), source=source_of(notice.pk), at=now)
    return piece


def _plan(run: NoticeRun, notice: Announcement, most: int, now: datetime) -> Piece:
    """Whoever is hit has their turn, those who are promised something sooner before the others. Nothing is held for it: each is
    looked at again when it is their turn.
    """
    reach = EVERYWHERE if run.account_ids is None else Reach(frozenset(run.account_ids))
    piece = met_by(notice, reach, at=now, after=_place(run), most=most)
    found = hits(ways_of(notice, at=now), piece.orders)
    there = set(run.items.filter(order__in=[hit.order.pk for hit in found]).values_list("order_id", flat=True))
    why = {hit.order.pk: why_not_written(hit.order) for hit in found if hit.order.pk not in there}
    insert_each(
        NoticeItem,
        ("run", "order", "state", "why", "letter"),
        ((run.pk, pk, _Item.LISTED if reason else _Item.WAITING, reason, {}) for pk, reason in why.items()),
    )
    silent = sum(1 for reason in why.values() if reason)
    run.listed += silent
    run.planned += len(why) - silent
    return piece


_WALKS: Final[Mapping[str, Callable[[NoticeRun, Announcement, int, datetime], Piece]]] = {
    _Stage.SPARE: _spare,
    _Stage.MARK: _mark,
    _Stage.PLAN: _plan,
}
_AFTER: Final = {_Stage.SPARE: _Stage.MARK, _Stage.PLAN: _Stage.WRITE}


def _end_stage(run: NoticeRun, notice: Announcement, now: datetime) -> None:
    following = _AFTER.get(_Stage(run.stage))
    if run.stage == _Stage.SPARE and _has_passed(notice, now):
        following = None  # it hits nothing any more, and all that is open need not be walked along
    if following is None:
        run.state, run.finished_at = NoticeRun.State.DONE, now
    else:
        run.stage = following


def _place(run: NoticeRun) -> Place:
    return Place(run.after_due, run.after_id)


def _found(notice: Announcement, piece: Piece, now: datetime) -> Sequence[Hit]:
    """Held for the caller's transaction, the orders before their promises as everywhere."""
    hold_all(Order, [order.pk for order in piece.orders])
    return hits(ways_of(notice, at=now), piece.orders, is_held=True)
