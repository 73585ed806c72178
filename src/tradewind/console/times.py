"""Times as staff read them: Beijing's, and beside it the buyer's where it is known."""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from babel.dates import format_date, format_skeleton

from tradewind.core import words
from tradewind.lib.clock import BEIJING, stamp

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def local_time(value: datetime, country: str, zone: str = "") -> str:
    """The hour where the buyer lives, with the day where it differs from Beijing's: "07:22" or "11-23 23:40".

    Empty where the country is unknown, has several times, or has Beijing's.
    """
    local = _local(value, country, zone)
    beijing = value.astimezone(ZoneInfo(BEIJING))
    if local is None or local.utcoffset() == beijing.utcoffset():
        return ""
    return local.strftime("%H:%M" if local.date() == beijing.date() else "%m-%d %H:%M")


def due_time(value: datetime) -> str:
    """Until when something has to be done. Midnight in Beijing is the end of the day before: "30 November, end of the day"."""
    local = value.astimezone(ZoneInfo(BEIJING))
    if local.time() != time():
        return stamp(value)
    language, day = words.spoken(), (local - timedelta(days=1)).date()
    locale = words.locale_of(language)
    # As people here write it; the skeleton would begin with the month.
    told = (
        format_date(day, "d MMMM", locale=locale) if language == "en" else format_skeleton("MMMMd", day, locale=locale)
    )
    return words.say(language, "{day}, end of the day", day=told)


def elapsed(since: datetime, until: datetime) -> str:
    """How long ago, or how far ahead: "5 min", "3 h", "2 d"."""
    seconds = abs(int((until - since).total_seconds()))
    language = words.spoken()
    if seconds < _MINUTE:
        return words.say(language, "under a minute")
    if seconds < _HOUR:
        return words.say(language, "{minutes} min", minutes=seconds // _MINUTE)
    if seconds < 2 * _DAY:
        return words.say(language, "{hours} h", hours=seconds // _HOUR)
    return words.say(language, "{days} d", days=seconds // _DAY)


def _local(value: datetime, country: str, zone: str) -> datetime | None:
    if zone:
        return value.astimezone(ZoneInfo(zone))
    there = [value.astimezone(each) for each in _zones(country)]
    # A country of one time, whatever its zones are called: Germany has two that agree, the United States do not.
    is_one_time = bool(there) and len({each.utcoffset() for each in there}) == 1
    return there[0] if is_one_time else None


@cache
def _zones(country: str) -> tuple[ZoneInfo, ...]:
    zones = []
    for name, territory in sorted(get_global("zone_territories").items()):
        if territory == country:
            try:
                zones.append(ZoneInfo(name))
            except ZoneInfoNotFoundError:
                continue
    return tuple(zones)
