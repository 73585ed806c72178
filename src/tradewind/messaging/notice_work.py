"""The worker's part of special notices: short batches, so that the shop goes on.

New promises, letters, the word of what became of each order, and the order for the next batch are one transaction: a worker that
dies leaves all of it or nothing, and whoever comes after it goes on there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all, update_each
from tradewind.markets.models import Announcement
from tradewind.messaging.models import NoticeItem, NoticeRun
from tradewind.messaging.moments.special_notice import MOMENT
from tradewind.messaging.notice_letters import Letters
from tradewind.messaging.notice_telling import KIND, plan_batch, why_not_written
from tradewind.messaging.planning import plan_all
from tradewind.orders.models import Order
from tradewind.promises.many import renew_all
from tradewind.promises.models import Promise
from tradewind.promises.risking import clear_all, put_all
from tradewind.shipping.notice_hits import Hit, hits, risk_of, source_of, ways_of

# On SQLite the whole shop waits for a batch: a few tenths of a second.
BATCH: Final = 200
# So many letters leave in a second: what somebody waits for, a confirmation or a code, finds its way between them.
PER_SECOND: Final = 10
# What is due within this time after a letter's turn may be late before the letter is there.
_ON_ITS_WAY: Final = timedelta(minutes=5)
_Item: Final = NoticeItem.State


class NoticeCourier:
    """Looks at a run's next orders, and tells their buyers where that is what it is for."""

    kind = KIND

    def __init__(self, *, at_once: int = BATCH) -> None:
        self._at_once = at_once

    def call(self, delivery: Delivery) -> dict[str, Any]:  # noqa: ARG002  # the port's shape
        """All of it is ours, and happens where it is settled."""
        return {}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # as above
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as above
        run = NoticeRun.objects.select_for_update().get(pk=delivery.payload["run"])
        if run.state != NoticeRun.State.RUNNING:
            return
        # Held, so that nobody changes the notice between our look at it and the letters.
        notice = Announcement.objects.select_for_update().get(pk=run.announcement_id)
        if notice.revision != run.revision:
            run.state, run.why, run.finished_at = NoticeRun.State.STOPPED, NoticeRun.Why.CHANGED, now
        elif self._do_some(run, notice, now) < self._at_once:
            run.state, run.finished_at = NoticeRun.State.DONE, now
        run.step += 1
        run.save()
        if run.state == NoticeRun.State.RUNNING:
            plan_batch(run, delivery.created_at)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The row stands among the work until somebody has it tried again; the page of the notice says so."""

    def _do_some(self, run: NoticeRun, notice: Announcement, now: datetime) -> int:
        """Returns how many orders it was."""
        waiting = run.items.filter(state=_Item.WAITING).order_by("pk")
        items = dict(waiting.values_list("order_id", "pk")[: self._at_once])
        hold_all(Order, items)
        orders = list(Order.objects.filter(pk__in=items).select_related("account").order_by("pk"))
        batch = _Batch(run, notice, orders, hits(ways_of(notice, at=now), orders, is_held=True), now)
        if run.act == NoticeRun.Act.LOOK:
            batch.put_at_risk(batch.found, _Item.HIT)
        else:
            batch.tell()
        batch.clear_others()
        update_each(
            NoticeItem, ("state", "why"), ((*batch.became.get(pk, (_Item.PASSED, "")), items[pk]) for pk in items)
        )
        run.done += len(items)
        return len(items)


def register_courier() -> None:
    deliveries.register(NoticeCourier())


@dataclass(slots=True)
class _Batch:
    run: NoticeRun
    notice: Announcement
    orders: Sequence[Order]
    found: Sequence[Hit]
    now: datetime
    became: dict[int, tuple[str, str]] = field(default_factory=dict)

    def put_at_risk(self, found: Sequence[Hit], state: str) -> None:
        promises = [each.promise for hit in found for each in hit.changes]
        put_all(promises, risk=risk_of(self.notice.pk), source=source_of(self.notice.pk), at=self.now)
        self.became |= {hit.order.pk: (state, self.became.get(hit.order.pk, ("", ""))[1]) for hit in found}

    def tell(self) -> None:
        why = {hit.order.pk: why_not_written(hit.order) for hit in self.found}
        told = [hit for hit in self.found if not why[hit.order.pk]]
        listed = [hit for hit in self.found if why[hit.order.pk]]
        self.became |= {hit.order.pk: (_Item.LISTED, why[hit.order.pk]) for hit in listed}
        self.put_at_risk(listed, _Item.LISTED)
        self.became |= {hit.order.pk: (_Item.TOLD, "") for hit in told}
        changes = [each for hit in told for each in hit.changes]
        letters = Letters(self.notice).to(told, at=self.now)
        renew_all(changes, where=MOMENT, because=source_of(self.notice.pk), at=self.now, by=self.run.by)
        # Each run writes to an order once at most: the message's own name says so to the database.
        plan_all(
            moment=f"{MOMENT}:{self.run.pk}",
            letters=letters,
            due=lambda number: self._due(number, told[number]),
            at=self.now,
        )
        self.run.told += len(told)
        self.run.listed += len(listed)

    def clear_others(self) -> None:
        """What is not hit, or no more, is safe again."""
        spared = [order.pk for order in self.orders if order.pk not in self.became]
        rows = Promise.objects.filter(subject_kind="order", subject_id__in=spared, is_owed=True)
        feared = rows.filter(at_risk_since__isnull=False).select_for_update().order_by("pk")
        clear_all(list(feared), source=source_of(self.notice.pk), at=self.now)

    def _due(self, number: int, hit: Hit) -> datetime:
        """One after the other; but whoever was promised something sooner than their turn is told now: in time, or not at all."""
        turn = max(self.now, self.run.made_at + timedelta(seconds=(self.run.told + number) / PER_SECOND))
        return self.now if turn + _ON_ITS_WAY >= min(each.promise.due_at for each in hit.changes) else turn
