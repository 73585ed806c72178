"""From parcels to the days that pages say: what teaches, what does not, and when pages change."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.orders.changing import bought
from tests.shipping.travelled import DAY, travelled
from tests.shop import Shop
from tradewind.lib.calendars import country_calendar
from tradewind.lib.zones import main_zone
from tradewind.markets.models import Market
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.why import why
from tradewind.shipping import lane_learning
from tradewind.shipping.counted_days import CountedDays
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.lane_learning import learn_at_night, learn_lanes
from tradewind.shipping.lanes import FEWEST
from tradewind.shipping.models import DeliveryOption, LaneRun, Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.tracking_states import Status, means

MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))


def around(middle: float, number: int, spread: float = 0.15, seed: int = 1) -> list[int | None]:
    draw = random.Random(seed)
    return [max(1, round(middle * draw.lognormvariate(0, spread))) for _ in range(number)]


def quote(shop: Shop) -> DeliveryQuote:
    return quotes_for(shop.market(), "DE", MUG, at=shop.at)[0]


def days(shop: Shop) -> tuple[int, ...]:
    return tuple(quote(shop).inputs["transit_days"])


def version(shop: Shop) -> int:
    return Market.objects.get(pk=shop.de.pk).version


def test_a_parcel_that_arrives_is_in_the_next_quote(shop: Shop) -> None:
    """One order from the cart to the door; it is the twentieth that arrived, and the night makes a window of them."""
    travelled(shop, *around(24, FEWEST - 1))
    learn_lanes(at=shop.at)
    assert (days(shop), quote(shop).share) == ((6, 12), None)

    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking("DHL", "RR1")
    )
    sent = Parcel.objects.get(number_key="RR1")
    assert (sent.market, sent.option, sent.country, sent.warehouse) == ("de", "de-air", "DE", "shenzhen")
    told = [
        Told(shop.at + day * DAY, means(status), str(status))
        for day, status in ((1, Status.PICKED_UP), (24, Status.DELIVERED))
    ]
    hear(parcel_id=sent.pk, told=told, source="x", at=shop.at + 24 * DAY)
    before = version(shop)

    shop.at += 60 * DAY
    assert learn_at_night(shop.at)
    assert not learn_at_night(shop.at + timedelta(hours=1))

    after = quote(shop)
    first, last = after.inputs["transit_days"]
    assert (after.share, after.inputs["lane"]) == (0.9, ["de", "DE", "de-air"])
    assert 9 < first < 17 < last < 30
    assert version(shop) == before + 1
    assert why(after, "en", is_short=True)[-1] == (
        "Learnt from 20 parcels that went this way and from others of this market: nine of ten take as long."
    )
    promised = shop.place(shop.cart((shop.small, 1))).order
    delivery = Promise.objects.get(kind="delivery", subject_id=promised.pk)
    assert (float(delivery.share or 0), delivery.first_day, delivery.last_day) == (
        0.9,
        after.arrives_first,
        after.arrives_last,
    )
    assert Promise.objects.get(kind="dispatch", subject_id=promised.pk).share is None
    assert order.pk != promised.pk


def test_terms_ask_one_statement_more_and_then_none(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    travelled(shop, *around(20, 40))
    learn_lanes(at=shop.at)
    market = shop.market()

    with django_assert_num_queries(2):
        quotes_for(market, "DE", MUG, at=shop.at)
    with django_assert_num_queries(0):
        assert quotes_for(market, "DE", MUG, at=shop.at)[0].share == 0.9


def test_only_what_pages_say_anew_raises_the_version_of_its_market(shop: Shop) -> None:
    travelled(shop, *around(20, 40))
    de, world = version(shop), Market.objects.get(pk=shop.world.pk).version

    learn_lanes(at=shop.at)
    learn_lanes(at=shop.at)

    assert (version(shop), Market.objects.get(pk=shop.world.pk).version) == (de + 1, world)


@pytest.mark.parametrize(
    ("fields", "teaches"),
    [
        ({}, True),
        ({"replaced_at": datetime(2026, 10, 1, tzinfo=UTC)}, False),
        ({"is_contradicted": True}, False),
        ({"status": "cancelled", "delivered_at": None}, False),
        ({"first_scan_at": None, "delivered_at": None}, False),
        ({"status": "returned", "party": "buyer", "delivered_at": None}, False),
        ({"status": "returned", "party": "customs", "delivered_at": None}, True),
        ({"status": "exception", "reason": "lost", "party": "carrier", "delivered_at": None}, True),
        ({"option": ""}, False),
        ({"option": "no-more"}, False),
    ],
)
def test_what_teaches(shop: Shop, fields: dict[str, object], teaches: bool) -> None:
    travelled(shop, *around(20, 60))
    before = learn_lanes(at=shop.at).figures
    travelled(shop, *[40] * 10, **fields)

    assert (learn_lanes(at=shop.at).figures != before) == teaches


def test_what_did_not_arrive_widens_the_window_and_a_lane_that_nobody_follows_is_left_out(shop: Shop) -> None:
    travelled(shop, *around(20, 60))
    learn_lanes(at=shop.at)
    before = days(shop)
    lost = travelled(shop, *[None] * 6, last_left=70)
    learn_lanes(at=shop.at)
    assert days(shop)[1] > before[1]

    travelled(shop, *[None] * 60, last_left=70)
    learn_lanes(at=shop.at)
    assert (days(shop), quote(shop).share, len(lost)) == ((6, 12), None, 6)


def test_under_a_new_label_goods_count_from_the_first_hand_over(shop: Shop) -> None:
    """The second carrier scans the new number when the goods have been under way for ten days."""
    travelled(shop, *around(20, 60), first_scan_at=None)
    plain = learn_lanes(at=shop.at).figures
    Parcel.objects.update(first_scan_at=shop.at - 30 * DAY)

    assert learn_lanes(at=shop.at).figures == plain


def test_a_stated_range_that_is_changed_moves_no_window_that_was_learnt(shop: Shop) -> None:
    travelled(shop, *around(20, 60))
    learn_lanes(at=shop.at)
    before = days(shop)

    DeliveryOption.objects.filter(code="de-air").update(days_min=20, days_max=30)
    Market.objects.filter(pk=shop.de.pk).update(version=version(shop) + 1)

    assert days(shop) == before


def test_a_way_on_which_nothing_went_is_wider_and_says_so(shop: Shop) -> None:
    travelled(shop, *around(17, 80))
    learn_lanes(at=shop.at)
    DeliveryOption.objects.filter(code="de-local").update(days_min=6, days_max=12, warehouse=shop.shenzhen)
    learn_lanes(at=shop.at)

    local, air = quotes_for(shop.market(), "DE", MUG, at=shop.at)

    widths = [each.inputs["transit_days"][1] - each.inputs["transit_days"][0] for each in (local, air)]
    assert widths[0] > widths[1]
    assert "No parcel of this way has arrived yet." in why(local, "en")[3]


def test_of_a_lane_with_very_many_parcels_some_are_looked_at(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_learning, "MOST_OF_A_LANE", 25)
    travelled(shop, *around(20, 60))

    assert learn_lanes(at=shop.at).parcels == 20
    assert quote(shop).share == 0.9


def test_nights_are_kept_for_a_month(shop: Shop) -> None:
    assert learn_at_night(shop.at)
    for night in range(35):
        assert learn_at_night(shop.at + (night + 1) * DAY)

    assert LaneRun.objects.count() == 30


_COUNTED = {
    country: CountedDays(country, datetime(2028, 3, 20, tzinfo=UTC), timedelta(days=800))
    for country in ("DE", "US", "CN", "NZ", "SA", "KI")
}


@given(
    country=st.sampled_from(sorted(_COUNTED)),
    left_on=st.dates(date(2026, 2, 1), date(2028, 3, 1)),
    wait=st.integers(0, 60),
)
def test_a_window_of_the_days_that_were_counted_holds_the_day_of_arrival(
    country: str, left_on: date, wait: int
) -> None:
    """Leap day, worked Saturdays, other weekends, and both sides of the date line."""
    arrived_on = min(left_on + timedelta(days=wait), date(2028, 3, 20))
    calendar = country_calendar(country, main_zone(country), range(2026, 2029))

    counted = _COUNTED[country].until(left_on, arrived_on)

    if counted:
        assert calendar.add_working_days(left_on, counted) >= arrived_on
        assert counted == 1 or calendar.add_working_days(left_on, counted - 1) < arrived_on
    else:
        assert arrived_on == left_on
