"""Marking an order as dispatched: the goods leave the books, and the promise of the day is settled."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.core.facts import record
from tradewind.inventory.reserving import ship
from tradewind.orders.addressing import require_seen
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState
from tradewind.promises.making import keep
from tradewind.promises.models import Promise
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.shipping.models import Handover


@dataclass(frozen=True, slots=True)
class Tracking:
    """Who carries it, and under which number; either may be unknown."""

    carrier: str = ""
    number: str = ""


def mark_dispatched(
    *, order: Order, by: str, at: datetime, changes_seen: int | None = None, tracking: Tracking | None = None
) -> Order:
    """All goods of a paid order have left. `changes_seen`: of its address, by who wrote the label; None: nobody looked.

    Raises MoveNotAllowed, AddressNotSeen.
    """
    with transaction.atomic():
        if changes_seen is not None:
            require_seen(order_id=order.pk, changes=changes_seen)
        move(order, OrderState.DISPATCHED)
        units = ship(subject=("order", order.pk), at=at, by=by)
        OrderLine.objects.filter(order=order, kind=OrderLine.Kind.GOODS).update(dispatched=F("quantity"))
        if tracking is not None:
            Handover.objects.create(
                order_id=order.pk, carrier=tracking.carrier, tracking_number=tracking.number, handed_over_at=at
            )
        keep(Promise.Kind.DISPATCH, order_id=order.pk, at=at, by=by)
        record(OrderMarkedDispatched(order.pk, order.buyer_id, units), by=by, at=at)
    return order
