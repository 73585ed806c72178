"""A closure, or a stop of a carrier or supplier, that is entered late: which promised days of dispatch it makes impossible.

A warehouse whose days have changed says so (`look_after`), and its promises are looked at one bounded piece after the other. What
is asked of each is the day on which it would leave by the same counting as when it was promised, on the days as they are now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tradewind.core.models import ShopAccount
from tradewind.core.schedule import every
from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import calendar_of
from tradewind.inventory.stops import SUPPLIER
from tradewind.inventory.warehousing import digest
from tradewind.lib.calendars import NoWorkingDays, WorkingCalendar, dispatch_day
from tradewind.orders.holding import WAITING_GOODS
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.shipping.departing import Departure, departure_from
from tradewind.shipping.leaving import without
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

_BATCH: Final = 200
_HORIZON: Final = 400
_CAUSES: Final = (Cause.HOLIDAY, Cause.SUPPLIER)


@dataclass(frozen=True, slots=True)
class Counted:
    """How a day of dispatch was counted when it was promised. `is_awaited`: something of it has yet to be bought or made."""

    asked_at: datetime
    cutoff: time
    handling_days: int
    last_day: date
    is_awaited: bool


def hit_by(counted: Counted, calendar: WorkingCalendar, kept: Departure) -> Cause | None:
    """What makes the promised day impossible, None where it stands. A supplier matters only for what does not lie there."""
    if _leaves_after(counted, calendar, without(calendar, kept.carriers)):
        return Cause.HOLIDAY
    making = without(calendar, kept.suppliers)
    if counted.is_awaited and _leaves_after(counted, making, without(making, kept.carriers)):
        return Cause.SUPPLIER
    return None


def _leaves_after(counted: Counted, making: WorkingCalendar, collected: WorkingCalendar) -> bool:
    try:
        ready = dispatch_day(counted.asked_at, counted.cutoff, counted.handling_days, making)
        return collected.next_working_day(ready) > counted.last_day
    except NoWorkingDays:
        return True


@every(timedelta(seconds=10), name="shipping.look_at_changed_days")
def look_at_changed_days(now: datetime) -> int:
    """One piece of each warehouse whose days have changed. Returns how many promises were looked at."""
    return sum(_look(place, now) for place in Warehouse.objects.filter(look_after__isnull=False).order_by("pk"))


def _look(place: Warehouse, now: datetime) -> int:
    """Killed before the end, the same piece is looked at again, which changes nothing."""
    owed = Promise.objects.filter(kind=Promise.Kind.DISPATCH, is_owed=True, subject_kind="order", due_at__gt=now)
    rows = list(owed.filter(pk__gt=place.look_after).order_by("pk")[:_BATCH])
    ours = [row for row in rows if row.inputs.get("warehouse") == place.code and "asked_at" in row.inputs]
    _settle(place, ours, now)
    _go_on(place, rows[-1].pk if len(rows) == _BATCH else None)
    return len(rows)


def _go_on(place: Warehouse, after: int | None) -> None:
    """Whoever has changed the days meanwhile begins anew, and is not overwritten."""
    with transaction.atomic():
        held = Warehouse.objects.select_for_update().get(pk=place.pk)
        if (held.look_after, digest(held)) == (place.look_after, digest(place)):
            Warehouse.objects.filter(pk=place.pk).update(look_after=after)


def _settle(place: Warehouse, promises: Sequence[Promise], now: datetime) -> None:
    calendar = _calendar(place, now)
    ways = _ways([promise.subject_id for promise in promises])
    awaited = _awaited([promise.subject_id for promise in promises if _has_suppliers(place)])
    hit: dict[Cause, list[int]] = {cause: [] for cause in _CAUSES}
    for promise in promises:
        kept = departure_from(place, way=ways.get(promise.subject_id, ""))
        cause = hit_by(_counted(promise, is_awaited=promise.subject_id in awaited), calendar, kept)
        if cause is not None:
            hit[cause].append(promise.subject_id)
    for cause, order_ids in hit.items():
        clear_orders(cause, at=now, order_ids={promise.subject_id for promise in promises} - set(order_ids))
        note_orders(cause, order_ids, at=now, notice=_named(place, cause))


def _counted(promise: Promise, *, is_awaited: bool) -> Counted:
    inputs = promise.inputs
    return Counted(
        asked_at=datetime.fromisoformat(inputs["asked_at"]),
        cutoff=time.fromisoformat(inputs["cutoff"]),
        handling_days=int(inputs["handling_days"]),
        last_day=promise.last_day,
        is_awaited=is_awaited,
    )


def _calendar(place: Warehouse, now: datetime) -> WorkingCalendar:
    years = range((now - timedelta(days=_HORIZON)).year, (now + timedelta(days=_HORIZON)).year + 1)
    return calendar_of(place, years)


def _ways(order_ids: Sequence[int]) -> Mapping[int, str]:
    rows = Order.objects.filter(pk__in=order_ids).values_list("pk", "delivery_option")
    return {pk: (option or {}).get("code", "") for pk, option in rows}


def _has_suppliers(place: Warehouse) -> bool:
    return any(stop["kind"] == SUPPLIER for stop in place.stops)


def _awaited(order_ids: Sequence[int]) -> set[int]:
    """Those whose goods do not lie here: held until they come, counted short, or written in words of our own."""
    made = OrderLine.objects.filter(order=OuterRef("pk"), kind=OrderLine.Kind.GOODS, variant_id=None)
    short = Trouble.objects.filter(order=OuterRef("pk"), cause=Cause.NO_STOCK, parcel=None, closed_at=None)
    own = Q(Exists(made), account__channel=ShopAccount.Channel.OWN)
    waits = Q(holds__reason=WAITING_GOODS, holds__released_at=None) | Exists(short) | own
    return set(Order.objects.filter(waits, pk__in=order_ids).values_list("pk", flat=True))


def _named(place: Warehouse, cause: Cause) -> str:
    """Who does not work, where the stop says it; several of them are handled together all the same."""
    names = {stop["name"] for stop in place.stops if stop["kind"] == SUPPLIER and stop["name"]}
    return " · ".join(sorted(names)) if cause is Cause.SUPPLIER else place.code
