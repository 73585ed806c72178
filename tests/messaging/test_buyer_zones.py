"""Letters that can wait come in the daytime of whoever ordered: by their browser's clock, else by the address."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.clientele.erasing import erase_order
from tradewind.messaging.buyer_zones import keep_zone, read_zone, zones_for
from tradewind.messaging.hours_rule import hours
from tradewind.messaging.models import BuyerZone
from tradewind.messaging.news import daytime
from tradewind.orders.models import Order

ZONES = sorted(zone for zone in available_timezones() if read_zone(zone))


@given(zone=st.sampled_from(sorted(available_timezones())))
def test_every_zone_in_which_people_live_is_read_and_no_other(zone: str) -> None:
    is_place = "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))

    assert read_zone(zone) == (zone if is_place else "")


@pytest.mark.parametrize(
    "said", ["", "UTC", "GMT", "Etc/GMT+9", "Asia/Nowhere", "../../etc/passwd", "Asia/Tokyo\n\x00", "EST"]
)
def test_what_names_no_place_is_not_kept(said: str) -> None:
    assert read_zone(said) == ""


@pytest.mark.django_db
def test_the_browser_that_ordered_is_believed_before_the_address(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # 23:00 in Hamburg, seven in the morning in Osaka
    assert zones_for(order)[0] == "Europe/Berlin"
    assert daytime(order, night) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)

    for said in ("UTC", "Asia/Tokyo", "America/New_York"):
        keep_zone(order.pk, said)

    assert zones_for(order) == ("Asia/Tokyo",)
    assert daytime(order, night) == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_in_every_zone_and_through_every_change_of_clocks_letters_leave_in_the_hours(shop: Shop) -> None:
    """Of each zone the days around each change of this and the next year, at an hour in the middle of the night."""
    order = bought(shop, (shop.small, 1))
    row = BuyerZone.objects.create(order=order, zone="Asia/Tokyo")
    seen = 0
    for zone in ZONES[::7]:
        BuyerZone.objects.filter(pk=row.pk).update(zone=zone)
        clock = ZoneInfo(zone)
        day = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
        while day.year < 2028:
            if day.astimezone(clock).utcoffset() != (day + timedelta(days=1)).astimezone(clock).utcoffset():
                for hour in range(0, 24, 5):
                    leaves = daytime(order, day + timedelta(hours=hour))
                    assert hours().hold(leaves, clock), (zone, day, hour)
                    assert timedelta(0) <= leaves - day - timedelta(hours=hour) <= timedelta(hours=14)
                    seen += 1
            day += timedelta(days=1)

    assert seen > 100


@pytest.mark.django_db
@pytest.mark.usefixtures("server")
def test_erasing_the_order_forgets_the_zone(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    keep_zone(order.pk, "Asia/Tokyo")
    Order.objects.filter(pk=order.pk).update(state="completed")

    erase_order(order.pk, keeps_address=False, by=None, at=shop.at + timedelta(days=1))

    assert not BuyerZone.objects.exists()
