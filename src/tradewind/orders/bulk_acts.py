"""What can be done with many orders at once. Each act says which orders it cannot be done with, and does it with all others.

Acts of higher modules are registered by wiring: dispatching is shipping's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.orders import holding, tagging
from tradewind.orders.models import BulkRun, Order, OrderHold, OrderTag

# Why an act is not done with an order, beside the codes of holding.
TAGGED: Final = "tagged"
NOT_TAGGED: Final = "not_tagged"
HELD_ANEW: Final = "held_anew"
UNPAID: Final = "unpaid"  # goods were added that are not paid: whoever lets it go looks at that one


@dataclass(frozen=True, slots=True)
class BulkAct:
    """`why_not` gives a code for each order that the act cannot be done with, and only reads. `carry_out` does it with
    orders that the caller has locked and that can, in the caller's transaction, in a few statements.
    """

    why_not: Callable[[BulkRun, Sequence[Order]], dict[int, str]]
    carry_out: Callable[[BulkRun, Sequence[Order], datetime], None]


def register(act: BulkRun.Act, how: BulkAct) -> None:
    _acts[act] = how


def act_of(act: str) -> BulkAct:
    return _acts[act]


def _why_not_tagged(run: BulkRun, orders: Sequence[Order]) -> dict[int, str]:
    return dict.fromkeys(_having(run, orders), TAGGED)


def _tag(run: BulkRun, orders: Sequence[Order], at: datetime) -> None:
    tagging.tag_locked(_ids(orders), _tag_of(run), by=run.by, at=at)


def _why_not_untagged(run: BulkRun, orders: Sequence[Order]) -> dict[int, str]:
    having = _having(run, orders)
    return {order.pk: NOT_TAGGED for order in orders if order.pk not in having}


def _untag(run: BulkRun, orders: Sequence[Order], at: datetime) -> None:
    tagging.untag_locked(_ids(orders), _tag_of(run), by=run.by, at=at)


def _why_not_held(_run: BulkRun, orders: Sequence[Order]) -> dict[int, str]:
    return _told((order.pk, holding.why_not_held(order)) for order in orders)


def _hold(run: BulkRun, orders: Sequence[Order], at: datetime) -> None:
    """With the run's reason; one that undoes a release holds each order for the reason that it had."""
    if run.undoes_id is None:
        holding.hold_locked(orders, reason=run.reason, words=run.words, by=run.by, at=at, run_id=run.pk)
        return
    last = {hold.order_id: hold for hold in OrderHold.objects.filter(order__in=_ids(orders)).order_by("pk")}
    alike: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in orders:
        alike[last[order.pk].reason, last[order.pk].words].append(order)
    for (reason, words), some in alike.items():
        holding.hold_locked(some, reason=reason, words=words, by=run.by, at=at, run_id=run.pk)


def _why_not_released(run: BulkRun, orders: Sequence[Order]) -> dict[int, str]:
    why = _told((order.pk, holding.why_not_released(order)) for order in orders)
    holds = OrderHold.objects.filter(order__in=_ids(orders), released_at=None)
    if run.undoes_id is None:
        unpaid = holds.filter(reason=holding.DIFFERENCE)
        return dict.fromkeys(unpaid.values_list("order_id", flat=True), UNPAID) | why
    anew = holds.exclude(run_id=run.undoes_id)
    return dict.fromkeys(anew.values_list("order_id", flat=True), HELD_ANEW) | why


def _release(run: BulkRun, orders: Sequence[Order], at: datetime) -> None:
    holding.release_locked(orders, by=run.by, at=at)


def _having(run: BulkRun, orders: Sequence[Order]) -> set[int]:
    return tagging.tagged_with(run.tag_id, _ids(orders)) if run.tag_id else set()


def _tag_of(run: BulkRun) -> OrderTag:
    if run.tag is None:
        raise LookupError(run.pk)
    return run.tag


def _ids(orders: Sequence[Order]) -> list[int]:
    return [order.pk for order in orders]


def _told(codes: Iterable[tuple[int, str]]) -> dict[int, str]:
    return {order_id: why for order_id, why in codes if why}


_acts: dict[str, BulkAct] = {
    BulkRun.Act.TAG: BulkAct(_why_not_tagged, _tag),
    BulkRun.Act.UNTAG: BulkAct(_why_not_untagged, _untag),
    BulkRun.Act.HOLD: BulkAct(_why_not_held, _hold),
    BulkRun.Act.RELEASE: BulkAct(_why_not_released, _release),
}
