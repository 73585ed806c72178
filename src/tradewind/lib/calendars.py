"""Owns working days: which local days count, and which moments and days follow from that.

Every promise in working days is calculated here, with the calendar of the warehouse, the market or the platform that
the promise belongs to. Days are local dates of the calendar's zone; moments are aware and come back in UTC.

Days off come from the `holidays` library, which knows China's make-up working days (调休上班) from the State Council's
yearly notices, and those of other countries that shift days. A notice comes out in November for the year after;
before that, China's calendar for the year has the statutory days only, and `is_china_announced` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.lib.clock import as_utc

MONDAY_TO_FRIDAY: Final = frozenset(range(5))
CHINA_ZONE: Final = "Asia/Shanghai"

# The longest real pause, a warehouse that moves, is weeks. A year and a half without one working day is a mistake in
# the settings, and looking further would only hang the page that asked.
_LONGEST_PAUSE = 550
_ONE_DAY = timedelta(days=1)


class NoWorkingDays(ValueError):
    """The calendar has no working day within reach, so nothing can be promised by it."""

    def __init__(self, day: date, zone: str) -> None:
        super().__init__(f"the calendar of {zone} has no working day within {_LONGEST_PAUSE} days of {day}")
        self.day = day
        self.zone = zone


class NoHolidayTable(ValueError):
    """No table of holidays is known for the country, or not for this part of it."""

    def __init__(self, country: str, subdivision: str | None) -> None:
        super().__init__(f"no table of holidays for {country}{f'-{subdivision}' if subdivision else ''}")
        self.country = country
        self.subdivision = subdivision


class BackwardsDayRange(ValueError):
    """A range of days cannot end before it starts."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"{last} lies before {first}")
        self.first = first
        self.last = last


class NegativeHandling(ValueError):
    """Goods cannot leave before they were ordered."""

    def __init__(self, handling_days: int) -> None:
        super().__init__(f"{handling_days} handling days")
        self.handling_days = handling_days


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole local days, the first and the last included, as people say it: closed from the 14th to the 23rd."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BackwardsDayRange(self.first, self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """A zone (IANA) and its working days; weekdays count from Monday as 0.

    A closure beats everything, a shifted working day (调休: a Saturday worked for a bridge day) beats a holiday, and a
    holiday beats the weekday.
    """

    zone: str
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    shifted_working_days: frozenset[date] = frozenset()
    closures: tuple[DayRange, ...] = ()

    def is_working(self, day: date) -> bool:
        if any(day in closure for closure in self.closures):
            return False
        if day in self.shifted_working_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def why_off(self, day: date) -> str:
        """Why it does not count, the strongest reason first: closure, holiday, weekend. Empty for a working day."""
        if self.is_working(day):
            return ""
        if any(day in closure for closure in self.closures):
            return "closure"
        return "holiday" if day in self.holidays and day.weekday() in self.weekdays else "weekend"

    def next_working_day(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it. Raises NoWorkingDays."""
        return day if self.is_working(day) else self._step(day, 1)

    def add_working_days(self, day: date, days: int) -> date:
        """The n-th working day after the day, or before it for a negative n; for 0 the same as next_working_day.

        The day itself never counts: one working day after a Saturday is Monday, and so it is after a Friday.
        """
        if days == 0:
            return self.next_working_day(day)
        for _ in range(abs(days)):
            day = self._step(day, 1 if days > 0 else -1)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days pass after start until end, end included; negative if end lies before start.

        The inverse of adding: from a working day, working_days_between(day, add_working_days(day, n)) is n.
        """
        if end < start:
            return -self._count(end, start - _ONE_DAY)
        return self._count(start + _ONE_DAY, end) if end > start else 0

    def _count(self, first: date, last: date) -> int:
        return sum(self.is_working(first + timedelta(days=offset)) for offset in range((last - first).days + 1))

    def _step(self, day: date, direction: int) -> date:
        for distance in range(1, _LONGEST_PAUSE + 1):
            try:
                candidate = day + timedelta(days=direction * distance)
            except OverflowError:
                break
            if self.is_working(candidate):
                return candidate
        raise NoWorkingDays(day, self.zone)


def local_day(moment: datetime, calendar: WorkingCalendar) -> date:
    """The date on the wall of the calendar's zone. Raises NaiveMoment."""
    return as_utc(moment).astimezone(ZoneInfo(calendar.zone)).date()


def moment_of(day: date, wall_time: time, calendar: WorkingCalendar) -> datetime:
    """The moment, in UTC, at which the zone's clocks first show that time on that day.

    A time that the clocks skip in spring is as long after the change as it lies in the gap: 02:30 is 03:30.
    """
    local = datetime.combine(day, wall_time.replace(tzinfo=None, fold=0), tzinfo=ZoneInfo(calendar.zone))
    return local.astimezone(UTC)


