"""Parcels of the demo's past months: their ways teach the lanes, and say how many of nine of ten came true.

In bulk, on the orders of the history. Who carried them is made up; the orders are real.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.demo.scanned import minutes_east
from tradewind.lib.calendars import country_calendar
from tradewind.lib.refs import new_ref
from tradewind.lib.zones import main_zone
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.lane_coverage import count_windows, store_windows
from tradewind.shipping.lane_learning import learn_lanes
from tradewind.shipping.models import Parcel, TrackingEvent
from tradewind.shipping.silences import learn_silences
from tradewind.shipping.tracking_states import Status

_LOOKED_BACK: Final = timedelta(days=200)
_YOUNGEST: Final = timedelta(days=40)
_MONTH: Final = timedelta(days=30)
_DAY: Final = timedelta(days=1)
# Country -> market, way, carrier, the working days within which nine of ten arrive, and the place of the last scans.
_LANES: Final = {
    "DE": ("de", "de-air-local", "YunExpress", (7, 10), "Leipzig"),
    "FR": ("fr", "fr-air-local", "YunExpress", (7, 11), "Paris"),
    "AU": ("au", "au-air-local", "4PX", (7, 11), "Sydney"),
    "JP": ("jp", "jp-air-local", "Yanwen", (4, 6), "東京"),
    "CH": ("world", "world-air-local", "4PX", (9, 14), "Zürich"),
    "IE": ("world", "world-air-local", "4PX", (9, 15), "Dublin"),
    "ES": ("world", "world-air-local", "4PX", (9, 14), "Madrid"),
    "NO": ("world", "world-air-local", "4PX", (10, 15), "Oslo"),
}
# How far beside its window a parcel comes, in working days: one of twenty early, about one of sixteen late.
_EARLY: Final = 0.05
_LATE: Final = 0.94
_SCANS: Final = (Status.PICKED_UP, Status.IN_TRANSIT, Status.CUSTOMS, Status.OUT_FOR_DELIVERY, Status.DELIVERED)
_BATCH: Final = 500


def load_past_parcels(*, at: datetime) -> None:
    """All or nothing; what they teach is learnt at once, month after month as the nights would have."""
    with transaction.atomic():
        if Parcel.objects.exists():
            return
        made = list(_made(at))
        Parcel.objects.bulk_create((parcel for parcel, _, _ in made), batch_size=_BATCH)
        Promise.objects.bulk_create((promise for _, promise, _ in made), batch_size=_BATCH)
        TrackingEvent.objects.bulk_create((event for _, _, events in made for event in events), batch_size=_BATCH)
        for ago in range(5, 0, -1):
            store_windows(count_windows(at=at - ago * _MONTH))
    learn_lanes(at=at)
    learn_silences(at)


def _made(at: datetime) -> Iterator[tuple[Parcel, Promise, Sequence[TrackingEvent]]]:
    rows = Order.objects.filter(
        kind=Order.Kind.SALE,
        country__in=_LANES,
        placed_at__gte=at - _LOOKED_BACK,
        placed_at__lt=at - _YOUNGEST,
    )
    for order in rows.order_by("pk"):
        yield _way_of(order, random.Random(order.external_id))  # noqa: S311  # the same demo each time


def _way_of(order: Order, chance: random.Random) -> tuple[Parcel, Promise, Sequence[TrackingEvent]]:
    *_, (first, last), _ = _LANES[order.country]
    zone = main_zone(order.country)
    left_at = order.placed_at + timedelta(hours=chance.uniform(20, 44))
    left_on = left_at.date()
    calendar = country_calendar(order.country, zone, (left_on.year, left_on.year + 1))
    luck = chance.random()
    days = first - 1 if luck < _EARLY else last + chance.randint(1, 6) if luck > _LATE else chance.randint(first, last)
    window = tuple(calendar.add_working_days(left_on, each) for each in (first, last))
    rings = time(chance.randint(9, 17), chance.randint(0, 59), tzinfo=ZoneInfo(zone))
    arrived_at = datetime.combine(calendar.add_working_days(left_on, days), rings).astimezone(UTC)
    parcel = _parcel(order, left_at, arrived_at, chance)
    since, until = (
        datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC) for day in (window[0], window[1] + _DAY)
    )
    promise = Promise(
        kind=Promise.Kind.DELIVERY,
        state=Promise.State.KEPT if arrived_at < until else Promise.State.BROKEN,
        buyer_id=order.buyer_id,
        account_id=order.account_id,
        subject_kind="order",
        subject_id=order.pk,
        made_at=order.placed_at,
        window_start=since,
        due_at=until,
        first_day=window[0],
        last_day=window[1],
        zone=zone,
        share=Decimal("0.90"),
        inputs=_inputs(order, (first, last)),
        settled_at=min(arrived_at, until),
        is_owed=False,
        fulfilled_at=arrived_at,
    )
    parcel.due_at = until
    return parcel, promise, list(_events(parcel))


def _inputs(order: Order, days: tuple[int, int]) -> dict[str, Any]:
    market, option, *_ = _LANES[order.country]
    return {
        "country": order.country,
        "option": option,
        "lane": [market, order.country, option],
        "transit_days": list(days),
        "skipped": {"dispatch": [], "transit": []},
    }


def _parcel(order: Order, left_at: datetime, arrived_at: datetime, chance: random.Random) -> Parcel:
    market, option, carrier, *_ = _LANES[order.country]
    number = f"{carrier[:2].upper()}{chance.randint(10**11, 10**12 - 1)}"
    first_scan_at = left_at + timedelta(hours=chance.uniform(2, 20))
    return Parcel(
        order=order,
        ref=new_ref("PC"),
        carrier=carrier,
        tracking_number=number,
        number_key=number,
        handed_over_at=left_at,
        departure=1,
        country=order.country,
        warehouse="shenzhen",
        market=market,
        option=option,
        status=Status.DELIVERED,
        since=arrived_at,
        last_at=arrived_at,
        first_scan_at=first_scan_at,
        delivered_at=arrived_at,
        told=["delivered"],
        longest_silence=int((arrived_at - first_scan_at) / timedelta(hours=1) * 0.4),
    )


def _events(parcel: Parcel) -> Iterator[TrackingEvent]:
    first, last = parcel.first_scan_at, parcel.delivered_at
    if first is None or last is None:
        return
    place = _LANES[parcel.country][-1]
    for status, share in zip(_SCANS, (0.0, 0.2, 0.6, 0.97, 1.0), strict=True):
        moment = first + (last - first) * share
        where = place if share > 0.5 else "Shenzhen"  # noqa: PLR2004  # the second half is there
        yield TrackingEvent(
            parcel=parcel,
            digest=hashlib.sha256(f"{parcel.ref}:{status}".encode()).hexdigest()[:32],
            at=moment,
            status=status,
            claims=True,
            code=str(status),
            place=where,
            minutes_east=minutes_east(where, parcel.country, moment),
            carrier=parcel.carrier,
            source="simulator",
            heard_at=moment,
        )
