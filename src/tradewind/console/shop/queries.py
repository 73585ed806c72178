"""Named reads of warehouses for the staff."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import Sum

from tradewind.core.words import TAGS, pick, spoken
from tradewind.inventory.models import StockLevel, Warehouse
from tradewind.inventory.queries import calendar_of, closures_of, warehouses
from tradewind.inventory.switching import held_in
from tradewind.lib.calendars import (
    DayRange,
    NoWorkingDays,
    is_china_announced,
    local_day,
    public_holiday_names,
    shifted_working_days,
)
from tradewind.lib.countries import country_name
from tradewind.orders.models import Order
from tradewind.shipping import leaving
from tradewind.shipping.models import DeliveryOption

_MOST_DAYS: Final = 8


@dataclass(frozen=True, slots=True)
class WarehouseRow:
    """A warehouse as the list shows it. `leaves_on` is of an order placed now, None where it is closed for good."""

    id: int
    code: str
    name: str
    place: str
    zone: str
    cutoff: time
    handling_days: int
    leaves_on: date | None
    closure: DayRange | None
    on_hand: int
    reserved: int
    ways: int
    is_on: bool


def warehouse_rows(*, at: datetime) -> list[WarehouseRow]:
    """All of them in the order of preference, in as many statements for one as for thirty."""
    sums = StockLevel.objects.values("warehouse_id").annotate(Sum("on_hand"), Sum("reserved")).order_by()
    stock = {row["warehouse_id"]: (row["on_hand__sum"], row["reserved__sum"]) for row in sums}
    ways = Counter(DeliveryOption.objects.filter(is_on=True).values_list("warehouse_id", flat=True))
    return [_row(place, stock.get(place.pk, (0, 0)), ways[place.pk], at) for place in warehouses()]


def days_off(place: Warehouse, *, at: datetime) -> Sequence[tuple[date, str]]:
    """The next public holidays at the warehouse, and with an empty name the weekend days that are worked instead."""
    today = local_day(at, calendar_of(place, {at.year}))
    years = (today.year, today.year + 1)
    part = place.subdivision or None
    language = TAGS[spoken()]
    named = {
        **public_holiday_names(place.country, years, language, part),
        **dict.fromkeys(shifted_working_days(place.country, years, part), ""),
    }
    return [(day, name) for day, name in sorted(named.items()) if day >= today][:_MOST_DAYS]


def holders(place: Warehouse) -> list[tuple[Order, int]]:
    """The orders that hold units in the warehouse, and how many, oldest first. Two statements."""
    units = {held.subject_id: held.units for held in held_in(place.pk) if held.subject_kind == "order"}
    orders = {order.pk: order for order in Order.objects.filter(pk__in=units)}
    return [(orders[pk], count) for pk, count in units.items() if pk in orders]


def leaves_on(place: Warehouse, *, at: datetime) -> date | None:
    """The day on which an order placed now leaves, None if no working day is within reach."""
    try:
        return leaving.leaves_on(place, at, calendar_of(place, {at.year}))
    except NoWorkingDays:
        return None


def unannounced_years(place: Warehouse, *, at: datetime) -> list[int]:
    """This year and the next, as far as China has not said yet which days of them are off and which weekends are worked."""
    if place.country != "CN":
        return []
    year = local_day(at, calendar_of(place, {at.year})).year
    return [each for each in (year, year + 1) if not is_china_announced(each)]


def ways_from(place: Warehouse) -> list[tuple[str, str]]:
    """(code, name) of the delivery options from there, each code once."""
    rows = DeliveryOption.objects.filter(warehouse=place).order_by("code", "pk")
    return list({row.code: f"{pick(row.name, spoken())} ({row.code})" for row in rows}.items())


def _row(place: Warehouse, stock: tuple[int, int], ways: int, at: datetime) -> WarehouseRow:
    today = local_day(at, calendar_of(place, {at.year}))
    ahead = sorted((each for each in closures_of(place) if each.last >= today), key=lambda each: each.first)
    return WarehouseRow(
        id=place.pk,
        code=place.code,
        name=pick(place.name, spoken()),
        place=f"{pick(place.city, spoken())}, {country_name(place.country, TAGS[spoken()])}",
        zone=place.zone,
        cutoff=place.cutoff,
        handling_days=place.handling_days,
        leaves_on=leaves_on(place, at=at),
        closure=ahead[0] if ahead else None,
        on_hand=stock[0],
        reserved=stock[1],
        ways=ways,
        is_on=place.is_on,
    )
