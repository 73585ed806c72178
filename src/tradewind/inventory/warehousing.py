"""Warehouses: opened, and changed. Quotes are computed from them, so a change holds for the next buyer who looks.

Their code never changes and none is taken away: promises, stock and orders name it for good.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stops import Stop
from tradewind.lib.calendars import DayRange, NoHolidayTable, NoWorkingDays, country_calendar
from tradewind.lib.countries import COUNTRIES
from tradewind.markets.changing import touch_all

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,19}")
_MOST_HANDLING_DAYS: Final = 30
_MOST_CLOSURES: Final = 60
_MOST_PER_DAY: Final = 1_000_000
_LAST_POSITION: Final = 999


@dataclass(frozen=True, slots=True)
class Place:
    """What a warehouse is. `handling_days` are its own working days, `serves` countries, none for everywhere.

    `per_day`: how many orders it can send in a working day, 0 for no limit.
    """

    name: Mapping[str, str]
    city: Mapping[str, str]
    country: str
    subdivision: str
    zone: str
    cutoff: time
    handling_days: int
    closures: Sequence[DayRange]
    serves: Sequence[str]
    position: int
    stops: Sequence[Stop] = ()
    per_day: int = 0


class WarehouseOutdated(Exception):
    """Somebody else has changed the warehouse since it was read."""


def open_warehouse(*, code: str, place: Place, by: str, at: datetime) -> Warehouse:
    """It holds nothing yet, and nothing travels from it before a market has a way from there. Raises NotValid."""
    if not _CODE.fullmatch(code):
        raise NotValid("code", gettext_noop("Write small letters, digits or hyphens, say “rotterdam”."))
    _check(place, on=at.date())
    with transaction.atomic():
        # The constraint decides, also between two who open it at once.
        warehouse, is_new = Warehouse.objects.get_or_create(code=code, defaults=_columns(place))
        if not is_new:
            raise NotValid("code", gettext_noop("Another warehouse has this code already."))
        write_audit(
            "warehouse.opened",
            subject=("warehouse", warehouse.pk),
            by=by,
            at=at,
            after={"code": code, **told(warehouse)},
        )
    return warehouse


def change_warehouse(*, warehouse_id: int, place: Place, seen: str, by: str, at: datetime) -> None:
    """Quotes say so from the next request on; promises that were made stand. `seen` is the digest of what was changed.

    Raises NotValid, WarehouseOutdated.
    """
    _check(place, on=at.date())
    with transaction.atomic():
        warehouse = Warehouse.objects.select_for_update().get(pk=warehouse_id)
        if digest(warehouse) != seen:
            raise WarehouseOutdated
        before = told(warehouse)
        for column, value in _columns(place).items():
            setattr(warehouse, column, value)
        if told(warehouse) == before:
            return
        if not warehouse.per_day:
            warehouse.room_on, warehouse.counted_at, warehouse.waiting = None, None, 0
        warehouse.look_after = 0
        warehouse.save()
        write_audit(
            "warehouse.changed",
            subject=("warehouse", warehouse.pk),
            by=by,
            at=at,
            before=before,
            after=told(warehouse),
        )
        touch_all()


def next_position() -> int:
    last = Warehouse.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, _LAST_POSITION)


def told(warehouse: Warehouse) -> dict[str, Any]:
    """Everything that can be changed, as the audit trail keeps it."""
    return {
        "name": warehouse.name,
        "city": warehouse.city,
        "country": warehouse.country,
        "subdivision": warehouse.subdivision,
        "zone": warehouse.zone,
        "cutoff": warehouse.cutoff.isoformat("minutes"),
        "handling_days": warehouse.handling_days,
        "closures": warehouse.closures,
        "serves": warehouse.serves,
        "position": warehouse.position,
        "stops": warehouse.stops,
        "per_day": warehouse.per_day,
    }


def digest(warehouse: Warehouse) -> str:
    """Names this state of the warehouse."""
    return hashlib.sha256(json.dumps(told(warehouse), sort_keys=True).encode()).hexdigest()[:16]


def _columns(place: Place) -> dict[str, Any]:
    return {
        "name": dict(place.name),
        "city": dict(place.city),
        "country": place.country,
        "subdivision": place.subdivision,
        "zone": place.zone,
        "cutoff": place.cutoff,
        "handling_days": place.handling_days,
        "closures": [[each.first.isoformat(), each.last.isoformat()] for each in place.closures],
        "serves": list(place.serves),
        "position": place.position,
        "stops": [stop.as_data() for stop in place.stops],
        "per_day": place.per_day,
    }


def _check(place: Place, *, on: date) -> None:
    for field, texts in (("name", place.name), ("city", place.city)):
        if not any(texts.values()):
            raise NotValid(field, gettext_noop("Please write the name in one language at least."))
    if place.zone not in available_timezones():
        raise NotValid("zone", gettext_noop("Please write a time zone of the tz database, like Asia/Shanghai."))
    if place.handling_days > _MOST_HANDLING_DAYS:
        raise NotValid("handling_days", gettext_noop("Handling takes 30 working days at most."))
    if place.position > _LAST_POSITION:
        raise NotValid("position", gettext_noop("The position is a number from 0 to 999."))
    if place.per_day > _MOST_PER_DAY:
        raise NotValid("per_day", gettext_noop("At most a million orders a day; leave it empty for no limit."))
    if not set(place.serves) <= COUNTRIES:
        raise NotValid("serves", gettext_noop("Write codes of two letters, say DE AT; one of these is no country."))
    _check_calendar(place, on)


def _check_calendar(place: Place, on: date) -> None:
    """A quote looks for the next working day: there has to be one, today and after each closure."""
    # All together: what neither the warehouse nor a carrier or supplier works on.
    off = [*place.closures, *(stop.days for stop in place.stops)]
    if len(off) > _MOST_CLOSURES:
        raise NotValid("closures", gettext_noop("At most 60 closures, please: take out those that are over."))
    days = [on, *(closure.first for closure in off)]
    try:
        calendar = country_calendar(
            place.country, place.zone, {day.year for day in days}, place.subdivision or None, off
        )
        for day in days:
            calendar.next_working_day(day)
    except NoHolidayTable:
        field = "subdivision" if place.subdivision else "country"
        raise NotValid(field, gettext_noop("We have no table of public holidays for it.")) from None
    except NoWorkingDays:
        raise NotValid(
            "closures", gettext_noop("These closures leave no working day: nothing could be promised.")
        ) from None
