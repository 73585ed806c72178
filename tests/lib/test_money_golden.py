"""Amounts that went wrong in other shop systems, with the answer that our rule gives and the reason.

The rule: a price is typed in the form in which it is shown; tax is taken per rate group of the whole order, rounded
half up once, and divided among the lines. Two answers that both look right differ in what was rounded first; the form
in which the buyer saw the price decides.
"""

from decimal import Decimal

import pytest

from tradewind.lib.money import InexactAmount, Money, scale, tax_contained, tax_on_top
from tradewind.lib.money_words import format_money
from tradewind.lib.taxing import TaxableLine, TaxedTotals, tax_lines


def priced(currency: str, *lines: tuple[str, int, str], prices_include_tax: bool) -> TaxedTotals:
    return tax_lines(
        [TaxableLine(Money.of(price, currency), quantity, Decimal(rate)) for price, quantity, rate in lines],
        prices_include_tax=prices_include_tax,
    )


def written(totals: TaxedTotals) -> tuple[str, str, str]:
    return str(totals.net.decimal), str(totals.tax.decimal), str(totals.gross.decimal)


def test_vendure_2662_ten_pieces_cost_ten_times_the_price_that_was_shown() -> None:
    # 38.23 with 20 % was shown, so ten are 382.30 and not 382.32, which is ten rounded net prices taxed again.
    totals = priced("GBP", ("38.23", 10, "20"), prices_include_tax=True)
    assert written(totals) == ("318.58", "63.72", "382.30")


def test_vendure_2662_a_discount_is_taken_from_the_price_that_was_shown() -> None:
    # 6.2 % of 382.30 is 23.7026, which is 23.70; the tax is taken from what is left.
    discount = scale(Money.of("382.30", "GBP"), Decimal("0.062"))
    line = TaxableLine(Money.of("38.23", "GBP"), 10, Decimal(20), discount)
    assert written(tax_lines([line], prices_include_tax=True)) == ("298.83", "59.77", "358.60")


def test_vendure_3047_the_net_amount_follows_from_the_gross_amount_of_the_line() -> None:
    # 798.00 / 1.09 is 732.1101: ours is 732.11. The other answer, 732.12, is twice the rounded 366.06, and with the
    # tax on it would no longer be the 798.00 that the buyer agreed to.
    totals = priced("MYR", ("399.00", 2, "9"), prices_include_tax=True)
    assert written(totals) == ("732.11", "65.89", "798.00")


def test_vendure_1939_tax_is_that_of_the_discounted_line() -> None:
    # The provider expected 11.00 x 19 / 119 = 1.76 and was sent the 3.51 of the full price.
    line = TaxableLine(Money.of("22.00", "EUR"), 1, Decimal(19), Money.of("11.00", "EUR"))
    assert written(tax_lines([line], prices_include_tax=True)) == ("9.24", "1.76", "11.00")


def test_woocommerce_20440_shipping_is_typed_with_tax_like_the_goods() -> None:
    # Goods were typed with tax (45 and 49) and shipping without (4.96). Ours is 100.00: in a shop that shows prices
    # with tax, shipping is shown and typed as 6.00. 100.01 comes from rounding net amounts and tax separately.
    shipping = Money.of("4.96", "EUR")
    shown = shipping + tax_on_top(shipping, Decimal(21))
    assert str(shown) == "6.00 EUR"
    totals = priced("EUR", ("45.00", 1, "21"), ("49.00", 1, "21"), ("6.00", 1, "21"), prices_include_tax=True)
    assert written(totals) == ("82.64", "17.36", "100.00")


@pytest.mark.parametrize("rate", ["5", "7", "10", "19", "20", "21", "22", "23", "24", "25"])
def test_woocommerce_16699_the_total_is_the_sum_of_the_shown_prices_at_any_rate(rate: str) -> None:
    # 2 x 1.49 + 2.50 is 5.48. 5.47 appears when rounded net amounts and rounded tax are added up again.
    totals = priced("EUR", ("1.49", 2, rate), ("2.50", 1, rate), prices_include_tax=True)
    assert str(totals.gross) == "5.48 EUR"


