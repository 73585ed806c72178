"""Dispatch promises of paid orders that have not left, the earliest first, broken ones among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.core.reach import Reach
from tradewind.core.words import spoken
from tradewind.orders.holding import is_kept
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.wording import dispatch_words

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Promised:
    order_id: int
    order_ref: str
    words: str
    due_at: datetime
    is_kept: bool  # nobody may send it before it is released


def due_dispatches(reach: Reach) -> list[Promised]:
    """In two statements, at most SHOWN."""
    waiting = reach.of(Order.objects.filter(state=OrderState.PAID)).values("pk")
    due = Promise.objects.filter(
        kind=Promise.Kind.DISPATCH,
        state__in=[Promise.State.MADE, Promise.State.BROKEN],
        subject_kind="order",
        subject_id__in=waiting,
    )
    promises = list(due.order_by("due_at", "pk")[:SHOWN])
    orders = Order.objects.in_bulk([promise.subject_id for promise in promises])
    return [_promised(promise, orders[promise.subject_id]) for promise in promises]


def _promised(promise: Promise, order: Order) -> Promised:
    return Promised(order.pk, order.ref, dispatch_words(promise, spoken()), promise.due_at, is_kept(order))
