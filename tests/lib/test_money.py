from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.lib.money import (
    CurrencyMismatch,
    InexactAmount,
    Money,
    NothingToAllocateTo,
    TooManyDigits,
    UnknownCurrency,
    UnreadableAmount,
    allocate,
    half_up,
    minor_digits,
    scale,
    sum_of,
    tax_contained,
    tax_on_top,
)

amounts = st.integers(min_value=-(10**15), max_value=10**15)
currencies = st.sampled_from(sorted(MINOR_DIGITS))
moneys = st.builds(Money, amounts, currencies)
euros = amounts.map(lambda amount: Money(amount, "EUR"))
rates = st.decimals(min_value=0, max_value=100, places=3)
weights = st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=3), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("number", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("-0.01", "USD", -1),
        ("1280", "JPY", 1280),
        ("100.00", "JPY", 100),
        ("1.5", "JOD", 1500),
        ("1.0001", "CLF", 10001),
        (Decimal("12.3400"), "EUR", 1234),
        (Decimal("1E+2"), "EUR", 10000),
        (" 7 ", "GBP", 700),
    ],
)
def test_a_number_in_major_units_becomes_minor_units(number: str | Decimal, currency: str, minor: int) -> None:
    assert Money.of(number, currency) == Money(minor, currency)


@pytest.mark.parametrize(("number", "currency"), [("12.345", "EUR"), ("0.5", "JPY"), (Decimal("0.0001"), "JOD")])
def test_more_digits_than_the_currency_has_are_refused(number: str | Decimal, currency: str) -> None:
    with pytest.raises(TooManyDigits) as refused:
        Money.of(number, currency)
    assert (refused.value.text, refused.value.currency) == (number, currency)


@pytest.mark.parametrize("text", ["", "12,34", "1e3", "1_000", "1/3", "NaN", "٣", "12.", Decimal("NaN"), None])
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        Money.of(text, "EUR")


def test_floats_are_refused_everywhere() -> None:
    one: float = 1.0
    for attempt in (
        lambda: Money(one, "EUR"),  # type: ignore[arg-type]
        lambda: Money.of(one, "EUR"),  # type: ignore[arg-type]
        lambda: Money(1, "EUR") * one,  # type: ignore[operator]
        lambda: Money(1, "EUR") + one,  # type: ignore[operator]
        lambda: scale(Money(1, "EUR"), one),  # type: ignore[arg-type]
        lambda: allocate(Money(1, "EUR"), [one]),  # type: ignore[list-item]
    ):
        with pytest.raises(InexactAmount):
            attempt()


def test_true_is_not_an_amount() -> None:
    with pytest.raises(InexactAmount):
        Money(True, "EUR")


@pytest.mark.parametrize("code", ["eur", "XXX", "EURO", ""])
def test_a_currency_that_iso_does_not_know_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, code)


def test_two_currencies_do_not_mix() -> None:
    euro, yen = Money(1, "EUR"), Money(1, "JPY")
    for attempt in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro >= yen):
        with pytest.raises(CurrencyMismatch) as refused:
            attempt()
        assert (refused.value.left, refused.value.right) == ("EUR", "JPY")
    assert euro != yen


def test_amounts_of_one_currency_are_ordered() -> None:
    cent, euro = Money(1, "EUR"), Money(100, "EUR")
    assert [cent < euro, cent <= cent, euro > cent, euro >= cent, euro < cent] == [True, True, True, True, False]  # noqa: PLR0124
    assert max(cent, euro) == euro


def test_only_zero_is_false() -> None:
    assert [bool(Money(amount, "EUR")) for amount in (-1, 0, 1)] == [True, False, True]


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KRW", 0), ("ISK", 0), ("JOD", 3), ("KWD", 3), ("CLF", 4)]
)
def test_minor_digits_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_display_precision_of_cldr_is_not_what_we_charge_in() -> None:
    # CLDR shows RSD, IQD and LBP without digits; ISO 4217 gives them 2, 3 and 2.
    assert [minor_digits(currency) for currency in ("RSD", "IQD", "LBP")] == [2, 3, 2]