def test_woocommerce_25641_cart_and_order_ask_the_same_function() -> None:
    # State and local tax are one rate of 9.25 % to us. Goods 22.99 and shipping 10.00 give 32.99 x 9.25 % = 3.0516.
    # Ours is the cart's 3.05; the order's 3.06 is the sum of four amounts rounded one by one. (The rates and the
    # shipping price stand in screenshots of the report; these are the ones that give both of its figures.)
    totals = priced("USD", ("22.99", 1, "9.25"), ("10.00", 1, "9.25"), prices_include_tax=False)
    assert written(totals) == ("32.99", "3.05", "36.04")
    one_by_one = [
        tax_on_top(Money.of(price, "USD"), Decimal(rate)) for price in ("22.99", "10.00") for rate in ("7", "2.25")
    ]
    assert sum(tax.amount for tax in one_by_one) == 306


def test_woocommerce_27026_six_pieces_cost_six_times_the_price_that_was_shown() -> None:
    # 89.99 was shown: 539.94 is ours. 539.91 is six net prices of 85.70 taxed together.
    totals = priced("PLN", ("89.99", 6, "5"), prices_include_tax=True)
    assert written(totals) == ("514.23", "25.71", "539.94")


def test_woocommerce_34529_seven_pieces_cost_seven_times_the_price_that_was_shown() -> None:
    totals = priced("EUR", ("24.23", 7, "23"), prices_include_tax=True)
    assert written(totals) == ("137.89", "31.72", "169.61")


def test_medusa_4599_three_digits_are_three_digits_from_typing_to_showing() -> None:
    # 20 dinars were shown as 200, because the amount was stored in thousandths and shown as hundredths.
    dinars = Money.of("20", "JOD")
    assert (dinars.amount, str(dinars.decimal)) == (20_000, "20.000")
    assert format_money(dinars, "en") == "JOD\N{NO-BREAK SPACE}20.000"


def test_medusa_13734_a_line_is_money_before_it_is_taxed() -> None:
    # Half a piece at 1.99 and 7 % was stored as 1.06465. Half a piece is refused here: it is a unit with a price.
    # That price is 1.00 (0.995 half up) and with tax 1.07; 1.06, the stored figure rounded, is tax on half a cent
    # that nobody charged.
    half: float = 0.5
    with pytest.raises(InexactAmount):
        Money.of("1.99", "USD") * half  # type: ignore[operator]
    unit = scale(Money.of("1.99", "USD"), Decimal("0.5"))
    totals = priced("USD", (str(unit.decimal), 1, "7"), prices_include_tax=False)
    assert written(totals) == ("1.00", "0.07", "1.07")


def test_craft_697_a_hundred_pieces_cost_a_hundred_times_the_price_that_was_shown() -> None:
    # The shop showed 1.69 with 20 % tax. It is typed so, and a hundred are 169.00: this is our answer to the case.
    shown = priced("GBP", ("1.69", 100, "20"), prices_include_tax=True)
    assert written(shown) == ("140.83", "28.17", "169.00")
    # 169.20 is right where 1.41 without tax was shown, to companies.
    net = priced("GBP", ("1.41", 100, "20"), prices_include_tax=False)
    assert written(net) == ("141.00", "28.20", "169.20")


def test_woocommerce_17158_half_a_cent_is_rounded_once() -> None:
    # 9.99 with 20 % holds 1.665 of tax: 1.67, and net is the rest. Rounding both halves up made it 10.00.
    gross = Money.of("9.99", "GBP")
    tax = tax_contained(gross, Decimal(20))
    assert (str(tax), str(gross - tax)) == ("1.67 GBP", "8.32 GBP")
