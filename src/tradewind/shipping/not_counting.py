"""Which days between order and arrival did not count, and why: kept with a promise, to answer "why this date?".

The days themselves, not the calendars: those know tomorrow what they did not know when it was promised.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from tradewind.lib.calendars import WorkingCalendar, local_day

# A holiday of a month has as many; what lies beyond is not listed.
_MOST: Final = 60
SHIFTED: Final = "shifted"

Days = tuple[tuple[str, str], ...]


def days_not_counted(
    at: datetime, leaves_on: date, arrives_last: date, origin: WorkingCalendar, destination: WorkingCalendar
) -> dict[str, Any]:
    """Days as (day, reason): closure, holiday, weekend; and as "shifted" the days of a weekend that did count."""
    return {
        "dispatch": _between(local_day(at, origin), leaves_on, origin),
        "transit": _between(leaves_on + timedelta(days=1), arrives_last, destination),
    }


@lru_cache(maxsize=2048)
def _between(first: date, last: date, calendar: WorkingCalendar) -> Days:
    """Both included. Asked for by every page that shows a date, mostly for the same days."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    told = ((day.isoformat(), _reason(day, calendar)) for day in days)
    return tuple((day, reason) for day, reason in told if reason)[:_MOST]


def _reason(day: date, calendar: WorkingCalendar) -> str:
    off = calendar.why_off(day)
    return off or (SHIFTED if day.weekday() not in calendar.weekdays else "")
