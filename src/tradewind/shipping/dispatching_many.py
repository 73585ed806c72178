"""Marking many orders as dispatched at once. What somebody has to look at first is left to its own page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tradewind.orders.bulk_acts import BulkAct
from tradewind.orders.bulk_acts import register as register_act
from tradewind.orders.changes import changed_since
from tradewind.orders.holding import CREDIT, HELD, MOVED_ON
from tradewind.orders.models import AddressChange, BulkRun, Order
from tradewind.orders.states import OrderState
from tradewind.shipping.checking import why_unchecked
from tradewind.shipping.dispatching import dispatch_locked

NOT_PAID: Final = "not_paid"
# The label may show the address from before: whoever marks the order compares it, on the order's page.
READDRESSED: Final = "readdressed"
# The goods are others than those that somebody had before them when they chose the orders.
REVISED: Final = "revised"


def register() -> None:
    register_act(BulkRun.Act.DISPATCH, BulkAct(_why_not, _dispatch))


def _why_not(run: BulkRun, orders: Sequence[Order]) -> dict[int, str]:
    changes = AddressChange.objects.filter(order__in=[order.pk for order in orders], confirmed_at__isnull=False)
    readdressed = set(changes.values_list("order_id", flat=True))
    told = ((order.pk, _why_not_sent(order, is_readdressed=order.pk in readdressed)) for order in orders)
    revised = dict.fromkeys(changed_since(run.made_at, [order.pk for order in orders]), REVISED)
    unchecked = why_unchecked([order.pk for order in orders])
    return unchecked | revised | {order_id: why for order_id, why in told if why}


def _why_not_sent(order: Order, *, is_readdressed: bool) -> str:
    if order.kind != Order.Kind.SALE:
        return CREDIT
    if order.state == OrderState.AWAITING_PAYMENT:
        return NOT_PAID
    if order.state != OrderState.PAID:
        return MOVED_ON
    if order.held_at is not None:
        return HELD
    return READDRESSED if is_readdressed else ""


def _dispatch(run: BulkRun, orders: Sequence[Order], at: datetime) -> None:
    dispatch_locked(orders, by=run.by, at=at)
