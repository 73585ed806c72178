"""Cancelling an order before it is sent."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.orders.events import OrderCancelled
from tradewind.orders.models import Order
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState

# Codes of why; pages put them into words.
BUYER_ASKED: Final = "buyer_asked"
NOT_PAID: Final = "not_paid"
NO_STOCK: Final = "no_stock"
SUSPICIOUS: Final = "suspicious"
OTHER: Final = "other"
REASONS: Final = (BUYER_ASKED, NOT_PAID, NO_STOCK, SUSPICIOUS, OTHER)


def cancel_order(*, order: Order, by: str, reason: str, at: datetime) -> Order:
    """Cancel. Stock, promises, payment and mail follow from the fact. Raises MoveNotAllowed or ValueError."""
    if reason not in REASONS:
        msg = f"{reason!r} is no reason for cancelling; there are {', '.join(REASONS)}"
        raise ValueError(msg)
    with transaction.atomic():
        move(order, OrderState.CANCELLED)
        record(OrderCancelled(order.pk, order.buyer_id, reason), by=by, at=at)
    return order
