"""Price proposals: converted by recorded rates, taxes exchanged, ending as prices end in the market."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shop import Shop
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.rounding import BadRounding, Band, NoRate, bands_of, propose_price, rate_of, round_price

EUROS = bands_of([{"from": "0", "multiple": "1.00", "endings": ["0.90"]}], "EUR")
YEN = bands_of([{"from": "0", "multiple": "100", "endings": ["80"]}], "JPY")
HALVES = bands_of([{"from": "0", "multiple": "1.00", "endings": ["0.00", "0.50"]}], "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "bands", "rounded"),
    [
        ("12.34", "EUR", EUROS, "11.90"),
        ("12.40", "EUR", EUROS, "12.90"),  # as near to 11.90: the higher
        ("12.90", "EUR", EUROS, "12.90"),
        ("0.12", "EUR", EUROS, "0.90"),
        ("2011", "JPY", YEN, "1980"),
        ("7", "JPY", YEN, "80"),
        ("12.20", "USD", HALVES, "12.00"),
        ("12.26", "USD", HALVES, "12.50"),
        ("0.01", "USD", HALVES, "0.50"),
        ("9.999", "JOD", (), "9.999"),
    ],
)
def test_a_price_goes_to_the_nearest_that_ends_as_prices_end_there(
    amount: str, currency: str, bands: tuple[Band, ...], rounded: str
) -> None:
    assert round_price(Money.of(amount, currency), bands) == Money.of(rounded, currency)


def test_dear_things_may_end_otherwise_than_cheap_ones() -> None:
    bands = bands_of(
        [
            {"from": "100.00", "multiple": "10.00", "endings": ["9.00"]},
            {"from": "0", "multiple": "1.00", "endings": ["0.90"]},
        ],
        "EUR",
    )

    assert [round_price(Money.of(text, "EUR"), bands).decimal for text in ("99.99", "131.20")] == [
        Decimal("99.90"),
        Decimal("129.00"),
    ]


@given(st.integers(1, 10**9), st.sampled_from([EUROS, HALVES]))
def test_a_rounded_price_is_near_above_zero_and_stays_as_it_is(amount: int, bands: tuple[Band, ...]) -> None:
    once = round_price(Money(amount, "EUR"), bands)

    assert once.amount > 0
    assert abs(once.amount - amount) <= bands[0].multiple
    assert round_price(once, bands) == once


@pytest.mark.parametrize(
    "rule",
    [
        [{"from": "5", "multiple": "1.00", "endings": ["0.90"]}],
        [{"from": "0", "multiple": "0", "endings": ["0.90"]}],
        [{"from": "0", "multiple": "1.00", "endings": ["1.90"]}],
        [{"from": "0", "multiple": "1.00", "endings": []}],
        [{"from": "0", "multiple": "1.005", "endings": ["0.90"]}],
        [{"multiple": "1.00"}],
    ],
)
def test_a_rule_that_leads_to_no_price_is_refused(rule: list[dict[str, object]]) -> None:
    with pytest.raises(BadRounding):
        bands_of(rule, "EUR")


@pytest.mark.parametrize("rule", [{}, {"rate": "x"}, {"rate": "0"}, {"rate": "NaN"}])
def test_a_rate_is_a_number_above_zero(rule: dict[str, str]) -> None:
    with pytest.raises(BadRounding):
        rate_of(rule)


def _rule(market: Market, key: str, value: object) -> None:
    MarketRule.objects.create(
        market=market,
        key=key,
        value=value,
        valid_from=date(2026, 1, 1),
        source="test",
        checked_on=date(2026, 11, 1),
        confidence="V",
    )
    touch(market.pk)


def test_a_proposal_exchanges_currency_and_tax_and_says_by_which_rate(shop: Shop) -> None:
    _rule(shop.de, "exchange_rate", {"from": "CNY", "rate": "0.12"})
    _rule(shop.world, "exchange_rate", {"from": "CNY", "rate": "0.15"})
    _rule(shop.de, "price_rounding", [{"from": "0", "multiple": "1.00", "endings": ["0.90"]}])

    # 8.00 USD without tax are 6.40 EUR, and 7.616 with 19 % in it.
    there = propose_price(Money.of("8.00", "USD"), of=shop.market("world"), to=shop.market("de"))
    back = propose_price(Money.of("11.90", "EUR"), of=shop.market("de"), to=shop.market("world"))

    assert (there.unrounded, there.price, there.rate) == (
        Money.of("7.62", "EUR"),
        Money.of("7.90", "EUR"),
        Decimal("0.8"),
    )
    assert (back.price, back.rate) == (Money.of("12.50", "USD"), Decimal("1.25"))


def test_without_a_rate_nothing_is_proposed(shop: Shop) -> None:
    _rule(shop.de, "exchange_rate", {"from": "CNY", "rate": "0.12"})

    with pytest.raises(NoRate):
        propose_price(Money.of("8.00", "USD"), of=shop.market("world"), to=shop.market("de"))


def test_rates_against_different_currencies_do_not_meet(shop: Shop) -> None:
    _rule(shop.de, "exchange_rate", {"from": "CNY", "rate": "0.12"})
    _rule(shop.world, "exchange_rate", {"from": "USD", "rate": "1"})

    with pytest.raises(NoRate):
        propose_price(Money.of("8.00", "USD"), of=shop.market("world"), to=shop.market("de"))
