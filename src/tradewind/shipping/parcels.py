"""Parcels as they come into being: handed over with all of an order or a part of it, or under a new label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db.models import F

from tradewind.core import deliveries
from tradewind.core.facts import record
from tradewind.lib.refs import new_ref
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.models import Parcel, ParcelLine

# The delivery that tells a tracker to follow a parcel no longer (shipping.following).
STOP: Final = "tracking.stop"


@dataclass(frozen=True, slots=True)
class Tracking:
    """Who carries it, and under which number; either may be unknown. `is_waiting`: whoever carries it has yet to collect it."""

    carrier: str = ""
    number: str = ""
    is_waiting: bool = field(default=False, compare=False)


def number_key(number: str) -> str:
    """As numbers are compared: carriers write gaps and strokes, and people small letters."""
    return "".join(sign for sign in number.upper() if sign.isalnum())[:60]


def make_parcel(
    order: Order, tracking: Tracking, *, units: Mapping[int, int], by: str, at: datetime, handed_over_at: datetime
) -> Parcel:
    """With so many of each line, in the caller's transaction."""
    parcel = Parcel.objects.create(
        order_id=order.pk,
        ref=new_ref("PC"),
        carrier=tracking.carrier,
        tracking_number=tracking.number,
        number_key=number_key(tracking.number),
        handed_over_at=handed_over_at,
        is_waiting=tracking.is_waiting,
        country=order.country,
        warehouse=str(order.delivery_option.get("warehouse", ""))[:30],
        market=order.market,
        option=str(order.delivery_option.get("code", ""))[:30],
        due_at=due_of(order.pk),
        look_at=at,
        watch=Parcel.Watch.WANTED if tracking.number else Parcel.Watch.NONE,
    )
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, line_id=line_id, quantity=quantity) for line_id, quantity in units.items() if quantity
    )
    if not parcel.is_waiting:
        record(ParcelHandedOver(parcel.pk, order.pk, order.buyer_id), by=by, at=at)
    return parcel


def units_left(order_id: int) -> dict[int, int]:
    """What of each line of goods has not left yet."""
    goods = OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS, quantity__gt=F("dispatched"))
    return {line.pk: line.quantity - line.dispatched for line in goods.order_by("position", "id")}


def replace_label(parcel: Parcel, tracking: Tracking, *, order: Order, by: str, at: datetime) -> Parcel:
    """The goods go on under a new number; the old one is kept with what was said about it. In the caller's transaction."""
    Parcel.objects.filter(pk=parcel.pk).update(
        replaced_at=at, ask_at=None, next_at=None, look_at=at, watch=Parcel.Watch.NONE
    )
    if parcel.watch == Parcel.Watch.WATCHED:
        deliveries.plan(STOP, f"{STOP}:{parcel.pk}", {"parcel": parcel.pk}, at=at)
    units = dict(parcel.lines.values_list("line_id", "quantity"))
    tracking = replace(tracking, is_waiting=parcel.is_waiting)
    return make_parcel(order, tracking, units=units, by=by, at=at, handed_over_at=parcel.handed_over_at)


def put_right(parcel: Parcel, tracking: Tracking) -> None:
    """What was not known, or the carrier's name, in the caller's transaction."""
    parcel.carrier, parcel.tracking_number = tracking.carrier, tracking.number
    parcel.number_key = number_key(tracking.number)
    # Whoever follows it asks again: another carrier may know the number.
    parcel.watch = Parcel.Watch.WANTED if tracking.number else Parcel.Watch.NONE
    parcel.save(update_fields=["carrier", "tracking_number", "number_key", "watch"])


def due_of(order_id: int) -> datetime | None:
    """When the newest promise of arrival is broken, whatever became of it."""
    made = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_kind="order", subject_id=order_id)
    counted = made.exclude(state__in=[Promise.State.RENEWED, Promise.State.RELEASED])
    return counted.order_by("-pk").values_list("due_at", flat=True).first()


def note_due(order_ids: Sequence[int], *, at: datetime) -> None:
    """Write down again what was promised, and have the parcels looked at with it."""
    for order_id in order_ids:
        Parcel.objects.filter(order_id=order_id, delivered_at=None).update(due_at=due_of(order_id), look_at=at)
