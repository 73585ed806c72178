from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.clock import (
    BackwardsPeriod,
    NaiveMoment,
    Period,
    UnreadableMoment,
    as_utc,
    format_moment,
    parse_moment,
    utc_now,
)

NAIVE = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001
zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"])
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001
    max_value=datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=zones.map(ZoneInfo),
)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_now_is_aware_and_utc() -> None:
    assert utc_now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused_everywhere() -> None:
    for attempt in (
        lambda: as_utc(NAIVE),
        lambda: format_moment(NAIVE),
        lambda: parse_moment("2026-03-29T02:30:00"),
        lambda: Period(NAIVE, EIGHT),
        lambda: Period(EIGHT, EIGHT + HOUR).contains(NAIVE),
    ):
        with pytest.raises(NaiveMoment):
            attempt()


def test_the_hour_that_comes_twice_in_autumn_is_two_moments() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    assert as_utc(first.replace(fold=1)) - as_utc(first) == HOUR


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:22:38Z",
        "2026-11-23 07:22:38+01:00",
        "2026-11-23T14:22:38+0800",
        "20261123T062238Z",
        " 2026-11-23T06:22:38.000000Z ",
    ],
)
def test_iso_8601_is_read_as_utc(text: str) -> None:
    assert parse_moment(text) == datetime(2026, 11, 23, 6, 22, 38, tzinfo=UTC)
    assert parse_moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "23.11.2026 06:22", "1763878958", "2026-11-23T06:22:38Z\0rubbish"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UnreadableMoment):
        parse_moment(text)


def test_a_moment_is_written_with_z_and_only_the_digits_it_needs() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert format_moment(datetime(2026, 11, 23, 14, tzinfo=shanghai)) == "2026-11-23T06:00:00Z"
    assert format_moment(datetime(2026, 11, 23, 6, 0, 0, 5, tzinfo=UTC)) == "2026-11-23T06:00:00.000005Z"


@given(moments)
def test_a_moment_survives_being_written_and_read(moment: datetime) -> None:
    assert parse_moment(format_moment(moment)) == as_utc(moment)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = Period(EIGHT, EIGHT + HOUR)
    assert [period.contains(EIGHT + offset * HOUR) for offset in (-1, 0, 1)] == [False, True, False]


def test_periods_that_touch_do_not_overlap() -> None:
    before, after = Period(EIGHT, EIGHT + HOUR), Period(EIGHT + HOUR, EIGHT + 2 * HOUR)
    assert not before.overlaps(after)
    assert before.overlaps(Period(EIGHT, EIGHT + timedelta(seconds=1)))


def test_a_period_does_not_run_backwards() -> None:
    with pytest.raises(BackwardsPeriod):
        Period(EIGHT, EIGHT - HOUR)


@given(moments, moments, moments, moments)
def test_periods_overlap_exactly_if_one_start_lies_in_the_other(
    a: datetime, b: datetime, c: datetime, d: datetime
) -> None:
    one, two = Period(*sorted([as_utc(a), as_utc(b)])), Period(*sorted([as_utc(c), as_utc(d)]))
    expected = not one.is_empty and not two.is_empty and (one.contains(two.start) or two.contains(one.start))
    assert one.overlaps(two) == two.overlaps(one) == expected
