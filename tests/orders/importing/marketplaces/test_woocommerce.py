"""What WooCommerce's export plugins write."""

import csv
import io
import json

import pytest

from tests.orders.importing.marketplaces.conftest import Bring, lines, order

HEAD = {
    "order_id": "77",
    "order_number": "77",
    "date": "2026-05-01 10:00:00",
    "status": "processing",
    "shipping_total": "5.00",
    "tax_total": "4.00",
    "discount_total": "2.00",
    "order_total": "27.00",
    "refunded_total": "0.00",
    "order_currency": "GBP",
    "customer_id": "0",
    "billing_email": "a@example.com",
    "shipping_first_name": "Ann",
    "shipping_last_name": "Example",
    "shipping_country": "GB",
}
ITEMS = (
    "id:1|name:Mug, blue|product_id:5|sku:MUG|quantity:1|subtotal:10.00|total:9.00|meta:"
    ";id:2|name:Pot; large|product_id:6|sku:POT|quantity:2|subtotal:10.00|total:9.00|meta:"
)

pytestmark = pytest.mark.django_db


def written(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    "items",
    [
        ITEMS,
        json.dumps(
            [
                {"name": "Mug, blue", "sku": "MUG", "quantity": 1, "subtotal": "10.00"},
                {"name": "Pot; large", "sku": "POT", "quantity": 2, "subtotal": "10.00"},
            ]
        ),
    ],
)
def test_a_row_for_each_order(bring: Bring, items: str) -> None:
    summary = bring("woocommerce", written(HEAD | {"line_items": items}))

    assert summary.report == "woocommerce.orders"
    assert lines("77") == [
        ("goods", "MUG", 1, 1000, 0),
        ("goods", "POT", 2, 1000, 0),
        ("delivery", "", 1, 500, 0),
        ("discount", "", 1, -200, 0),
    ]
    sale = order("77")
    assert (sale.state, sale.total, sale.tax, sale.tax_included, sale.currency) == ("paid", 2700, 400, False, "GBP")
    assert (sale.ship_to["name"], sale.email) == ("Ann Example", "a@example.com")
    assert list(sale.lines.filter(kind="goods").order_by("position").values_list("title", flat=True)) == [
        "Mug, blue",
        "Pot; large",
    ]


def test_a_row_for_each_line(bring: Bring) -> None:
    mug = {"item_name": "Mug", "item_sku": "MUG", "item_quantity": "1", "item_subtotal": "10.00"}
    pot = {"item_name": "Pot", "item_sku": "POT", "item_quantity": "2", "item_subtotal": "10.00"}

    summary = bring("woocommerce", written(HEAD | mug, HEAD | pot))

    assert (summary.report, order("77").total) == ("woocommerce.lines", 2700)
    assert [line[:4] for line in lines("77")[:2]] == [("goods", "MUG", 1, 1000), ("goods", "POT", 2, 1000)]


def test_headings_in_words_and_a_currency_that_is_said(bring: Bring) -> None:
    row = {
        "Order Number": "88",
        "Order Status": "Completed",
        "Order Date": "2026-05-01 10:00",
        "First Name (Shipping)": "Ann",
        "Last Name (Shipping)": "Example",
        "Country Code (Shipping)": "GB",
        "SKU": "MUG",
        "Item Name": "Mug",
        "Quantity": "2",
        "Item Cost": "10.00",
        "Order Shipping Amount": "5.00",
        "Order Total Tax Amount": "0.00",
        "Order Total Amount": "25.00",
    }

    summary = bring("woocommerce", written(row), currency="GBP", zone="Europe/London")

    assert (summary.report, order("88").state, order("88").total) == ("woocommerce.words", "completed", 2500)
    assert order("88").placed_at.isoformat() == "2026-05-01T09:00:00+00:00"
    assert order("88").currency == "GBP"


def test_a_status_that_nobody_knows_is_kept_and_told(bring: Bring) -> None:
    mug = {"item_name": "Mug", "item_sku": "MUG", "item_quantity": "1", "item_subtotal": "20.00"}

    summary = bring(
        "woocommerce", written(HEAD | mug | {"status": "awaiting-pickup", "paid_date": "2026-05-02 09:00:00"})
    )

    assert summary.unknown_statuses == {"awaiting-pickup": 1}
    assert (order("77").state, order("77").source["status"]) == ("paid", "awaiting-pickup")
    assert order("77").source["is_status_unknown"] is True
