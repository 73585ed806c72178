"""The page of lanes: what is stated, what was learnt, and how many windows came true."""

import pytest
import time_machine
from django.test import Client

from tests.console.making import client_of, make_order, make_staff
from tests.shipping.test_lane_coverage import arrives, promised
from tests.shipping.test_lane_learning import around
from tests.shipping.travelled import DAY, travelled
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.core.models.staff import Role
from tradewind.promises.models import Promise
from tradewind.shipping.lane_learning import learn_lanes
from tradewind.shipping.lane_showing import known_lanes


def test_owner_and_market_page_say_what_is_stated_learnt_and_came_true(shop: Shop, console: Client) -> None:
    assert "Nothing has been learnt yet." in text_of(console.get("/console/parcels/lanes"))
    travelled(shop, *around(22, 60))
    order = make_order(1, state="dispatched").pk
    Promise.objects.all().delete()
    promised(shop, order, 3, 6)
    arrives(shop, order, 4)
    learn_lanes(at=shop.at + 20 * DAY)
    with time_machine.travel(shop.at + 20 * DAY, tick=False):
        _look(shop, client_of(make_staff(Role.MANAGER)))


def _look(shop: Shop, console: Client) -> None:
    [lane] = known_lanes(on=(shop.at + 20 * DAY).date())
    first, last = lane.expected.days
    page = text_of(console.get("/console/parcels/lanes"))
    of_month = text_of(console.get("/console/parcels/lanes?month=2026-11"))
    later = text_of(console.get("/console/parcels/lanes?month=2026-12"))
    market = text_of(console.get(f"/console/markets/{shop.de.pk}"))

    assert (lane.parcels, lane.stated) == (60, (6, 12))
    assert f"60 6–12 {first}–{last} 100% of 1" in page
    assert f"60 6–12 {first}–{last} 100% of 1" in of_month
    assert "of 1" in later  # a month in which nothing was due shows all
    assert f"learnt {first} to {last} working days, parcels: 60" in market


def test_parcels_are_counted_where_they_are_too_few_to_teach_anything(shop: Shop, console: Client) -> None:
    travelled(shop, *around(22, 6))
    learn_lanes(at=shop.at + 20 * DAY)

    assert "6 6–12 too few" in text_of(console.get("/console/parcels/lanes"))


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.ANALYST])
def test_the_way_there_is_shown_to_who_may_go(role: Role, shop: Shop) -> None:
    page = client_of(make_staff(role)).get("/console/parcels").content.decode()

    assert ("/console/parcels/lanes" in page) == (role == Role.ANALYST)
