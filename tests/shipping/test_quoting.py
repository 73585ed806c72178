"""Dates on the page: a pure function of goods, destination, calendars and lane figures."""

from datetime import UTC, date, datetime, timedelta

from pytest_django import DjangoAssertNumQueries

from tests.shop import Shop
from tradewind.inventory.models import Warehouse
from tradewind.markets.changing import touch
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.quoting import Goods, Part, pack, quotes_for

MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))


def test_an_order_before_the_cut_off_leaves_the_next_working_day(shop: Shop) -> None:
    [quote] = quotes_for(shop.market(), "DE", MUG, at=datetime(2026, 11, 23, 7, 59, tzinfo=UTC))

    assert quote.leaves_on == date(2026, 11, 24)
    assert quote.holds_until == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    # Six and twelve working days of Germany after the 24th.
    assert (quote.arrives_first, quote.arrives_last) == (date(2026, 12, 2), date(2026, 12, 10))


def test_an_order_at_the_cut_off_leaves_a_working_day_later(shop: Shop) -> None:
    [quote] = quotes_for(shop.market(), "DE", MUG, at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))

    assert quote.leaves_on == date(2026, 11, 25)
    assert quote.holds_until == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_the_spring_festival_lies_between_order_and_dispatch(shop: Shop) -> None:
    """2026: off from 15 to 23 February, the Saturdays 14 and 28 February worked."""
    [quote] = quotes_for(shop.market(), "DE", MUG, at=datetime(2026, 2, 14, 9, 0, tzinfo=UTC))

    assert quote.leaves_on == date(2026, 2, 25)


def test_a_shifted_working_saturday_counts(shop: Shop) -> None:
    [quote] = quotes_for(shop.market(), "DE", MUG, at=datetime(2026, 2, 27, 9, 0, tzinfo=UTC))

    assert quote.leaves_on == date(2026, 3, 2)
    assert quote.holds_until == datetime(2026, 2, 28, 8, 0, tzinfo=UTC)


def test_a_holiday_of_the_destination_moves_the_arrival(shop: Shop) -> None:
    [before] = quotes_for(shop.market(), "DE", MUG, at=datetime(2026, 12, 8, 1, 0, tzinfo=UTC))

    # Leaves on the 9th; Christmas Day, a Friday, is no working day: the 12th after it is Monday the 28th.
    assert before.leaves_on == date(2026, 12, 9)
    assert before.arrives_last == date(2026, 12, 28)


def test_only_ways_from_a_warehouse_that_has_the_goods_are_offered(shop: Shop) -> None:
    both = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen", "frankfurt"}))

    assert [q.option for q in quotes_for(shop.market(), "DE", both, at=shop.at)] == ["de-local", "de-air"]
    assert [q.option for q in quotes_for(shop.market(), "DE", MUG, at=shop.at)] == ["de-air"]
    nowhere = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset())
    assert quotes_for(shop.market(), "DE", nowhere, at=shop.at) == []


def test_weight_traits_and_country_decide_which_ways_may_carry_goods(shop: Shop) -> None:
    DeliveryOption.objects.filter(code="de-air").update(max_weight_g=500, refuses=["battery"])
    Warehouse.objects.filter(code="shenzhen").update(serves=["DE"])
    touch(shop.de.pk)
    market = shop.market()

    def ways(goods: Goods, country: str = "DE") -> int:
        return len(quotes_for(market, country, goods, at=shop.at))

    assert ways(MUG) == 1
    assert ways(Goods(501, frozenset(), MUG.stocked_at)) == 0
    assert ways(Goods(400, frozenset({"battery"}), MUG.stocked_at)) == 0
    assert ways(MUG, "FR") == 0


def test_the_same_inputs_give_the_same_digest_and_a_later_date_another(shop: Shop) -> None:
    [first] = quotes_for(shop.market(), "DE", MUG, at=shop.at)
    [again] = quotes_for(shop.market(), "DE", MUG, at=shop.at + timedelta(minutes=30))
    [later] = quotes_for(shop.market(), "DE", MUG, at=shop.at + timedelta(hours=3))

    assert first.digest == again.digest
    assert first.digest != later.digest


def test_nothing_travels_to_a_country_that_does_not_exist(shop: Shop) -> None:
    assert quotes_for(shop.market("world"), "XX", MUG, at=shop.at) == []


def test_terms_are_read_once_per_version_of_the_market(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    market = shop.market()
    quotes_for(market, "DE", MUG, at=shop.at)

    with django_assert_num_queries(0):
        quotes_for(market, "DE", MUG, at=shop.at)


def test_a_parcel_holds_what_its_lines_add_up_to() -> None:
    goods = pack([Part(400, ["fragile"], ["a", "b"], 2), Part(100, ["battery"], ["b"], 1)])

    assert goods == Goods(
        weight_g=900, traits=frozenset({"fragile", "battery"}), stocked_at=frozenset({"b"}), unmeasured_g=900
    )


def test_a_warehouse_that_is_closed_for_good_takes_only_its_own_ways_along(shop: Shop) -> None:
    Warehouse.objects.filter(code="shenzhen").update(closures=[["2026-01-01", "2029-12-31"]])
    touch(shop.de.pk)
    everywhere = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen", "frankfurt"}))

    assert quotes_for(shop.market(), "DE", MUG, at=shop.at) == []
    assert [quote.option for quote in quotes_for(shop.market(), "DE", everywhere, at=shop.at)] == ["de-local"]
