"""Keeping an order from leaving, with a reason, and letting it go. Whoever dispatches and whoever holds decide under the order's lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record_many
from tradewind.core.rows import insert_each
from tradewind.core.trail import write_audits
from tradewind.orders.events import OrderHeld, OrderReleased
from tradewind.orders.models import Order, OrderHold
from tradewind.orders.states import OrderState

# Codes of why; pages put them into words.
WAITING_GOODS: Final = "waiting_goods"
REASONS: Final = ("address_unclear", "payment_wrong", WAITING_GOODS, "buyer_asked", "customs_missing", "other")
# Goods were added and have yet to be paid for: the payment itself releases the order. Nobody chooses it by hand.
DIFFERENCE: Final = "difference"
# An order can be kept while it has not left; after that, a hold says nothing any more.
HOLDABLE: Final = frozenset({OrderState.AWAITING_PAYMENT, OrderState.PAID})

# Why an order cannot be held, released or sent.
CREDIT: Final = "credit"
MOVED_ON: Final = "moved_on"
HELD: Final = "held"
FREE: Final = "free"


class NotHoldable(Exception):
    """`why` is CREDIT, MOVED_ON or HELD."""

    def __init__(self, order_id: int, why: str) -> None:
        super().__init__(f"order {order_id} cannot be held: {why}")
        self.why = why


class NotHeldSo(Exception):
    """This hold has ended already, or the order has left: somebody else was faster."""


class OrderKeptBack(Exception):
    """The order is held and does not leave. `reason` is a code of REASONS."""

    def __init__(self, order_id: int, reason: str) -> None:
        super().__init__(f"order {order_id} is held: {reason}")
        self.reason = reason


def hold_order(*, order_id: int, reason: str, by: str, at: datetime, words: str = "") -> OrderHold:
    """Keep an order back. Raises NotHoldable, Order.DoesNotExist, and ValueError for a reason that is none."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        why = why_not_held(order)
        if why:
            raise NotHoldable(order_id, why)
        hold_locked([order], reason=reason, words=words, by=by, at=at)
        return OrderHold.objects.get(order=order, released_at=None)


def release_order(*, hold_id: int, by: str, at: datetime) -> None:
    """End the hold that somebody has looked at. Raises NotHeldSo, also where the order is held for another reason by now."""
    with transaction.atomic():
        seen = OrderHold.objects.get(pk=hold_id)
        order = Order.objects.select_for_update().get(pk=seen.order_id)
        is_open = OrderHold.objects.filter(pk=hold_id, released_at=None).exists()
        if not is_open or why_not_released(order):
            raise NotHeldSo(hold_id)
        release_locked([order], by=by, at=at)


def require_free(order_id: int) -> None:
    """In the caller's transaction: hold the order's row, and raise OrderKeptBack where it is not to leave."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if is_kept(order):
        raise OrderKeptBack(order_id, OrderHold.objects.get(order_id=order_id, released_at=None).reason)


def is_kept(order: Order) -> bool:
    """Is it held, and has it not left?"""
    return order.held_at is not None and order.state in HOLDABLE


def why_not_held(order: Order) -> str:
    """Why this order cannot be held, as a code; empty where it can."""
    if order.kind != Order.Kind.SALE:
        return CREDIT
    if order.state not in HOLDABLE:
        return MOVED_ON
    return HELD if order.held_at else ""


def why_not_released(order: Order) -> str:
    """Why this order cannot be released, as a code; empty where it can."""
    if order.state not in HOLDABLE:
        return MOVED_ON
    return "" if order.held_at else FREE


def hold_locked(
    orders: Sequence[Order], *, reason: str, words: str, by: str, at: datetime, run_id: int | None = None
) -> None:
    """Keep orders back that the caller has locked and that can be held. Raises ValueError for a reason that is none."""
    if reason not in (*REASONS, DIFFERENCE):
        msg = f"{reason!r} is no reason for holding; there are {', '.join(REASONS)}"
        raise ValueError(msg)
    names = ("order", "reason", "words", "held_by", "held_at", "released_by", "run")
    insert_each(OrderHold, names, [(order.pk, reason, words, by, at, "", run_id) for order in orders])
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(held_at=at)
    record_many((OrderHeld(order.pk, order.buyer_id, reason) for order in orders), by=by, at=at)
    changes = [(order.pk, None, {"reason": reason}) for order in orders]
    write_audits("order.held", kind="order", changes=changes, by=by, at=at)


def release_locked(orders: Sequence[Order], *, by: str, at: datetime) -> None:
    """Let orders go that the caller has locked and that are held."""
    ids = [order.pk for order in orders]
    holds = OrderHold.objects.filter(order_id__in=ids, released_at=None)
    reasons = dict(holds.values_list("order_id", "reason"))
    holds.update(released_by=by, released_at=at)
    Order.objects.filter(pk__in=ids).update(held_at=None)
    record_many((OrderReleased(order.pk, order.buyer_id) for order in orders), by=by, at=at)
    changes = [(pk, {"reason": reasons[pk]}, None) for pk in ids]
    write_audits("order.released", kind="order", changes=changes, by=by, at=at)
