"""That a parcel has arrived, as somebody says who knows: staff, a program of the shop, or the buyer.

It stands among what was said about the parcel, as a day and no scan, and settles what was promised. A carrier's word counts before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.trail import write_audit
from tradewind.lib.clock import BEIJING
from tradewind.lib.zones import main_zone
from tradewind.orders.models import Order
from tradewind.shipping.departed import note_unseen_departure
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status, means

CODE: Final = "arrival_told"
# Where no arrival is to be expected any more.
_GONE: Final = (Status.RETURNING, Status.RETURNED, Status.CANCELLED, Status.DELIVERED)
_NOON: Final = time(12)


class NotUnderway(Exception):
    """Another label took its place, it goes back, its buyer was erased; or a buyer says it of what waits for its carrier."""


class NotThatDay(ValueError):
    """It had not left by then, or the day is still to come."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many parcels are said to be there now, and how many cannot have come on that day or at all."""

    told: int
    refused: int


def say_arrived(*, parcel_id: int, on: date, teller: Parcel.Teller, by: str, at: datetime) -> bool:
    """It came on this day, of where it goes. False where it is there already, by whoever said so. Raises NotUnderway, NotThatDay."""
    with transaction.atomic():
        # The order first, as whoever hears does.
        order = Order.objects.select_for_update().get(parcels=parcel_id)
        parcel = Parcel.objects.select_for_update().get(pk=parcel_id)
        if parcel.status == Status.DELIVERED and parcel.replaced_at is None:
            return False
        is_denied = parcel.is_waiting and teller == Parcel.Teller.BUYER
        if not is_awaited(parcel) or order.erased_at is not None or is_denied:
            raise NotUnderway(parcel_id)
        arrived_at = _moment(on, parcel, max(parcel.handed_over_at, order.placed_at), at)
        if parcel.is_waiting:
            note_unseen_departure(parcel, arrived_at=arrived_at, at=at, by=by)
            hand_over(parcel_ids=[parcel.pk], reach=EVERYWHERE, by=by, at=arrived_at)
        hear(parcel_id=parcel.pk, told=[Told(arrived_at, means(Status.DELIVERED), CODE)], source=teller, at=at)
        after = {"parcel": parcel.ref, "on": on.isoformat(), "told_by": str(teller)}
        write_audit("order.arrival", subject=("order", order.pk), by=by, at=at, after=after)
    return True


def say_all_arrived(*, parcel_ids: Sequence[int], reach: Reach, on: date, by: str, at: datetime) -> Arrivals:
    """The same for many, by staff, each by itself."""
    told = refused = 0
    rows = reach.of(Parcel.objects.filter(pk__in=parcel_ids), field="order__account_id")
    for pk in rows.values_list("pk", flat=True):
        try:
            told += say_arrived(parcel_id=pk, on=on, teller=Parcel.Teller.STAFF, by=by, at=at)
        except (NotUnderway, NotThatDay):
            refused += 1
    return Arrivals(told, refused)


def is_awaited(parcel: Parcel) -> bool:
    """May somebody say that it has arrived?"""
    return parcel.replaced_at is None and parcel.status not in _GONE


def _moment(on: date, parcel: Parcel, left_at: datetime, now: datetime) -> datetime:
    """The noon of a day there, neither before it left nor ahead: nobody said an hour."""
    zone = ZoneInfo(main_zone(parcel.country))
    # Whoever says it may be a day ahead of the place, or behind.
    clocks = (zone, ZoneInfo(BEIJING))
    first = min(left_at.astimezone(clock).date() for clock in clocks)
    if not first <= on <= max(now.astimezone(clock).date() for clock in clocks):
        raise NotThatDay(on)
    return min(max(datetime.combine(on, _NOON, zone), left_at), now)
