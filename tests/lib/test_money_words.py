import pytest
from babel import UnknownLocaleError
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("money", "locale", "words"),
    [
        (Money(128_000, "EUR"), "de", f"1.280,00{NBSP}€"),
        (Money(128_000, "EUR"), "en", "€1,280.00"),
        (Money(128_000, "EUR"), "fr", f"1\N{NARROW NO-BREAK SPACE}280,00{NBSP}€"),
        (Money(1_280, "JPY"), "en", "¥1,280"),
        (Money(1_280, "JPY"), "ja", "\N{FULLWIDTH YEN SIGN}1,280"),
        (Money(128_000, "CNY"), "zh_Hans", "¥1,280.00"),
        (Money(128_000, "CNY"), "zh-Hans", "¥1,280.00"),
        (Money(-1_250, "USD"), "en", "-$12.50"),
        (Money(1_500, "KWD"), "en", f"KWD{NBSP}1.500"),
        (Money(128_000, "RSD"), "en", f"RSD{NBSP}1,280.00"),
        (Money(1_280_500, "IQD"), "en", f"IQD{NBSP}1,280.500"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(money: Money, locale: str, words: str) -> None:
    assert format_money(money, locale) == words


@given(st.integers(0, 10**12), st.sampled_from(sorted(MINOR_DIGITS)))
def test_no_digit_of_any_currency_is_lost(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    shown = "".join(sign for sign in format_money(money, "en") if sign in "0123456789.").lstrip(".")
    assert Money.of(shown, currency) == money


def test_a_language_that_cldr_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownLocaleError):
        format_money(Money(1, "EUR"), "xx")
