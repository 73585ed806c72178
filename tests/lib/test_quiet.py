"""Quiet hours are those of the clock on the wall, in every zone and through every change of clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.quiet import QuietHours

ZONES = sorted(available_timezones() - {"localtime"})
minutes = st.integers(0, 24 * 60 - 1).map(lambda number: time(number // 60, number % 60))


@given(minutes, minutes, st.sampled_from(ZONES), st.integers(0, 2 * 366 * 24 * 60))
def test_nobody_is_woken_while_their_clock_shows_a_quiet_hour(begin: time, end: time, zone: str, minute: int) -> None:
    quiet, there = QuietHours(begin, end), ZoneInfo(zone)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    clock = now.astimezone(there).strftime("%H:%M")
    span = [f"{each // 60:02}:{each % 60:02}" for each in range(24 * 60)]
    first, last = span.index(f"{begin:%H:%M}"), span.index(f"{end:%H:%M}")
    hours = span[first:last] if first <= last else span[first:] + span[:last]
    assert quiet.hold(now, there) == (clock in hours)


@given(minutes, st.integers(60, 23 * 60), st.sampled_from(ZONES), st.integers(0, 2 * 366 * 24))
def test_quiet_hours_end_within_two_days_also_where_clocks_leap_over_their_end(
    begin: time, length: int, zone: str, hour: int
) -> None:
    """An hour may be leapt over once: the next day has it."""
    day = datetime.combine(datetime(2026, 1, 1, tzinfo=UTC), begin)
    quiet, there = QuietHours(begin, (day + timedelta(minutes=length)).time()), ZoneInfo(zone)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    assert not all(quiet.hold(now + timedelta(minutes=15 * step), there) for step in range(4 * 48))


def test_berlin_sleeps_an_hour_less_in_march_and_an_hour_more_in_october() -> None:
    quiet, berlin = QuietHours(time(23), time(7)), ZoneInfo("Europe/Berlin")

    def hours(day: datetime) -> int:
        return sum(quiet.hold(day + timedelta(minutes=step), berlin) for step in range(24 * 60)) // 60

    assert [
        hours(datetime(2026, month, day, 12, tzinfo=UTC)) for month, day in ((3, 27), (3, 28), (10, 23), (10, 24))
    ] == [8, 7, 8, 9]
