"""eBay's orders report."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.orders.importing.marketplaces.conftest import SAMPLES, Bring, lines, order, table

KIND = "ebay_orders_report_51"
SOLD = {
    "Sales Record Number": "1001",
    "Order Number": "12-1",
    "Buyer Username": "buyer_1",
    "Ship To Country": "United States",
    "Item Title": "Lamp",
    "Custom Label": "LAMP",
    "Quantity": "1",
    "Sold For": "$10.00",
    "Shipping And Handling": "$2.00",
    "eBay Collected Tax": "$0.80",
    "Total Price": "$12.80",
    "eBay Collected Tax Included in Total": "Yes",
    "Sale Date": "Jul-21-26",
    "Paid On Date": "Jul-21-26",
}

pytestmark = pytest.mark.django_db


def report(*rows: dict[str, str]) -> str:
    """With what stands above and below the table."""
    empty = "," * 50 + "\n"
    return f'{empty}{table(KIND, *rows)}\n"{len(rows)}","record(s) downloaded,"," from Jul-01-26 to Jul-31-26"\nSeller ID : us\n'


def test_the_sample_of_one_sale(bring: Bring) -> None:
    summary = bring("ebay", (SAMPLES / "ebay_orders_us.csv").read_bytes())

    sale = order("12-34567-89012")
    assert (summary.read, summary.rejected, [str(money) for money in summary.sums]) == (1, 0, ["1120.75 USD"])
    assert (sale.state, sale.goods, sale.delivery, sale.tax, sale.total) == ("paid", 104599, 1200, 6276, 112075)
    assert not sale.tax_included
    # Midnight in California, where eBay's site is.
    assert sale.placed_at == datetime(2026, 7, 21, 7, 0, tzinfo=UTC)
    assert sale.lines.get(kind="goods").options == "[Size:M,Size Type:Regular]"
    assert sale.country == "US"


def test_lines_above_and_below_the_table_are_no_rows(bring: Bring) -> None:
    summary = bring("ebay", report(SOLD))

    assert (summary.read, summary.orders, summary.rejected) == (1, 1, 0)


def test_an_order_of_several_articles_counts_its_money_once(bring: Bring) -> None:
    whole = SOLD | {
        "Item Title": "",
        "Custom Label": "",
        "Quantity": "2",
        "Sold For": "$30.00",
        "Total Price": "$32.80",
    }
    part = {"Sales Record Number": "1001", "Order Number": "12-1", "Buyer Username": "buyer_1", "Quantity": "1"}
    lamp = part | {"Item Title": "Lamp", "Custom Label": "LAMP", "Sold For": "$10.00", "Tracking Number": "1Z1"}
    shade = part | {"Item Title": "Shade", "Custom Label": "SHADE", "Sold For": "$20.00"}

    summary = bring("ebay", report(whole, lamp, shade))

    assert lines("12-1") == [
        ("goods", "LAMP", 1, 1000, 0),
        ("goods", "SHADE", 1, 2000, 0),
        ("delivery", "", 1, 200, 0),
    ]
    assert (order("12-1").total, summary.read, summary.rejected) == (3280, 3, 0)
    assert order("12-1").source["others"]["tracking"] == "1Z1"


def test_without_a_row_for_the_whole_the_rows_share_the_money(bring: Bring) -> None:
    shade = {**SOLD, "Item Title": "Shade", "Custom Label": "SHADE", "Sold For": "$20.00", "Total Price": "$22.80"}

    bring("ebay", report(SOLD, shade))

    assert (order("12-1").total, order("12-1").delivery, order("12-1").tax) == (3560, 400, 160)


def test_the_total_shows_whether_a_price_is_of_one_piece(bring: Bring) -> None:
    three = {**SOLD, "Quantity": "3"}
    each = {**three, "Total Price": "$32.80"}
    together = {**three, "Order Number": "12-2", "Total Price": "$12.80"}

    bring("ebay", report(each, together))

    assert [lines(number)[0] for number in ("12-1", "12-2")] == [
        ("goods", "LAMP", 3, 3000, 0),
        ("goods", "LAMP", 3, 1000, 0),
    ]
    assert (order("12-1").total, order("12-2").total) == (3280, 1280)


def test_tax_that_ebay_keeps_beside_the_total_is_no_part_of_the_order(bring: Bring) -> None:
    bring("ebay", report({**SOLD, "Total Price": "$12.00", "eBay Collected Tax Included in Total": "No"}))

    assert (order("12-1").total, order("12-1").tax) == (1200, 0)


def test_what_happened_is_read_from_the_dates(bring: Bring) -> None:
    unpaid = SOLD | {"Order Number": "12-2", "Paid On Date": ""}
    sent = SOLD | {"Order Number": "12-3", "Shipped On Date": "Jul-23-26"}

    bring("ebay", report(SOLD, unpaid, sent))

    assert [order(number).state for number in ("12-1", "12-2", "12-3")] == ["paid", "awaiting_payment", "dispatched"]
    assert lines("12-3")[0] == ("goods", "LAMP", 1, 1000, 1)


@pytest.mark.parametrize(
    ("price", "currency", "amount"),
    [("$1,045.99", "USD", 104599), ("C $10.00", "CAD", 1000), ("£10.00", "GBP", 1000), ("1.045,99 EUR", "EUR", 104599)],
)
def test_amounts_are_read_with_their_signs(bring: Bring, price: str, currency: str, amount: int) -> None:
    free = {"Shipping And Handling": "", "eBay Collected Tax": "", "Sold For": price, "Total Price": price}

    bring("ebay", report(SOLD | free))

    assert (order("12-1").currency, order("12-1").total) == (currency, amount)


def test_rows_that_cannot_be_used_say_why(because: Callable[..., list[str]]) -> None:
    rows = (
        SOLD | {"Order Number": ""},
        SOLD | {"Order Number": "12-2", "Sold For": "ten"},
        SOLD | {"Order Number": "12-3", "Sale Date": "21 July"},
        SOLD | {"Order Number": "12-4", "Quantity": "1.5"},
        SOLD,
    )

    assert because("ebay", report(*rows)) == [
        "3: the order number is missing",
        "4: amount “ten” is not a number",
        "5: date “21 July” cannot be read",
        "6: quantity “1.5” is not whole",
    ]
    assert order("12-1").total == 1280


def test_ebays_own_number_and_the_buyers_travel_with_the_order(bring: Bring) -> None:
    """In reports that have columns for them; here they take the place of three that are empty."""
    ioss = SOLD | {"Order Number": "12-2", "My Item Note": "IOSS", "PayPal Transaction ID": "IM2760000742"}
    german = SOLD | {"Order Number": "12-3", "My Item Note": "OSS", "PayPal Transaction ID": "DE123"}
    brazil = SOLD | {"Order Number": "12-4", "Ship To Country": "Brazil", "Global Shipping Program": "390.533.447-05"}
    file = report(ioss, german, brazil).replace("My Item Note", "eBay Reference Name")
    file = file.replace("PayPal Transaction ID", "eBay Reference Value")

    bring("ebay", file.replace("Global Shipping Program", "Buyer Tax Identifier Value"))

    assert order("12-2").source["others"]["customs_number"] == "IM2760000742"
    assert "customs_number" not in order("12-3").source["others"]
    assert order("12-4").ship_to["tax_id"] == "390.533.447-05"
