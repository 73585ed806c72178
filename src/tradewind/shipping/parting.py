"""Sending a part of an order: chosen units leave in a parcel of their own, and the order stays open until all is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.core.facts import record
from tradewind.inventory.reserving import ship_some
from tradewind.orders.addressing import require_seen
from tradewind.orders.changes import require_goods_seen
from tradewind.orders.changing import stocked_units
from tradewind.orders.holding import require_free
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.shipping.checking import require_checked
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.events import OrderPartDispatched
from tradewind.shipping.models import AddressLabel, Packing, Parcel
from tradewind.shipping.parcels import Tracking, make_parcel
from tradewind.shipping.tracking import make_findable


class PartNotSeen(Exception):
    """Something of the order has left, or changed, since it was looked at."""


class NotThatMany(Exception):
    """No piece was chosen, or more than are here."""


@dataclass(frozen=True, slots=True)
class Part:
    """Units by line. `seen` is what was here as it was looked at (`seen_left`), and so are the changes of address and goods."""

    units: Mapping[int, int]
    seen: str
    changes_seen: int
    goods_seen: int
    tracking: Tracking


def seen_left(lines: Sequence[OrderLine]) -> str:
    """What is still here, as a form carries it: whoever was faster is noticed."""
    return ",".join(f"{line.pk}:{line.quantity - line.dispatched}" for line in sorted(lines, key=lambda line: line.pk))


def send_part(*, order_id: int, part: Part, by: str, at: datetime) -> Order:
    """Everything that is left: the order is marked dispatched.

    Raises OrderKeptBack, MoveNotAllowed, AddressNotSeen, GoodsNotSeen, PartNotSeen, NotThatMany, NotChecked.
    """
    with transaction.atomic():
        require_free(order_id)
        order = Order.objects.get(pk=order_id)
        if order.state != OrderState.PAID or order.kind != Order.Kind.SALE:
            raise MoveNotAllowed(order_id, order.state, OrderState.DISPATCHED)
        require_seen(order_id=order_id, changes=part.changes_seen)
        require_goods_seen(order_id=order_id, changes=part.goods_seen)
        lines = lines_left(order_id)
        if part.seen != seen_left(lines):
            raise PartNotSeen(order_id)
        left = {line.pk: line.quantity - line.dispatched for line in lines}
        units = {pk: number for pk, number in part.units.items() if number}
        if not units or any(number > left.get(pk, 0) for pk, number in units.items()):
            raise NotThatMany(order_id)
        if units == left:
            return mark_dispatched(order=order, by=by, at=at, tracking=part.tracking)
        require_checked(order_id)
        _leave(order, lines, units, part.tracking, by=by, at=at)
    return order


def _leave(
    order: Order, lines: Sequence[OrderLine], units: Mapping[int, int], tracking: Tracking, *, by: str, at: datetime
) -> Parcel:
    parcel = make_parcel(order, tracking, units=units, by=by, at=at)
    make_findable(order, tracking.number or order.tracking)
    ship_some(subject=("order", order.pk), units=stocked_units(lines, units), at=at, by=by)
    for pk, number in units.items():
        OrderLine.objects.filter(pk=pk).update(dispatched=F("dispatched") + number)
    # What stays is packed anew, and has a label of its own.
    AddressLabel.objects.filter(order=order).delete()
    Packing.objects.filter(order=order, left_at=None).update(left_at=at)
    record(OrderPartDispatched(order.pk, order.buyer_id, sum(units.values())), by=by, at=at)
    return parcel
