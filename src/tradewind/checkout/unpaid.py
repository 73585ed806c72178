"""Orders that nobody paid: after the method's time they are cancelled, and what they held goes back on sale."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM
from tradewind.core.schedule import every
from tradewind.orders.cancelling import NOT_PAID, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.models import MethodOffer

BATCH: Final = 100


@every(timedelta(minutes=10), name="checkout.cancel_unpaid")
def cancel_unpaid(now: datetime) -> int:
    """Cancel orders whose time to pay is over. Returns how many.

    Only orders without a penny are cancelled: a part of the money is a matter for a person.
    """
    cancelled = 0
    for order in _overdue(now):
        try:
            with transaction.atomic():
                cancel_order(order=order, by=SYSTEM, reason=NOT_PAID, at=now)
        except MoveNotAllowed:
            continue  # paid or cancelled in this moment
        cancelled += 1
    return cancelled


def _overdue(now: datetime) -> list[Order]:
    days = {row.code: row.hold_days for row in MethodOffer.objects.order_by("hold_days")}
    if not days:
        return []
    oldest = now - timedelta(days=min(days.values()))
    waiting = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, placed_at__lt=oldest, paid=0)
    rows = waiting.order_by("placed_at", "pk")[:BATCH]
    return [order for order in rows if order.placed_at < now - timedelta(days=days.get(order.payment_method, 7))]
