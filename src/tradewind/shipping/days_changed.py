"""A closure, or a stop of a carrier or supplier, that is entered late: which promised days of dispatch it makes impossible.

A warehouse whose days have changed says so (`look_after`), and its promises are looked at one bounded piece after the other. What
is asked of each is the day on which it would leave by the same counting as when it was promised, on the days as they are now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tradewind.core.each_alone import Round
from tradewind.core.models import ShopAccount
from tradewind.core.schedule import every
from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import calendar_of, first_warehouse
from tradewind.inventory.stops import SUPPLIER
from tradewind.inventory.warehousing import digest
from tradewind.lib.calendars import NoWorkingDays, WorkingCalendar, dispatch_day
from tradewind.orders.holding import WAITING_GOODS
from tradewind.orders.importing.promising import begun_at, is_of_platform
from tradewind.orders.models import Order, OrderLine
from tradewind.promises.models import Promise
from tradewind.promises.why import HERE_ON
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
    last_day: date  # on which it can leave, of the warehouse
    is_awaited: bool


def hit_by(counted: Counted, calendar: WorkingCalendar, kept: Departure) -> Cause | None:
    """What makes the promised day impossible, None where it stands. A supplier matters only for what does not lie there."""
    if _leaves_after(counted, calendar, without(calendar, kept.carriers)):
        return Cause.HOLIDAY
    making = without(calendar, kept.suppliers)
    if counted.is_awaited and _leaves_after(counted, making, without(making, kept.carriers)):
        return Cause.SUPPLIER
    return None


def cause_now(promise: Promise, *, now: datetime) -> Cause | None:
    """The same of one promise of dispatch, on the days as they are now."""
    place = first_warehouse() if is_of_platform(promise) else _named_by(promise)
    return _hit(place, [promise], now).get(promise.subject_id) if place else None


def is_counted(promise: Promise) -> bool:
    """Is it known from when on the day of dispatch was counted?"""
    return "asked_at" in promise.inputs or is_of_platform(promise)


def _leaves_after(counted: Counted, making: WorkingCalendar, collected: WorkingCalendar) -> bool:
    try:
        ready = dispatch_day(counted.asked_at, counted.cutoff, counted.handling_days, making)
        return collected.next_working_day(ready) > counted.last_day
    except NoWorkingDays:
        return True


@every(timedelta(seconds=10), name="shipping.look_at_changed_days")
def look_at_changed_days(now: datetime) -> int:
    """One piece of each warehouse whose days have changed. Returns how many promises were looked at."""
    changed = Warehouse.objects.filter(look_after__isnull=False).order_by("pk")
    with Round() as places:
        return places.each(list(changed), lambda place: _look(place, now))


def _look(place: Warehouse, now: datetime) -> int:
    """Killed before the end, the same piece is looked at again, which changes nothing."""
    owed = Promise.objects.filter(kind=Promise.Kind.DISPATCH, is_owed=True, subject_kind="order", due_at__gt=now)
    rows = list(owed.filter(pk__gt=place.look_after).order_by("pk")[:_BATCH])
    first = first_warehouse()
    is_first = first is not None and first.pk == place.pk
    _settle(place, [row for row in rows if _leaves_from(place, row, is_first=is_first)], now)
    _go_on(place, rows[-1].pk if len(rows) == _BATCH else None)
    return len(rows)


def _leaves_from(place: Warehouse, promise: Promise, *, is_first: bool) -> bool:
    if is_of_platform(promise):
        return is_first
    return is_counted(promise) and promise.inputs.get("warehouse") == place.code


def _go_on(place: Warehouse, after: int | None) -> None:
    """Whoever has changed the days meanwhile begins anew, and is not overwritten."""
    with transaction.atomic():
        held = Warehouse.objects.select_for_update().get(pk=place.pk)
        if (held.look_after, digest(held)) == (place.look_after, digest(place)):
            Warehouse.objects.filter(pk=place.pk).update(look_after=after)


def _settle(place: Warehouse, promises: Sequence[Promise], now: datetime) -> None:
    hit = _hit(place, promises, now)
    for cause in _CAUSES:
        order_ids = {pk for pk, found in hit.items() if found is cause}
        clear_orders(cause, at=now, order_ids={promise.subject_id for promise in promises} - order_ids)
        note_orders(cause, order_ids, at=now, notice=_named(place, cause))


def _hit(place: Warehouse, promises: Sequence[Promise], now: datetime) -> Mapping[int, Cause]:
    """By order, those whose day has become impossible. Two statements, however many they are."""
    calendar, ids = _calendar(place, now), [promise.subject_id for promise in promises]
    orders = Order.objects.only("delivery_option", "placed_at", "source").in_bulk(ids)
    awaited = _awaited(ids) if _has_suppliers(place) else set()
    hit: dict[int, Cause] = {}
    for promise in promises:
        order = orders.get(promise.subject_id)
        if order is None:
            continue
        counted = _counted(promise, order, place, is_awaited=order.pk in awaited)
        cause = hit_by(counted, calendar, departure_from(place, way=(order.delivery_option or {}).get("code", "")))
        # What the shop's own handling makes late for its sales channel has no closed day to blame.
        if cause is not None and not (is_of_platform(promise) and _leaves_after(counted, *_unclosed(calendar))):
            hit[order.pk] = cause
    return hit


def _counted(promise: Promise, order: Order, place: Warehouse, *, is_awaited: bool) -> Counted:
    """As it was counted; of what a sales channel counts as we would count it ourselves from its beginning."""
    inputs = promise.inputs
    if not is_of_platform(promise):
        return Counted(
            asked_at=datetime.fromisoformat(inputs["asked_at"]),
            cutoff=time.fromisoformat(inputs["cutoff"]),
            handling_days=int(inputs["handling_days"]),
            last_day=promise.last_day,
            # Counted from the day on which somebody said that they come, whatever stop the supplier has.
            is_awaited=is_awaited and HERE_ON not in inputs,
        )
    begun = inputs.get("started_at")
    last = promise.due_at - timedelta(microseconds=1)
    return Counted(
        asked_at=datetime.fromisoformat(begun) if begun else begun_at(order),
        cutoff=place.cutoff,
        handling_days=place.handling_days,
        last_day=last.astimezone(ZoneInfo(place.zone)).date(),
        is_awaited=is_awaited,
    )


def _unclosed(calendar: WorkingCalendar) -> tuple[WorkingCalendar, WorkingCalendar]:
    days = replace(calendar, closures=())
    return days, days


def _named_by(promise: Promise) -> Warehouse | None:
    return Warehouse.objects.filter(code=promise.inputs.get("warehouse", "")).first()


def _calendar(place: Warehouse, now: datetime) -> WorkingCalendar:
    years = range((now - timedelta(days=_HORIZON)).year, (now + timedelta(days=_HORIZON)).year + 1)
    return calendar_of(place, years)


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
