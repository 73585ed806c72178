"""Marking an order as dispatched: the goods leave the books, and the promise of the day is settled once a carrier has all of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.core.facts import record_many
from tradewind.inventory.reserving import ship_all
from tradewind.orders.addressing import require_seen
from tradewind.orders.changes import require_goods_seen
from tradewind.orders.holding import require_free
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState
from tradewind.shipping.checking import require_checked
from tradewind.shipping.departed import keep_departures
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.shipping.models import Packing
from tradewind.shipping.parcels import UNKNOWN, Tracking, make_all
from tradewind.shipping.tracking import note_handover


def mark_dispatched(
    *,
    order: Order,
    by: str,
    at: datetime,
    changes_seen: int | None = None,
    goods_seen: int | None = None,
    tracking: Tracking = UNKNOWN,
) -> Order:
    """All goods of a paid order have left. `changes_seen`: of its address, by who wrote the label, and `goods_seen`: of its
    goods, by who packed them; None: nobody looked. Who carries it may be told later.

    Raises MoveNotAllowed, AddressNotSeen, GoodsNotSeen, OrderKeptBack for one that is held, and NotChecked.
    """
    with transaction.atomic():
        require_free(order.pk)
        if changes_seen is not None:
            require_seen(order_id=order.pk, changes=changes_seen)
        move(order, OrderState.DISPATCHED)
        require_checked(order.pk)
        if goods_seen is not None:
            require_goods_seen(order_id=order.pk, changes=goods_seen)
        note_handover(order, tracking, by=by, at=at)
        _note_left([order], by=by, at=at)
    return order


def dispatch_locked(orders: Sequence[Order], *, by: str, at: datetime) -> None:
    """The same for many orders that the caller has locked and that can leave, in a few statements."""
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state=OrderState.DISPATCHED)
    make_all(orders, by=by, at=at)
    _note_left(orders, by=by, at=at)


def _note_left(orders: Sequence[Order], *, by: str, at: datetime) -> None:
    ids = [order.pk for order in orders]
    units = ship_all("order", ids, at=at, by=by)
    OrderLine.objects.filter(order__in=ids, kind=OrderLine.Kind.GOODS).update(dispatched=F("quantity"))
    Packing.objects.filter(order__in=ids, packed_at=None, left_at=None).update(left_at=at)
    keep_departures(ids, by=by)
    facts = (OrderMarkedDispatched(order.pk, order.buyer_id, units.get(order.pk, 0)) for order in orders)
    record_many(facts, by=by, at=at)
