from datetime import UTC, date, datetime, time, timedelta

import pytest

from tradewind.lib.calendars import (
    DayRange,
    NoHolidayTable,
    china_working_calendar,
    country_calendar,
    dispatch_day,
    is_china_announced,
    public_holiday_names,
    public_holidays,
    shifted_working_days,
)

# Days off and made-up working days as the State Council's General Office published them, so that an update of the
# library that disagrees is noticed. 2025: 国办发明电〔2024〕12号 of 2024-11-12. 2026: notice of 2025-11-04, printed by
# Xinhua, https://politics.gmw.cn/2025-11/04/content_38391083.htm. Checked on 2026-11-23.
NOTICES = {
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def as_published(year: int) -> dict[date, bool]:
    """Every day of the year: is it worked?"""
    periods, worked = NOTICES[year]
    first = date(year, 1, 1)
    calendar = {day: day.weekday() < 5 for day in (first + timedelta(days=offset) for offset in range(365))}
    for period in periods:
        start, end = (date.fromisoformat(f"{year}-{day}") for day in period.split())
        calendar |= {start + timedelta(days=offset): False for offset in range((end - start).days + 1)}
    return calendar | {date.fromisoformat(f"{year}-{day}"): True for day in worked}


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_china_works_exactly_on_the_days_that_the_state_council_published(year: int) -> None:
    calendar = china_working_calendar([year])
    assert {day: calendar.is_working(day) for day in as_published(year)} == as_published(year)


def test_an_order_before_spring_festival_leaves_after_it_or_on_the_worked_saturday() -> None:
    calendar = china_working_calendar([2026])
    friday_evening = datetime(2026, 2, 13, 10, tzinfo=UTC)
    assert dispatch_day(friday_evening, time(16), 0, calendar) == date(2026, 2, 14)
    assert dispatch_day(friday_evening, time(16), 1, calendar) == date(2026, 2, 24)


def test_a_year_without_a_notice_is_known_to_be_incomplete() -> None:
    assert [is_china_announced(year) for year in (2025, 2026, 2040)] == [True, True, False]
    assert shifted_working_days("CN", [2040]) == frozenset()


def test_a_working_day_shifted_into_the_year_before_is_found_there() -> None:
    assert date(2001, 12, 29) in shifted_working_days("CN", [2001])
    assert date(2001, 12, 29) not in shifted_working_days("CN", [2002])


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in public_holidays("DE", [2026], "BY")
    assert epiphany not in public_holidays("DE", [2026])


def test_a_country_has_its_own_weekend() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    riyadh = country_calendar("SA", "Asia/Riyadh", [2026])
    assert [riyadh.is_working(friday), riyadh.is_working(sunday)] == [False, True]


def test_a_promise_made_in_december_knows_new_years_day() -> None:
    calendar = country_calendar("DE", "Europe/Berlin", [2026])
    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_closures_are_added_to_a_country() -> None:
    closed = DayRange(date(2026, 8, 3), date(2026, 8, 14))
    calendar = country_calendar("DE", "Europe/Berlin", [2026], closures=[closed])
    assert calendar.next_working_day(closed.first) == date(2026, 8, 17)


def test_holiday_names_come_in_the_language_asked_for_or_the_countrys_own() -> None:
    new_year = date(2026, 1, 1)
    asked = [public_holiday_names("CN", [2026], language)[new_year] for language in ("en", "zh_Hans", "zh-CN", "de")]
    assert asked == ["New Year's Day", "元旦", "元旦", "元旦"]


def test_an_unknown_country_or_part_is_refused() -> None:
    for country, subdivision in (("XX", None), ("DE", "XX")):
        with pytest.raises(NoHolidayTable):
            public_holidays(country, [2026], subdivision)
