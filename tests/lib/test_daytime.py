"""A good hour is good wherever the buyer may live, on every day of the year, also when clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.countries import COUNTRIES
from tradewind.lib.daytime import Hours, good_moment, zones_of
from tradewind.lib.zones import all_zones, main_zone

DAY = Hours(time(9), time(20))
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
)
SECONDS = 7 * 365 * 86_400
moments = st.integers(0, SECONDS).map(lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(now=moments, zone=st.sampled_from(ZONES))
def test_it_is_daytime_there_and_was_not_before(now: datetime, zone: str) -> None:
    clock = ZoneInfo(zone)

    moment = good_moment(now, [zone], DAY)

    assert now <= moment <= now + timedelta(hours=14)
    assert DAY.hold(moment, clock)
    assert moment == now or not DAY.hold(moment - timedelta(seconds=1), clock)


@given(now=moments, country=st.sampled_from(["US", "BR", "AU", "RU", "CA", "ID", "FR", "JP"]))
def test_of_a_country_with_many_zones_it_is_daytime_in_all_of_them(now: datetime, country: str) -> None:
    zones = zones_of(country)

    moment = good_moment(now, zones, DAY)

    assert now <= moment <= now + timedelta(days=2)
    assert all(DAY.hold(moment, ZoneInfo(zone)) for zone in zones)


@given(now=moments)
def test_of_a_country_as_wide_as_the_world_it_is_daytime_where_most_people_live(now: datetime) -> None:
    zones = ("Pacific/Auckland", "Europe/London", "America/Los_Angeles")

    moment = good_moment(now, zones, DAY)

    assert DAY.hold(moment, ZoneInfo("Pacific/Auckland"))


@pytest.mark.parametrize(
    ("begin", "now", "expected"),
    [
        # Berlin, 29 March 2026: 2:00 becomes 3:00.
        (time(2, 30), datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # Berlin, 25 October 2026: 3:00 becomes 2:00. The hours begin at 2:30, and what was 2:45 is 2:10 after them.
        (time(2, 30), datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (time(2, 30), datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 0, 45, tzinfo=UTC)),
        (time(2, 30), datetime(2026, 10, 25, 1, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_hours_begin_once_when_clocks_are_changed_over_their_beginning(
    begin: time, now: datetime, expected: datetime
) -> None:
    assert good_moment(now, ["Europe/Berlin"], Hours(begin, time(20))) == expected


def test_who_lives_in_osaka_is_written_to_at_nine_in_the_morning() -> None:
    late = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)  # 23:00 there

    assert good_moment(late, zones_of("JP", "530-0001"), DAY) == datetime(2026, 11, 29, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "postcode", "zones"),
    [
        ("US", "10001", ("America/New_York",)),
        ("US", "90210-1234", ("America/Los_Angeles",)),
        ("US", "79901", ("America/Denver",)),
        ("US", "37402", ("America/New_York",)),
        ("US", "37402 ", ("America/New_York",)),
        ("US", "00901", ("America/Puerto_Rico",)),
        ("CA", "v5k 0a1", ("America/Vancouver", "America/Edmonton")),
        ("CA", "G0C 1V0", ("America/Toronto", "America/Halifax")),
        ("CA", "H2X 1Y4", ("America/Toronto",)),
        ("AU", "6000", ("Australia/Perth",)),
        ("AU", "2880", ("Australia/Sydney", "Australia/Adelaide")),
        ("BR", "53990-000", ("America/Sao_Paulo", "America/Noronha")),
        ("US", "47978", ("America/New_York", "America/Chicago")),
        ("BR", "69900-000", ("America/Rio_Branco",)),
        ("BR", "01310-100", ("America/Sao_Paulo",)),
        ("RU", "690000", ("Asia/Vladivostok",)),
        ("ES", "35001", ("Atlantic/Canary",)),
        ("PT", "9500-001", ("Atlantic/Azores",)),
        ("FR", "97400", ("Indian/Reunion",)),
        ("DE", "10115", ("Europe/Berlin", "Europe/Busingen")),
        ("XX", "1", ("UTC",)),
    ],
)
def test_an_address_says_which_clocks_may_hang_there(country: str, postcode: str, zones: tuple[str, ...]) -> None:
    assert zones_of(country, postcode) == zones


def test_where_the_address_leaves_it_open_a_telephone_number_chooses_among_the_zones_of_the_country() -> None:
    assert zones_of("US", phone="+1 213 373 4253") == ("America/Los_Angeles",)
    assert zones_of("US", phone="+49 30 901820") == zones_of("US")
    assert zones_of("US", "10001", "+1 213 373 4253") == ("America/New_York",)
    assert zones_of("US", phone="ask my neighbour") == zones_of("US")


def test_every_country_has_zones_and_its_main_zone_comes_first() -> None:
    for country in sorted(COUNTRIES):
        assert zones_of(country)[0] == main_zone(country)
        assert set(zones_of(country)) == set(all_zones(country))


@pytest.mark.parametrize("country", ["US", "CA", "AU", "BR", "RU", "MX", "ID", "ES", "PT"])
def test_each_beginning_of_a_postcode_leads_to_zones_that_the_country_has(country: str) -> None:
    signs = "ABCEGHJKLMNPRSTVXY" if country == "CA" else "0123456789"
    beginnings = [f"{sign}{digit}{more}" for sign in signs for digit in range(10) for more in range(10)]

    known = {zone for beginning in beginnings for zone in zones_of(country, beginning)}

    territories = {zone for each in ("PR", "VI", "AS", "MP", "GU") for zone in all_zones(each)}
    assert known <= set(all_zones(country)) | territories
    assert len(known) > 1


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="not before"):
        Hours(time(20), time(9))


def test_a_day_that_was_left_out_of_the_calendar_is_no_obstacle() -> None:
    # Samoa skipped 30 December 2011.
    moment = good_moment(datetime(2011, 12, 30, 8, 0, tzinfo=UTC), ["Pacific/Apia"], DAY)

    assert moment.astimezone(ZoneInfo("Pacific/Apia")).date() == date(2011, 12, 31)
