from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.money import CurrencyMismatch, InexactAmount, Money, half_up, sum_of
from tradewind.lib.taxing import NothingToTax, RateRefused, TaxableLine, TaxedTotals, tax_lines

STANDARD, REDUCED, ZERO = Decimal(19), Decimal(7), Decimal(0)


def line(price: str, quantity: int = 1, rate: Decimal = STANDARD, discount: str | None = None) -> TaxableLine:
    return TaxableLine(Money.of(price, "EUR"), quantity, rate, None if discount is None else Money.of(discount, "EUR"))


lines = st.lists(
    st.builds(
        TaxableLine,
        st.integers(-100_000, 100_000).map(lambda amount: Money(amount, "EUR")),
        st.integers(0, 50),
        st.sampled_from([STANDARD, REDUCED, ZERO, Decimal("8.875"), Decimal("19.00")]),
        st.none() | st.integers(0, 5_000).map(lambda amount: Money(amount, "EUR")),
    ),
    min_size=1,
    max_size=15,
)


def figures(totals: TaxedTotals) -> list[tuple[int, int, int]]:
    return [(each.net.amount, each.tax.amount, each.gross.amount) for each in totals.lines]


@given(lines, st.booleans())
def test_lines_groups_and_totals_always_agree(order: list[TaxableLine], included: bool) -> None:
    totals = tax_lines(order, prices_include_tax=included)
    for parts in (totals.lines, totals.groups):
        assert sum_of((part.net for part in parts), "EUR") == totals.net
        assert sum_of((part.tax for part in parts), "EUR") == totals.tax
        assert sum_of((part.gross for part in parts), "EUR") == totals.gross
        assert all(part.net + part.tax == part.gross for part in parts)


@given(lines, st.booleans())
def test_the_form_in_which_the_prices_were_given_is_kept_to_the_cent(
    order: list[TaxableLine],
    included: bool,
) -> None:
    totals = tax_lines(order, prices_include_tax=included)
    given_prices = [each.amount for each in order]
    assert [each.gross if included else each.net for each in totals.lines] == given_prices


@given(lines, st.booleans())
def test_a_group_is_rounded_once_and_its_lines_differ_by_less_than_one_minor_unit(
    order: list[TaxableLine],
    included: bool,
) -> None:
    totals = tax_lines(order, prices_include_tax=included)
    for group in totals.groups:
        base = (group.gross if included else group.net).amount
        numerator, denominator = group.rate.as_integer_ratio()
        whole = 100 * denominator + (numerator if included else 0)
        assert group.tax.amount == half_up(base * numerator, whole)
        for each in (each for each in totals.lines if each.rate == group.rate):
            exact = (each.gross if included else each.net).amount * numerator / whole
            assert abs(each.tax.amount - exact) <= 1


@given(lines, st.booleans())
def test_giving_everything_back_mirrors_the_sale(order: list[TaxableLine], included: bool) -> None:
    back = [
        TaxableLine(-each.unit, each.quantity, each.rate, None if each.discount is None else -each.discount)
        for each in order
    ]
    sale, refund = tax_lines(order, prices_include_tax=included), tax_lines(back, prices_include_tax=included)
    assert figures(refund) == [(-net, -tax, -gross) for net, tax, gross in figures(sale)]


def test_the_cent_that_rounding_leaves_goes_to_the_largest_remainder() -> None:
    # 3 x 0.19 / 1.19 of 10.00 is 4.7899 together: 4.79, where three times 1.60 would be 4.80.
    totals = tax_lines([line("10.00"), line("10.00"), line("10.00")], prices_include_tax=True)
    assert totals.tax == Money.of("4.79", "EUR")
    assert figures(totals) == [(840, 160, 1000), (840, 160, 1000), (841, 159, 1000)]


def test_groups_come_by_rising_rate_and_equal_rates_are_one_group() -> None:
    totals = tax_lines(
        [line("11.90"), line("10.70", rate=REDUCED), line("5.00", rate=ZERO), line("11.90", rate=Decimal("19.0"))],
        prices_include_tax=True,
    )
    assert [(group.rate, group.net.amount, group.tax.amount) for group in totals.groups] == [
        (ZERO, 500, 0),
        (REDUCED, 1000, 70),
        (STANDARD, 2000, 380),
    ]


def test_a_discount_lowers_what_is_taxed() -> None:
    totals = tax_lines([line("50.00", 2, discount="40.50")], prices_include_tax=True)
    assert figures(totals) == [(5000, 950, 5950)]


def test_a_line_below_zero_takes_its_tax_out_of_the_group() -> None:
    totals = tax_lines([line("119.00"), line("-118.99")], prices_include_tax=True)
    assert totals.gross == Money(1, "EUR")
    assert figures(totals) == [(10000, 1900, 11900), (-9999, -1900, -11899)]


def test_an_order_without_lines_has_no_currency_and_no_tax() -> None:
    with pytest.raises(NothingToTax):
        tax_lines([], prices_include_tax=True)


def test_lines_of_two_currencies_are_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        tax_lines([line("1.00"), TaxableLine(Money(1, "USD"), 1, STANDARD)], prices_include_tax=False)
    with pytest.raises(CurrencyMismatch):
        tax_lines([line("1.00"), TaxableLine(Money(1, "USD"), 1, REDUCED)], prices_include_tax=False)


@pytest.mark.parametrize("rate", [Decimal(-1), Decimal("NaN"), 19, 0.19])
def test_a_rate_is_a_decimal_percentage_from_zero(rate: Decimal) -> None:
    with pytest.raises(RateRefused):
        TaxableLine(Money(1, "EUR"), 1, rate)


def test_half_a_piece_is_refused() -> None:
    half: float = 0.5
    with pytest.raises(InexactAmount):
        tax_lines([TaxableLine(Money(199, "EUR"), half, STANDARD)], prices_include_tax=True)  # type: ignore[arg-type]
