"""Cancelling an order before it is sent."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.orders.changing import has_left_in_part
from tradewind.orders.events import OrderCancelled
from tradewind.orders.models import Cancellation, Order
from tradewind.orders.moving import move
from tradewind.orders.states import MoveNotAllowed, OrderState

# Codes of why; pages put them into words. Of the buyer's own reasons only the code is told: their words stay with the order.
BUYER_ASKED: Final = "buyer_asked"  # and gave no reason
CHANGED_MIND: Final = "changed_mind"
FOUND_CHEAPER: Final = "found_cheaper"
TOO_SLOW: Final = "too_slow"
BY_MISTAKE: Final = "by_mistake"
PAYMENT_PROBLEM: Final = "payment_problem"
BUYER_OTHER: Final = "buyer_other"
NOT_PAID: Final = "not_paid"
NO_STOCK: Final = "no_stock"
SUSPICIOUS: Final = "suspicious"
OTHER: Final = "other"
REASONS: Final = (BUYER_ASKED, NOT_PAID, NO_STOCK, SUSPICIOUS, OTHER)
BUYERS_REASONS: Final = (CHANGED_MIND, FOUND_CHEAPER, TOO_SLOW, BY_MISTAKE, PAYMENT_PROBLEM, BUYER_OTHER)


def cancel_order(*, order: Order, by: str, reason: str, at: datetime, words: str = "") -> Order:
    """Cancel. Stock, promises, payment and mail follow from the fact. `words` are the buyer's own.

    Raises MoveNotAllowed or ValueError.
    """
    if reason not in REASONS + BUYERS_REASONS:
        msg = f"{reason!r} is no reason for cancelling; there are {', '.join(REASONS + BUYERS_REASONS)}"
        raise ValueError(msg)
    with transaction.atomic():
        move(order, OrderState.CANCELLED)
        # What has left in a parcel of its own comes back as a return, or not at all.
        if has_left_in_part(order.pk):
            raise MoveNotAllowed(order.pk, OrderState.DISPATCHED, OrderState.CANCELLED)
        Cancellation.objects.create(order=order, reason=reason, words=words, cancelled_at=at)
        record(OrderCancelled(order.pk, order.buyer_id, reason), by=by, at=at)
    return order


def erase_words(*, buyer_id: int) -> int:
    """Forget what a buyer said about cancelling; the codes stay and are counted. Returns how many rows knew it."""
    told = Cancellation.objects.filter(order__buyer_id=buyer_id).exclude(words="")
    with transaction.atomic():
        return told.update(words="")
