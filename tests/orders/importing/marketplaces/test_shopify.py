"""Shopify's orders export."""

import pytest

from tests.orders.importing.marketplaces.conftest import SAMPLES, Bring, lines, order, table

KIND = "shopify_orders_79"
SOLD = {
    "Name": "#1",
    "Email": "a@example.com",
    "Financial Status": "paid",
    "Fulfillment Status": "unfulfilled",
    "Currency": "EUR",
    "Subtotal": "20.00",
    "Shipping": "5.00",
    "Taxes": "4.00",
    "Total": "29.00",
    "Created at": "2026-03-29 01:29:58 +0100",
    "Lineitem quantity": "2",
    "Lineitem name": "Tea",
    "Lineitem price": "10.00",
    "Lineitem sku": "TEA",
}

pytestmark = pytest.mark.django_db


def test_rows_after_the_first_have_the_orders_own_columns_empty(bring: Bring) -> None:
    summary = bring("shopify", (SAMPLES / "shopify_orders.csv").read_bytes())

    sale = order("#1050")
    assert (summary.orders, summary.rejected, [str(money) for money in summary.sums]) == (1, 0, ["100.90 EUR"])
    assert (sale.total, sale.tax, sale.tax_included) == (10090, 1751, True)
    assert lines("#1050") == [("goods", "MAT-100", 1, 6295, 1), ("goods", "MAT-50", 1, 3795, 0)]
    assert (sale.state, sale.source["others"]["refunded"]) == ("paid", "37.95")
    assert sale.source["status"] == "partially_refunded/partial"
    # Shopify's apostrophe keeps Excel from making a number of the postcode.
    assert sale.ship_to == {"name": "Koper Een", "postcode": "2801AA", "country": "NL"}


def test_tax_on_top_and_a_discount_are_seen_from_the_total(bring: Bring) -> None:
    off = {**SOLD, "Name": "#2", "Discount Amount": "3.00", "Total": "26.00"}

    bring("shopify", table(KIND, SOLD, off))

    assert (order("#1").total, order("#1").tax, order("#1").tax_included) == (2900, 400, False)
    assert (order("#2").total, order("#2").discount, order("#2").tax_included) == (2600, -300, False)


def test_what_the_lines_do_not_explain_stands_on_a_line_of_its_own(bring: Bring) -> None:
    bring("shopify", table(KIND, {**SOLD, "Total": "31.50"}))

    assert (order("#1").total, lines("#1")[-1]) == (3150, ("fee", "", 1, 250, 0))
    assert order("#1").lines.get(kind="fee").title == "total"


@pytest.mark.parametrize(
    ("money", "sent", "cancelled", "state"),
    [
        ("pending", "unfulfilled", "", "awaiting_payment"),
        ("authorized", "", "", "awaiting_payment"),
        ("paid", "partial", "", "paid"),
        ("paid", "fulfilled", "", "dispatched"),
        ("refunded", "fulfilled", "", "dispatched"),
        ("refunded", "unfulfilled", "", "cancelled"),
        ("voided", "", "", "cancelled"),
        ("paid", "unfulfilled", "2026-04-01 10:00:00 +0200", "cancelled"),
    ],
)
def test_money_and_parcel_together_are_the_state(
    bring: Bring, money: str, sent: str, cancelled: str, state: str
) -> None:
    told = {"Financial Status": money, "Fulfillment Status": sent, "Cancelled at": cancelled}

    summary = bring("shopify", table(KIND, SOLD | told))

    assert (order("#1").state, summary.unknown_statuses) == (state, {})
