"""What one litre, kilogram, metre or square metre costs, as the law of a market wants it beside the price."""

from decimal import Decimal

import pytest

from tradewind.lib.money import Money
from tradewind.lib.unit_pricing import (
    LONGEST,
    UnreadableContent,
    content_words,
    pricing_of,
    read_content,
    unit_price_words,
)

GERMAN = pricing_of(["1 kg", "1 l", "1 m", "1 m2"], "10")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("250 ml", "250 ml"),
        (" 1,5m ", "1.5 m"),
        ("0.75 L", "0.75 l"),
        ("400克", "400 g"),
        ("２ 公斤", "2 kg"),
        ("0,25 m²", "0.25 m2"),
        ("500㎖", "500 ml"),
        ("100.000 ml", "100 ml"),
        ("999999.999 cm2", "999999.999 cm2"),
    ],
)
def test_contents_are_read_as_people_type_them_and_written_in_one_form(typed: str, read: str) -> None:
    assert str(read_content(typed)) == read
    assert str(read_content(read)) == read
    assert len(read) <= LONGEST


@pytest.mark.parametrize(
    "typed", ["", "ml", "250", "0 ml", "-1 l", "1 oz", "1.2345 m", "1,000,000 g", "1 l 2", "1e3 g"]
)
def test_what_is_no_amount_of_something_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableContent):
        read_content(typed)


@pytest.mark.parametrize(
    ("price", "content", "costs", "per"),
    [
        (1000, "250 ml", 4000, "1 l"),
        (1000, "0.75 l", 1333, "1 l"),
        (1000, "1.5 m", 667, "1 m"),
        (599, "400 g", 1498, "1 kg"),
        (599, "2 kg", 300, "1 kg"),
        (1000, "2500 cm2", 4000, "1 m2"),
        (100, "10 ml", 10000, "1 l"),
    ],
)
def test_a_unit_costs_its_share_of_the_price_half_up(price: int, content: str, costs: int, per: str) -> None:
    unit = GERMAN.of(Money(price, "EUR"), read_content(content))

    assert unit is not None
    assert (unit.price.amount, str(unit.per)) == (costs, per)


def test_small_packages_and_kinds_that_no_law_names_have_none() -> None:
    by_volume = pricing_of(["100 ml"], "0")

    assert GERMAN.of(Money(100, "EUR"), read_content("9.999 ml")) is None
    # A short thing is not a small package.
    assert GERMAN.of(Money(100, "EUR"), read_content("9 cm")) is not None
    assert by_volume.of(Money(100, "EUR"), read_content("400 g")) is None
    unit = by_volume.of(Money(100, "EUR"), read_content("5 ml"))
    assert (unit and unit.price.amount) == 2000


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", "250 ml · 40,00 € / 1 l"),
        ("en", "250 ml · €40.00 / 1 l"),
        ("fr", "250 ml · 40,00 € / 1 l"),
        ("es", "250 ml · 40,00 € / 1 l"),
        ("ja", "250 ml · €40.00 / 1 l"),
        ("pt_BR", "250 ml · € 40,00 / 1 l"),
        ("zh_Hans", "250毫升 · €40.00 / 1升"),
    ],
)
def test_it_is_written_as_the_language_writes_it(locale: str, words: str) -> None:
    unit = GERMAN.of(Money(1000, "EUR"), read_content("250 ml"))

    assert unit is not None
    said = unit_price_words(unit, locale)
    assert said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == words
    # Nothing but the gap between the two may break at the end of a line.
    assert said.split(" ")[1] == "·"


def test_what_is_sold_by_the_unit_says_its_price_once() -> None:
    unit = GERMAN.of(Money(1000, "EUR"), read_content("1000 ml"))

    assert unit is not None
    assert unit_price_words(unit, "en") == content_words(read_content("1000 ml"), "en") == "1,000\N{NO-BREAK SPACE}ml"


@pytest.mark.parametrize(("units", "least"), [([], "10"), (["1 l", "100 ml"], "10"), (["1 oz"], "10"), (["1 l"], "-1")])
def test_a_rule_that_says_nothing_or_two_things_is_refused(units: list[str], least: str) -> None:
    with pytest.raises(UnreadableContent):
        pricing_of(units, least)


def test_an_amount_is_exact() -> None:
    assert read_content("0.001 ml").amount == Decimal("0.001")
    assert read_content("0.001 ml").thousandths == 1
