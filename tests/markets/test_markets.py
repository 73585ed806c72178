"""Markets: countries, dated rules, versions."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.shop import Shop
from tradewind.markets.changing import touch, touch_all
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.queries import UnknownMarket, all_markets, market_by_code, market_for_country

TODAY = date(2026, 11, 23)


def _rule(shop: Shop, key: str, value: object, valid_from: date, valid_to: date | None = None) -> None:
    MarketRule.objects.create(
        market=shop.de,
        key=key,
        value=value,
        valid_from=valid_from,
        valid_to=valid_to,
        source="test",
        checked_on=TODAY,
        confidence="R",
    )
    touch(shop.de.pk)


def test_a_country_belongs_to_its_market_and_all_others_to_the_fallback(shop: Shop) -> None:
    assert market_for_country("DE", on=TODAY).code == "de"
    assert market_for_country("FR", on=TODAY).code == "world"


def test_the_fallback_does_not_serve_countries_that_another_market_claims(shop: Shop) -> None:
    world = shop.market("world")

    assert (world.serves("FR"), world.serves("DE")) == (True, False)
    assert (shop.market("de").serves("DE"), shop.market("de").serves("FR")) == (True, False)


def test_an_unknown_market_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownMarket):
        market_by_code("atlantis", on=TODAY)


def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end(shop: Shop) -> None:
    _rule(shop, "tax_rate", "16", TODAY, TODAY + timedelta(days=2))

    rates = {day: market_by_code("de", on=TODAY + timedelta(days=day)).tax_rate for day in (-1, 0, 1, 2)}
    assert {day: str(rate) for day, rate in rates.items()} == {-1: "19", 0: "16", 1: "16", 2: "19"}


def test_of_two_rules_in_force_the_later_one_counts(shop: Shop) -> None:
    _rule(shop, "return_days", 30, TODAY - timedelta(days=10))
    _rule(shop, "return_days", 100, TODAY)

    assert market_by_code("de", on=TODAY).return_days == 100
    assert market_by_code("de", on=TODAY - timedelta(days=1)).return_days == 30


def test_a_known_version_needs_no_statement_and_a_touched_one_is_read_anew(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = market_by_code("de", on=TODAY)
    with django_assert_num_queries(0):
        assert market_by_code("de", on=TODAY, version=first.version) == first

    touch_all()
    again = market_by_code("de", on=TODAY)
    assert again.version == first.version + 1


def test_markets_come_in_the_order_of_display(shop: Shop) -> None:
    Market.objects.filter(code="world").update(position=0)
    Market.objects.filter(code="de").update(position=1)

    assert [market.code for market in all_markets(on=TODAY)] == ["world", "de"]
