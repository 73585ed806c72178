"""Reading stock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tradewind.inventory.models import Reservation, StockLevel, Warehouse
from tradewind.lib.calendars import DayRange, WorkingCalendar, country_calendar


def warehouses() -> list[Warehouse]:
    """All warehouses in the order of preference."""
    return list(Warehouse.objects.order_by("position", "pk"))


def first_warehouse() -> Warehouse | None:
    """From which leaves what names none, as orders of sales channels do."""
    return Warehouse.objects.filter(is_on=True).order_by("position", "pk").first()


def closures_of(place: Warehouse) -> tuple[DayRange, ...]:
    """When the warehouse itself is closed, beside weekends and public holidays."""
    return tuple(DayRange(date.fromisoformat(first), date.fromisoformat(last)) for first, last in place.closures)


def calendar_of(place: Warehouse, years: Iterable[int]) -> WorkingCalendar:
    """Its working days, without what carriers and suppliers do. Raises NoHolidayTable."""
    return country_calendar(place.country, place.zone, years, place.subdivision or None, closures_of(place))


def levels(variant_ids: Iterable[int]) -> list[StockLevel]:
    """What each warehouse holds of these variants, by variant and then in the warehouses' order."""
    rows = StockLevel.objects.filter(variant_id__in=list(variant_ids)).select_related("warehouse")
    return list(rows.order_by("variant_id", "warehouse__position", "warehouse_id"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a cart: so many units, of a bundle with its parts as (variant, units in one bundle)."""

    variant_id: int
    quantity: int
    consists_of: tuple[tuple[int, int], ...] = ()

    def needs(self) -> dict[int, int]:
        """Units of each stocked variant."""
        return {part: units * self.quantity for part, units in self.consists_of or ((self.variant_id, 1),)}


@dataclass(frozen=True, slots=True)
class Counted:
    """`places`: for each line's variant the warehouses that have everything it needs beside what the other lines need.
    `short`: lines for which too few units are left once the lines before them are served, wherever these lie.
    """

    places: dict[int, set[str]]
    short: set[int]


def count_for(lines: Sequence[Asked]) -> Counted:
    """Count the stock for a whole cart at once: a bundle and one of its parts want the same units. One statement."""
    demand: dict[int, int] = {}
    for line in lines:
        for part, units in line.needs().items():
            demand[part] = demand.get(part, 0) + units
    enough: dict[int, set[str]] = {part: set() for part in demand}
    left = dict.fromkeys(demand, 0)
    rows = StockLevel.objects.filter(variant_id__in=list(demand), warehouse__is_on=True)
    for part, code, on_hand, reserved in rows.values_list("variant_id", "warehouse__code", "on_hand", "reserved"):
        left[part] += max(on_hand - reserved, 0)
        if on_hand - reserved >= demand[part]:
            enough[part].add(code)
    places = {line.variant_id: set.intersection(*(enough[part] for part in line.needs())) for line in lines}
    return Counted(places, _short(lines, left))


def _short(lines: Sequence[Asked], left: dict[int, int]) -> set[int]:
    short = set()
    for line in lines:
        needs = line.needs()
        if any(left[part] < units for part, units in needs.items()):
            short.add(line.variant_id)
            continue
        for part, units in needs.items():
            left[part] -= units
    return short


def reservations_of(kind: str, subject_id: int) -> list[Reservation]:
    """What a subject holds or held, oldest first."""
    rows = Reservation.objects.filter(subject_kind=kind, subject_id=subject_id)
    return list(rows.select_related("level__warehouse").order_by("pk"))
