"""When goods leave: the day of dispatch of an order, and until when an order still leaves on that day.

A day for which the warehouse has no room, or on which the carrier collects nothing, is still a day on which it works: the
cut-off holds, and what is ordered after it is never promised to leave earlier than what was ordered before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from tradewind.inventory.models import Warehouse
from tradewind.inventory.stops import Stop
from tradewind.lib.calendars import WorkingCalendar, dispatch_day, local_day, next_cutoff
from tradewind.shipping.departing import Departure, departure_from
from tradewind.shipping.terms import Terms


@dataclass(frozen=True, slots=True)
class Leaving:
    """`on` is a day of the warehouse; an order after `holds_until` leaves later. `inputs` say why that day."""

    on: date
    holds_until: datetime
    inputs: Mapping[str, Any]


def leaving(terms: Terms, at: datetime, origin: WorkingCalendar, *, is_awaited: bool = False) -> Leaving:
    """Of an order placed at this moment. `is_awaited`: of goods that have yet to be bought or made. Raises NoWorkingDays."""
    kept = terms.departure
    if not is_awaited:
        kept = replace(kept, suppliers=())
    return _leaving(terms.cutoff, terms.handling_days, kept, at, origin)


def leaves_on(place: Warehouse, at: datetime, origin: WorkingCalendar) -> date:
    """The day on which goods leave that lie there, by a way without stops of its own. Raises NoWorkingDays."""
    kept = replace(departure_from(place), suppliers=())
    return _leaving(place.cutoff, place.handling_days, kept, at, origin).on


def _leaving(cutoff: time, handling_days: int, kept: Departure, at: datetime, origin: WorkingCalendar) -> Leaving:
    making = without(origin, kept.suppliers)
    ready = dispatch_day(at, cutoff, handling_days, making)
    room = making.next_working_day(max(ready, kept.room_on or ready))
    on = without(origin, kept.carriers).next_working_day(room)
    told: dict[str, Any] = {"cutoff": cutoff.isoformat("minutes"), "handling_days": handling_days}
    if room > ready:
        told["room_on"] = room.isoformat()
    if on > ready:
        told["later_by"] = origin.working_days_between(ready, on)
    stops = [*_met(kept.suppliers, local_day(at, origin), ready), *_met(kept.carriers, room, on)]
    if stops:
        told["stops"] = stops
    return Leaving(on, next_cutoff(at, cutoff, making), told)


def without(calendar: WorkingCalendar, stops: Sequence[Stop]) -> WorkingCalendar:
    """The same days but those of the stops."""
    if not stops:
        return calendar
    return replace(calendar, closures=(*calendar.closures, *(stop.days for stop in stops)))


def _met(stops: Sequence[Stop], first: date, before: date) -> list[dict[str, str]]:
    """Those that kept goods between these days."""
    return [stop.as_data() for stop in stops if stop.days.first < before and stop.days.last >= first]