def test_the_decimal_keeps_all_digits_of_the_currency() -> None:
    assert [str(Money(1230, code)) for code in ("EUR", "JPY", "JOD")] == ["12.30 EUR", "1230 JPY", "1.230 JOD"]
    assert str(Money(-5, "EUR")) == "-0.05 EUR"


@given(moneys)
@example(Money(10**40, "EUR"))
def test_an_amount_survives_being_written_and_read(money: Money) -> None:
    assert Money.of(money.decimal, money.currency) == money
    assert Money.of(str(money.decimal), money.currency) == money


@given(euros, euros, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_whole_numbers(left: Money, right: Money, times: int) -> None:
    assert (left + right) - right == left
    assert -(left - right) == right - left
    assert times * left == left * times == Money(left.amount * times, "EUR")
    assert abs(-left) == abs(left)


def test_the_sum_of_nothing_is_zero_of_the_currency() -> None:
    assert sum_of([], "JPY") == Money.zero("JPY")
    assert sum_of([Money(1, "JPY"), Money(2, "JPY")], "JPY") == Money(3, "JPY")


@pytest.mark.parametrize(("numerator", "rounded"), [(4, 0), (5, 1), (14, 1), (15, 2), (-4, 0), (-5, -1), (-15, -2)])
def test_halves_round_away_from_zero(numerator: int, rounded: int) -> None:
    assert half_up(numerator, 10) == rounded


@given(euros, st.decimals(-100, 100, places=4))
def test_scaling_errs_by_half_a_minor_unit_at_most(money: Money, factor: Decimal) -> None:
    scaled = scale(money, factor)
    assert abs(scaled.amount - money.amount * factor) <= Decimal("0.5")
    assert scale(-money, factor) == -scaled


@given(euros, rates)
def test_tax_contained_and_net_make_the_gross_price(gross: Money, rate: Decimal) -> None:
    tax = tax_contained(gross, rate)
    assert abs(tax) <= abs(gross)
    assert tax_contained(-gross, rate) == -tax


@given(euros, st.integers(0, 60))
def test_adding_tax_and_taking_it_out_again_returns_the_net(net: Money, rate: int) -> None:
    gross = net + tax_on_top(net, Decimal(rate))
    assert gross - tax_contained(gross, Decimal(rate)) == net


@given(euros, weights)
def test_the_parts_of_an_allocation_add_up(total: Money, shares: list[int | Decimal]) -> None:
    if not sum(shares):
        shares = [1, *shares]
    parts = allocate(total, shares)
    assert sum_of(parts, "EUR") == total
    assert parts == [-part for part in allocate(-total, shares)]
    for part, share in zip(parts, shares, strict=True):
        exact = total.amount * Decimal(share) / Decimal(sum(Decimal(each) for each in shares))
        assert abs(part.amount - exact) < Decimal("1.000001")
        assert share or not part


def test_ties_go_to_the_earlier() -> None:
    assert [part.amount for part in allocate(Money(100, "EUR"), [1, 1, 1])] == [34, 33, 33]
    assert [part.amount for part in allocate(Money(-100, "EUR"), [1, 1, 1])] == [-34, -33, -33]
    assert [part.amount for part in allocate(Money(1, "EUR"), [0, 1, 1])] == [0, 1, 0]


def test_the_largest_remainder_comes_first() -> None:
    assert [part.amount for part in allocate(Money(10, "EUR"), [Decimal("1.4"), Decimal("1.6")])] == [5, 5]
    assert [part.amount for part in allocate(Money(1, "EUR"), [1, 3])] == [0, 1]


def test_nothing_can_be_divided_among_nobody() -> None:
    assert allocate(Money.zero("EUR"), []) == []
    assert allocate(Money.zero("EUR"), [0, 0]) == [Money.zero("EUR")] * 2


@pytest.mark.parametrize("shares", [[], [0, 0], [3, -1]])
def test_an_amount_is_not_lost_among_weights_that_cannot_take_it(shares: list[int | Decimal]) -> None:
    with pytest.raises(NothingToAllocateTo):
        allocate(Money(1, "EUR"), shares)
