"""Parcels as they come into being: handed over with all of an order or a part of it, or under a new label."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db.models import F

from tradewind.core.facts import record_many
from tradewind.lib.refs import new_ref
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.hearing import follow_time
from tradewind.shipping.letting_go import plan_stop
from tradewind.shipping.models import Parcel, ParcelLine, TrackingEvent
from tradewind.shipping.parcel_contents import next_departures
from tradewind.shipping.trouble_cases import close_of_parcels
from tradewind.shipping.trouble_rules import Cause


@dataclass(frozen=True, slots=True)
class Tracking:
    """Who carries it, and under which number; either may be unknown. `is_waiting`: whoever carries it has yet to collect it."""

    carrier: str = ""
    number: str = ""
    is_waiting: bool = field(default=False, compare=False)


UNKNOWN: Final = Tracking()


def number_key(number: str) -> str:
    """As numbers are compared: carriers write gaps and strokes, and people small letters."""
    return "".join(sign for sign in number.upper() if sign.isalnum())[:60]


def make_parcel(order: Order, tracking: Tracking, *, units: Mapping[int, int], by: str, at: datetime) -> Parcel:
    """Handed over now, or ready for its carrier, with so many of each line; in the caller's transaction."""
    parcel = make_known(order, tracking, units=units, at=at, handed_over_at=at)
    _note_handed_over([parcel], [order], by=by, at=at)
    return parcel


def make_known(
    order: Order,
    tracking: Tracking,
    *,
    units: Mapping[int, int],
    at: datetime,
    handed_over_at: datetime,
    departure: int | None = None,
) -> Parcel:
    """The parcel of what has left before, elsewhere or under another label, whose `departure` it keeps: that is no news. In the
    caller's transaction, which holds the order.
    """
    parcel = _row(order, tracking, due_of(order.pk), at=at, handed_over_at=handed_over_at)
    if not parcel.is_waiting:
        parcel.departure = departure or next_departures([order.pk])[order.pk]
    parcel.save()
    ParcelLine.objects.bulk_create(_lines(parcel, units))
    return parcel


def make_all(orders: Sequence[Order], *, by: str, at: datetime) -> None:
    """For each a parcel of all that is still here, whose carrier nobody has said yet, in a few statements. In the caller's
    transaction.
    """
    ids = [order.pk for order in orders]
    due, left, departures = _due_of_all(ids), _left_of_all(ids), next_departures(ids)
    rows = [_row(order, Tracking(), due.get(order.pk), at=at, handed_over_at=at) for order in orders]
    for row in rows:
        row.departure = departures[row.order_id]
    parcels = Parcel.objects.bulk_create(rows)
    ParcelLine.objects.bulk_create(line for parcel in parcels for line in _lines(parcel, left.get(parcel.order_id, {})))
    _note_handed_over(parcels, orders, by=by, at=at)


def _row(
    order: Order, tracking: Tracking, due_at: datetime | None, *, at: datetime, handed_over_at: datetime
) -> Parcel:
    return Parcel(
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
        due_at=due_at,
        look_at=at,
        watch=Parcel.Watch.WANTED if tracking.number else Parcel.Watch.NONE,
    )


def _lines(parcel: Parcel, units: Mapping[int, int]) -> list[ParcelLine]:
    return [ParcelLine(parcel=parcel, line_id=line_id, quantity=number) for line_id, number in units.items() if number]


def _note_handed_over(parcels: Sequence[Parcel], orders: Sequence[Order], *, by: str, at: datetime) -> None:
    buyers = {order.pk: order.buyer_id for order in orders}
    gone = [parcel for parcel in parcels if not parcel.is_waiting]
    record_many((ParcelHandedOver(row.pk, row.order_id, buyers[row.order_id]) for row in gone), by=by, at=at)


def units_left(order_id: int) -> dict[int, int]:
    """What of each line of goods has not left yet."""
    return _left_of_all([order_id]).get(order_id, {})


def _left_of_all(order_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    goods = OrderLine.objects.filter(order__in=order_ids, kind=OrderLine.Kind.GOODS, quantity__gt=F("dispatched"))
    left: dict[int, dict[int, int]] = defaultdict(dict)
    for line in goods.order_by("order_id", "position", "id"):
        left[line.order_id][line.pk] = line.quantity - line.dispatched
    return left


def replace_label(parcel: Parcel, tracking: Tracking, *, order: Order, at: datetime) -> Parcel:
    """The goods go on under a new number, or under none that is known; the old one is kept with what was said about it. In the
    caller's transaction.
    """
    plan_stop(parcel, at=at)
    units = dict(parcel.lines.values_list("line_id", "quantity"))
    tracking = replace(tracking, is_waiting=parcel.is_waiting)
    old = Parcel.objects.filter(pk=parcel.pk)
    # First, because two that stand have no place together.
    old.update(replaced_at=at, ask_at=None, next_at=None, look_at=at, watch=Parcel.Watch.NONE)
    left_at, departure = parcel.handed_over_at, parcel.departure
    new = make_known(order, tracking, units=units, at=at, handed_over_at=left_at, departure=departure)
    old.update(replaced_by=new)
    if parcel.refunded_at is not None:
        # Its money went back: a new number does not owe it again.
        new.refunded_at = parcel.refunded_at
        new.save(update_fields=["refunded_at"])
    _carry_arrival(parcel, new, at=at)
    return new


def _carry_arrival(old: Parcel, new: Parcel, *, at: datetime) -> None:
    """What a person said was said of the goods, under whatever number; what it told is no news again."""
    rows = list(old.events.filter(source__in=Parcel.Teller.values).order_by("pk"))
    if not rows:
        return
    for row in rows:
        row.pk, row.parcel = None, new
    TrackingEvent.objects.bulk_create(rows)
    new.told = [name for name in old.told if name in {row.status for row in rows}]
    new.save(update_fields=["told"])
    follow_time(parcel_id=new.pk, at=at)
    new.refresh_from_db()


def put_right(parcel: Parcel, tracking: Tracking, *, at: datetime) -> None:
    """What was not known, or the carrier's name, in the caller's transaction."""
    parcel.carrier, parcel.tracking_number = tracking.carrier, tracking.number
    parcel.number_key = number_key(tracking.number)
    # Whoever follows it asks again: another carrier may know the number.
    parcel.watch = Parcel.Watch.WANTED if tracking.number else Parcel.Watch.NONE
    # Without a number its silence said nothing, and nobody looked.
    parcel.look_at = at
    parcel.save(update_fields=["carrier", "tracking_number", "number_key", "watch", "look_at"])
    if tracking.number:
        close_of_parcels(Cause.UNNUMBERED, [parcel.pk], at=at)


def due_of(order_id: int) -> datetime | None:
    """When the newest promise of arrival is broken, whatever became of it."""
    return _due_of_all([order_id]).get(order_id)


def _due_of_all(order_ids: Sequence[int]) -> dict[int, datetime]:
    made = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_kind="order", subject_id__in=order_ids)
    counted = made.exclude(state__in=[Promise.State.RENEWED, Promise.State.RELEASED])
    # Of several the newest is the last one.
    return dict(counted.order_by("pk").values_list("subject_id", "due_at"))


def note_due(order_ids: Sequence[int], *, at: datetime) -> None:
    """Write down again what was promised, and have the parcels looked at with it."""
    for order_id in order_ids:
        Parcel.objects.filter(order_id=order_id, delivered_at=None, refunded_at=None).update(
            due_at=due_of(order_id), look_at=at
        )
