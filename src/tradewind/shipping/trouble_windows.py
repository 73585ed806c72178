"""Days of a parcel that is on its way: from when on it is likely to be late, and which window it still needs.

By the days that its promise was counted from: what the lane's own parcels have taught, where they have, else what is stated.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from tradewind.lib.calendars import (
    NoHolidayTable,
    NoWorkingDays,
    WorkingCalendar,
    country_calendar,
    local_day,
    moment_of,
)
from tradewind.lib.transit import Stated
from tradewind.lib.transit_waiting import Way, likely_late_after, window_after
from tradewind.lib.zones import main_zone
from tradewind.promises.models import Promise

SHARE: Final = 0.9
_HORIZON_YEARS: Final = 2
_DAY: Final = timedelta(days=1)
# Where nothing is known of the way: as long as small packets usually take.
_USUAL: Final = Stated(5, 15)


@dataclass(frozen=True, slots=True)
class Underway:
    """A parcel that left on a day, by a way of which so much is known."""

    country: str
    left_at: datetime
    stated: Stated

    @property
    def calendar(self) -> WorkingCalendar:
        zone = main_zone(self.country)
        first = self.left_at.year
        try:
            return country_calendar(self.country, zone, range(first, first + _HORIZON_YEARS))
        except NoHolidayTable:
            return WorkingCalendar(zone)

    @property
    def way(self) -> Way:
        return Way.of(self.stated)


def underway(country: str, left_at: datetime, promise: Promise | None) -> Underway:
    days = promise.inputs.get("transit_days") if promise is not None else None
    return Underway(country, left_at, Stated(*days) if days else _USUAL)


def late_from(parcel: Underway, promise: Promise) -> datetime:
    """When it becomes likelier than not that this promise of arrival is broken; at the latest when it is."""
    if "transit_days" not in promise.inputs:
        return promise.due_at
    calendar = parcel.calendar
    left_on = local_day(parcel.left_at, calendar)
    days = calendar.working_days_between(left_on, promise.last_day)
    if days <= 0:
        return promise.due_at
    waited = likely_late_after(parcel.way, days)
    try:
        over = calendar.add_working_days(left_on, waited) if waited else left_on
    except NoWorkingDays:
        return promise.due_at
    return min(moment_of(over + _DAY, time(), calendar), promise.due_at)


def window_now(parcel: Underway, *, at: datetime) -> tuple[date, date]:
    """What such a parcel still needs: the first and the last day, at least tomorrow. Holds nine of ten."""
    calendar = parcel.calendar
    today = local_day(at, calendar)
    waited = max(calendar.working_days_between(local_day(parcel.left_at, calendar), today), 0)
    first, last = window_after(parcel.way, waited, SHARE)
    days = (calendar.add_working_days(today, max(day - waited, 1)) for day in (first, last))
    begin, end = (max(day, today + _DAY) for day in days)
    return begin, end


def until(day: date, zone_country: str) -> tuple[datetime, str]:
    """The first moment after a day of this country, and its zone."""
    zone = main_zone(zone_country)
    return moment_of(day + _DAY, time(), WorkingCalendar(zone)), zone
