from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.calendars import (
    MONDAY_TO_FRIDAY,
    BackwardsDayRange,
    DayRange,
    NegativeHandling,
    NoWorkingDays,
    WorkingCalendar,
    dispatch_day,
    local_day,
    moment_of,
    next_cutoff,
    seconds_until_cutoff,
)
from tradewind.lib.clock import NaiveMoment

BERLIN = WorkingCalendar("Europe/Berlin")
SHANGHAI = WorkingCalendar("Asia/Shanghai")
TWO_PM = time(14)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Pacific/Apia"]
ZONES += ["Pacific/Kiritimati", "Pacific/Niue", "America/St_Johns", "Africa/Casablanca", "UTC"]
# From 2012 on: Apia crossed the date line by leaving out 30 December 2011, and no zone has left out a day since.
days = st.dates(date(2012, 1, 1), date(2040, 12, 31))
moments = st.datetimes(
    min_value=datetime(2012, 1, 1),  # noqa: DTZ001
    max_value=datetime(2040, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
cutoffs = st.times().map(lambda moment: moment.replace(microsecond=0))
calendars = st.builds(
    WorkingCalendar,
    zone=st.sampled_from(ZONES),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(days, max_size=30),
    shifted_working_days=st.frozensets(days, max_size=30),
    closures=st.lists(st.builds(lambda day, n: DayRange(day, day + timedelta(days=n)), days, st.integers(0, 40))).map(
        tuple
    ),
)


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


def test_the_weekend_and_holidays_are_off() -> None:
    calendar = WorkingCalendar("Europe/Berlin", holidays=frozenset({MONDAY}))
    assert [calendar.is_working(day) for day in (FRIDAY, SATURDAY, MONDAY)] == [True, False, False]
    assert calendar.next_working_day(SATURDAY) == date(2026, 11, 24)


def test_a_shifted_saturday_is_worked_and_a_closure_beats_it() -> None:
    worked = WorkingCalendar("Asia/Shanghai", shifted_working_days=frozenset({SATURDAY}))
    assert worked.is_working(SATURDAY)
    assert worked.add_working_days(FRIDAY, 1) == SATURDAY
    closed = WorkingCalendar(
        "Asia/Shanghai", shifted_working_days=frozenset({SATURDAY}), closures=(DayRange(FRIDAY, MONDAY),)
    )
    assert closed.add_working_days(date(2026, 11, 19), 1) == date(2026, 11, 24)


def test_the_day_itself_never_counts() -> None:
    assert BERLIN.add_working_days(FRIDAY, 1) == BERLIN.add_working_days(SATURDAY, 1) == MONDAY
    assert BERLIN.add_working_days(SATURDAY, 0) == MONDAY
    assert BERLIN.add_working_days(MONDAY, -1) == FRIDAY


def test_a_leap_day_is_a_day_like_others() -> None:
    assert BERLIN.add_working_days(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert BERLIN.working_days_between(date(2028, 2, 28), date(2028, 3, 1)) == 2
    assert BERLIN.working_days_between(date(2027, 2, 26), date(2027, 3, 1)) == 1


def test_a_calendar_without_working_days_is_noticed_and_does_not_hang() -> None:
    never = WorkingCalendar("UTC", weekdays=frozenset())
    shut = WorkingCalendar("UTC", closures=(DayRange(date(2020, 1, 1), date(2040, 1, 1)),))
    for calendar in (never, shut):
        with pytest.raises(NoWorkingDays):
            calendar.add_working_days(MONDAY, 1)
        with pytest.raises(NoWorkingDays):
            dispatch_day(berlin(23, 9), TWO_PM, 1, calendar)


def test_the_end_of_time_is_no_working_day() -> None:
    with pytest.raises(NoWorkingDays):
        WorkingCalendar("UTC").add_working_days(date.max, 1)


def test_a_closure_does_not_end_before_it_starts() -> None:
    with pytest.raises(BackwardsDayRange):
        DayRange(MONDAY, FRIDAY)


@pytest.mark.parametrize(
    ("ordered_at", "handling_days", "leaves_on"),
    [
        (berlin(20, 13, 59), 0, FRIDAY),
        (berlin(20, 14, 0), 0, MONDAY),
        (berlin(20, 13, 59), 1, MONDAY),
        (berlin(21, 9), 0, MONDAY),
        (berlin(21, 9), 1, date(2026, 11, 24)),
        (berlin(23, 0), 2, date(2026, 11, 25)),
    ],
)
def test_an_order_before_the_cutoff_of_a_working_day_counts_from_that_day(
    ordered_at: datetime, handling_days: int, leaves_on: date
) -> None:
    assert dispatch_day(ordered_at, TWO_PM, handling_days, BERLIN) == leaves_on


def test_the_day_is_that_of_the_warehouse_and_not_of_the_buyer() -> None:
    # Thursday evening in New York is Friday morning in Shanghai.
    ordered_at = datetime(2026, 11, 19, 20, tzinfo=ZoneInfo("America/New_York"))
    assert local_day(ordered_at, SHANGHAI) == FRIDAY
    assert dispatch_day(ordered_at, TWO_PM, 0, SHANGHAI) == FRIDAY


def test_the_same_moment_is_two_days_on_two_sides_of_the_date_line() -> None:
    at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    kiritimati, niue = WorkingCalendar("Pacific/Kiritimati"), WorkingCalendar("Pacific/Niue")
    assert local_day(at, kiritimati) == date(2026, 11, 24)
    assert local_day(at, niue) == date(2026, 11, 22)


def test_the_cutoff_after_a_missed_one_is_that_of_the_next_working_day() -> None:
    assert next_cutoff(berlin(20, 13), TWO_PM, BERLIN) == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert next_cutoff(berlin(20, 15), TWO_PM, BERLIN) == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert seconds_until_cutoff(berlin(20, 13, 59), TWO_PM, BERLIN) == 60


def test_the_night_of_the_clock_change_is_an_hour_shorter_or_longer() -> None:
    # Berlin changes on 29 March and 25 October 2026, both Sundays; count from Saturday noon to Monday noon.
    sunday_too = WorkingCalendar("Europe/Berlin", weekdays=frozenset({0}))
    spring, autumn = berlin(28, 12, month=3), berlin(24, 12, month=10)
    assert seconds_until_cutoff(spring, time(12), sunday_too) == 47 * 3600
    assert seconds_until_cutoff(autumn, time(12), sunday_too) == 49 * 3600


def test_a_cutoff_that_the_clocks_skip_falls_after_the_change() -> None:
    always = WorkingCalendar("Europe/Berlin", weekdays=frozenset(range(7)))
    assert moment_of(date(2026, 3, 29), time(2, 30), always) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_cutoff_that_comes_twice_is_the_first() -> None:
    always = WorkingCalendar("Europe/Berlin", weekdays=frozenset(range(7)))
    assert moment_of(date(2026, 10, 25), time(2, 30), always) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second_pass = berlin(25, 2, 15, month=10).replace(fold=1)
    assert dispatch_day(second_pass, time(2, 30), 0, always) == date(2026, 10, 26)


def test_goods_do_not_leave_before_they_were_ordered() -> None:
    with pytest.raises(NegativeHandling):
        dispatch_day(berlin(23, 9), TWO_PM, -1, BERLIN)


def test_a_moment_without_a_zone_has_no_local_day() -> None:
    with pytest.raises(NaiveMoment):
        dispatch_day(datetime(2026, 11, 23, 9), TWO_PM, 0, BERLIN)  # noqa: DTZ001


@given(calendars, days, st.integers(1, 30))
def test_adding_and_counting_working_days_are_inverse(calendar: WorkingCalendar, day: date, count: int) -> None:
    later = calendar.add_working_days(day, count)
    assert later > day
    assert calendar.is_working(later)
    assert calendar.working_days_between(day, later) == count
    start = calendar.next_working_day(day)
    assert calendar.add_working_days(calendar.add_working_days(start, count), -count) == start
    assert calendar.working_days_between(calendar.add_working_days(start, count), start) == -count


@given(calendars, moments, cutoffs, st.integers(0, 10))
def test_an_order_leaves_on_a_working_day_and_never_in_the_past(
    calendar: WorkingCalendar, ordered_at: datetime, cutoff: time, handling_days: int
) -> None:
    leaves_on = dispatch_day(ordered_at, cutoff, handling_days, calendar)
    assert calendar.is_working(leaves_on)
    assert leaves_on >= local_day(ordered_at, calendar)


@given(calendars, moments, cutoffs, st.integers(0, 10**7))
def test_a_later_order_never_leaves_earlier(
    calendar: WorkingCalendar, ordered_at: datetime, cutoff: time, seconds: int
) -> None:
    later = ordered_at + timedelta(seconds=seconds)
    assert dispatch_day(ordered_at, cutoff, 2, calendar) <= dispatch_day(later, cutoff, 2, calendar)


@given(calendars, moments, cutoffs)
def test_until_the_next_cutoff_the_day_stays_and_from_it_on_it_is_later(
    calendar: WorkingCalendar, at: datetime, cutoff: time
) -> None:
    limit = next_cutoff(at, cutoff, calendar)
    leaves_on = dispatch_day(at, cutoff, 0, calendar)
    assert limit > at
    assert dispatch_day(limit - timedelta(microseconds=1), cutoff, 0, calendar) == leaves_on
    assert dispatch_day(limit, cutoff, 0, calendar) > leaves_on
    assert 0 <= seconds_until_cutoff(at, cutoff, calendar) <= (limit - at).total_seconds()


def test_the_usual_week_is_monday_to_friday() -> None:
    assert frozenset({0, 1, 2, 3, 4}) == MONDAY_TO_FRIDAY