def dispatch_day(ordered_at: datetime, cutoff: time, handling_days: int, calendar: WorkingCalendar) -> date:
    """The local day on which an order leaves.

    An order before the local cut-off on a working day counts from that day, any other from the next working day;
    handling days are working days after it. Raises NaiveMoment, NegativeHandling, NoWorkingDays.
    """
    if handling_days < 0:
        raise NegativeHandling(handling_days)
    return calendar.add_working_days(_counting_day(ordered_at, cutoff, calendar), handling_days)


def next_cutoff(at: datetime, cutoff: time, calendar: WorkingCalendar) -> datetime:
    """The moment, in UTC, before which an order still leaves on the same day as one placed now."""
    return moment_of(_counting_day(at, cutoff, calendar), cutoff, calendar)


def seconds_until_cutoff(at: datetime, cutoff: time, calendar: WorkingCalendar) -> int:
    """Whole seconds left until next_cutoff, rounded down."""
    return int((next_cutoff(at, cutoff, calendar) - as_utc(at)).total_seconds())


def _counting_day(at: datetime, cutoff: time, calendar: WorkingCalendar) -> date:
    today = local_day(at, calendar)
    if calendar.is_working(today) and as_utc(at) < moment_of(today, cutoff, calendar):
        return today
    return calendar.add_working_days(today, 1)


@dataclass(frozen=True, slots=True)
class _HolidayTable:
    names: MappingProxyType[date, str]
    shifted: frozenset[date]
    weekend: frozenset[int]


def public_holidays(country: str, years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """Days off by law, of the whole country (ISO 3166 alpha-2) or also of one part ("BY"). Raises NoHolidayTable."""
    return frozenset(_table(country, frozenset(years), subdivision).names)


def public_holiday_names(
    country: str, years: Iterable[int], language: str, subdivision: str | None = None
) -> dict[date, str]:
    """The same days with their names, in the language asked for or else in the country's own."""
    return dict(_table(country, frozenset(years), subdivision, language.replace("-", "_")).names)


def shifted_working_days(country: str, years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """Days of the weekend that are worked in exchange for a day off elsewhere. Raises NoHolidayTable."""
    wanted = frozenset(years)
    # A year's exchange may take its working day from the last days of the year before.
    table = _table(country, wanted | {year + 1 for year in wanted}, subdivision)
    return frozenset(day for day in table.shifted if day.year in wanted)


def country_calendar(
    country: str,
    zone: str,
    years: Iterable[int],
    subdivision: str | None = None,
    closures: Iterable[DayRange] = (),
) -> WorkingCalendar:
    """The country's working days: its own weekend, its holidays, its shifted days. Raises NoHolidayTable.

    The year after the last is added, because a promise made in December reaches into it. Days of other years count
    by their weekday alone.
    """
    asked = frozenset(years)
    return _calendar(country, zone, asked | {year + 1 for year in asked}, subdivision or None, tuple(closures))


@lru_cache(maxsize=512)
def _calendar(
    country: str, zone: str, years: frozenset[int], subdivision: str | None, closures: tuple[DayRange, ...]
) -> WorkingCalendar:
    return WorkingCalendar(
        zone=zone,
        weekdays=frozenset(range(7)) - _table(country, years, subdivision).weekend,
        holidays=public_holidays(country, years, subdivision),
        shifted_working_days=shifted_working_days(country, years, subdivision),
        closures=closures,
    )


def china_working_calendar(years: Iterable[int], closures: Iterable[DayRange] = ()) -> WorkingCalendar:
    """Monday to Friday in Beijing time, with the State Council's days off and make-up working days."""
    return country_calendar("CN", CHINA_ZONE, years, closures=closures)


def is_china_announced(year: int) -> bool:
    """Is the State Council's notice for the year in the table? If not, its shifted days are still unknown."""
    from holidays.countries.china import ChinaStaticHolidays

    return year in ChinaStaticHolidays.special_public_holidays


def load_holidays() -> None:
    """Half a second, the first time in a process: for whoever is about to hold what others wait for."""
    _table("CN", frozenset(), None)


@lru_cache(maxsize=256)
def _table(country: str, years: frozenset[int], subdivision: str | None, language: str = "") -> _HolidayTable:
    # Half a second to import, for all countries of the world: commands that ask for no holidays do without.
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        raise NoHolidayTable(country, subdivision) from None
    # Left to itself, the library would take the language from the environment of the process.
    family = language.partition("_")[0]
    spoken = [each for each in known.supported_languages if each.partition("_")[0] == family]
    chosen = language if language in spoken else next(iter(spoken), known.default_language)
    table = holidays.country_holidays(country, subdiv=subdivision, years=years, expand=False, language=chosen)
    return _HolidayTable(
        names=MappingProxyType(dict(sorted(table.items()))),
        shifted=frozenset(table.weekend_workdays),
        weekend=frozenset(table.weekend),
    )
