"""Working days of a country counted fast: each day once, for many parcels."""

from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.lib.calendars import country_calendar
from tradewind.lib.zones import main_zone

# Warehouses may be a day ahead of the country, and carriers' clocks run wrong.
_MARGIN: Final = timedelta(days=7)


class CountedDays:
    """Of a country, from so long ago until now. `today` is its date at this moment."""

    def __init__(self, country: str, at: datetime, back: timedelta) -> None:
        zone = main_zone(country)
        self._zone = ZoneInfo(zone)
        self.today = self.day_of(at)
        self._first = self.today - back - _MARGIN
        length = (self.today + _MARGIN - self._first).days + 1
        days = [self._first + timedelta(days=offset) for offset in range(length)]
        calendar = country_calendar(country, zone, range(days[0].year, days[-1].year + 1))
        self._is_working = [calendar.is_working(day) for day in days]
        self._before = [0, *accumulate(self._is_working)]

    def day_of(self, moment: datetime) -> date:
        """Its date there."""
        return moment.astimezone(self._zone).date()

    def until(self, left_on: date, day: date) -> int:
        """After how many working days a parcel that left on a day was there on another: on a day off, with the next working day.

        So a window of as many days that is counted from that day holds it. None below zero.
        """
        first, last = self._place(left_on), self._place(day)
        if last <= first:
            return 0
        return self._before[last + 1] - self._before[first + 1] + (not self._is_working[last])

    def _place(self, day: date) -> int:
        return min(max((day - self._first).days, 0), len(self._is_working) - 1)
