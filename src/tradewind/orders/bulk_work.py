"""The worker's part of acts on many orders: short batches, each a delivery of its own, so that the shop goes on.

A batch, the word that it is done and the order for the next one are one transaction: a worker that dies leaves all of it
or nothing, and whoever comes after it goes on there.
"""

from datetime import datetime
from typing import Any, Final

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all, update_each
from tradewind.orders.bulk import KIND, plan_batch
from tradewind.orders.bulk_acts import act_of
from tradewind.orders.models import BulkItem, BulkRun, Order

# On SQLite the whole shop waits for a batch: about a fifth of a second.
BATCH: Final = 250
# Why an order was left out: staff gave up the batch that it stood in.
DROPPED: Final = "dropped"
Waiting, Done, Refused = BulkItem.State.WAITING, BulkItem.State.DONE, BulkItem.State.REFUSED


class BulkCourier:
    """Does a run's act with its next orders."""

    kind = KIND

    def __init__(self, *, at_once: int = BATCH) -> None:
        self._at_once = at_once

    def call(self, delivery: Delivery) -> dict[str, Any]:  # noqa: ARG002  # the port's shape
        """All of it is ours, and happens where it is settled."""
        return {}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # as above
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as above
        run = BulkRun.objects.select_for_update().get(pk=delivery.payload["run"])
        if run.state != BulkRun.State.RUNNING:
            return
        items = run.items.filter(state=Waiting).order_by("pk")
        ids = list(items.values_list("order_id", flat=True)[: self._at_once])
        _do(run, ids, now)
        run.step += 1
        if len(ids) < self._at_once:
            run.state, run.finished_at, run.words = BulkRun.State.DONE, now, ""
        else:
            # In its first batch's place of the queue: behind the letters of a busy hour, each batch would wait anew.
            plan_batch(run, delivery.created_at)
        run.save(update_fields=["step", "done", "refused", "state", "finished_at", "words"])

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """The row stands among the work until somebody has it tried again; the page of the run says so."""

    def drop(self, delivery: Delivery, problem: deliveries.Dropped, now: datetime) -> None:  # noqa: ARG002  # as above
        """The run ends here: what is done can be undone, and what is not says why."""
        run = BulkRun.objects.select_for_update().get(pk=delivery.payload["run"])
        if run.state != BulkRun.State.RUNNING:
            return
        run.refused += run.items.filter(state=Waiting).update(state=Refused, why=DROPPED)
        run.state, run.finished_at, run.words = BulkRun.State.DONE, now, ""
        run.save(update_fields=["refused", "state", "finished_at", "words"])


def register_courier() -> None:
    deliveries.register(BulkCourier())


def _do(run: BulkRun, ids: list[int], now: datetime) -> None:
    """Judge each order under its lock, and do it with those that can."""
    hold_all(Order, ids)
    orders = list(Order.objects.filter(pk__in=ids).order_by("pk"))
    act = act_of(run.act)
    why = act.why_not(run, orders)
    can = [order for order in orders if order.pk not in why]
    if can:
        act.carry_out(run, can, now)
    items = dict(run.items.filter(order__in=ids).values_list("order_id", "pk"))
    outcomes = [(Done if pk not in why else Refused, why.get(pk, ""), items[pk]) for pk in ids]
    update_each(BulkItem, ("state", "why"), outcomes)
    run.done += len(can)
    run.refused += len(why)
