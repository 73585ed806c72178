"""Amazon's three families of reports."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.orders.importing.marketplaces.conftest import SAMPLES, Bring, lines, order, table
from tradewind.buyers.models import Buyer
from tradewind.core.models import ShopAccount

ALL = "amazon_all_orders_by_last_update_32"
SOLD = {
    "amazon-order-id": "302-1",
    "purchase-date": "2026-03-28T22:30:00+00:00",
    "last-updated-date": "2026-03-29T08:00:00+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Merchant",
    "sales-channel": "Amazon.de",
    "product-name": "Mug",
    "sku": "MUG",
    "item-status": "Shipped",
    "quantity": "2",
    "currency": "EUR",
    "item-price": "20.00",
    "item-tax": "3.19",
    "shipping-price": "4.90",
    "ship-country": "DE",
}

pytestmark = pytest.mark.django_db


def tabs(*rows: dict[str, str], kind: str = ALL) -> str:
    return table(kind, *rows, delimiter="\t")


def test_an_unshipped_report_tells_what_to_send_and_says_that_amounts_are_unknown(bring: Bring) -> None:
    summary = bring("amazon", (SAMPLES / "amazon_unshipped_27.tsv").read_bytes())

    first, second = order("302-1234567-0000001"), order("250-7654321-0000002")
    assert (summary.report, summary.orders, summary.unpriced, summary.sums) == ("amazon.unshipped", 2, 2, [])
    assert (first.state, first.is_priced, first.currency, second.currency) == ("paid", False, "EUR", "JPY")
    assert lines(first.external_id) == [("goods", "DRESS-RED-M", 1, 0, 0), ("goods", "DRESS-RED-L", 2, 0, 1)]
    assert first.lines.order_by("position")[0].title == 'Evening dress, "Rosa", red'
    assert first.source["status"] == "PartiallyShipped"
    assert first.source["moments"]["ship_by"] == "2026-04-01T21:59:59+00:00"
    assert first.ship_to == {
        "name": "Jürgen Beispiel",
        "line1": "Musterstraße 5",
        "city": "Köln",
        "postcode": "01067",
        "country": "DE",
    }
    assert (first.email, first.buyer is not None) == ("x1y2z3+a1@marketplace.amazon.de", True)
    assert ShopAccount.objects.get(name="Ours").channel == "amazon"
    assert Buyer.objects.get(pk=first.buyer_id).name == "Jürgen Beispiel"


def test_a_file_in_the_encoding_of_windows_is_read_as_it_is(bring: Bring) -> None:
    text = (SAMPLES / "amazon_unshipped_27.tsv").read_text(encoding="utf-8").splitlines(keepends=True)

    bring("amazon", "".join(text[:3]).encode("cp1252"))

    assert order("302-1234567-0000001").ship_to["line1"] == "Musterstraße 5"


def test_new_orders_have_prices_and_a_price_with_tax_is_told_from_one_without(bring: Bring) -> None:
    german = {
        "order-id": "302-1",
        "order-item-id": "1",
        "purchase-date": "2026-03-28T22:30:00+00:00",
        "payments-date": "2026-03-28T22:30:05+00:00",
        "buyer-email": "a@marketplace.amazon.de",
        "sku": "MUG",
        "product-name": "Mug",
        "quantity-purchased": "3",
        "currency": "EUR",
        "item-price": "10.00",
        "item-tax": "1.60",
        "shipping-price": "4.90",
        "shipping-tax": "0.78",
        "ship-service-level": "Standard",
        "ship-country": "DE",
    }
    american = {**german, "order-id": "112-1", "currency": "USD", "ship-country": "US"}

    summary = bring("amazon", tabs(german, american, kind="amazon_new_orders_29"))

    with_tax, without = order("302-1"), order("112-1")
    assert (summary.report, with_tax.state) == ("amazon.new", "paid")
    assert (with_tax.goods, with_tax.delivery, with_tax.tax, with_tax.tax_included) == (1000, 490, 238, True)
    assert (with_tax.total, without.total, without.tax_included, without.goods) == (1490, 1728, False, 1000)
    assert lines("302-1") == [("goods", "MUG", 3, 1000, 0), ("delivery", "", 1, 490, 0)]
    assert with_tax.lines.get(kind="goods").unit == Decimal("3.3333")
    assert [str(money) for money in summary.sums] == ["14.90 EUR", "17.28 USD"]


def test_a_cancelled_line_stays_as_a_line_of_nothing(bring: Bring, because: Callable[..., list[str]]) -> None:
    gone = {**SOLD, "sku": "CUP", "item-status": "Cancelled", "quantity": "0", "item-price": "", "shipping-price": ""}
    priced = {**SOLD, "sku": "POT", "item-status": "Cancelled", "quantity": "1", "item-price": "89.95"}

    assert because("amazon", tabs(SOLD, gone, priced)) == []

    assert order("302-1").is_priced
    assert (order("302-1").state, order("302-1").total) == ("dispatched", 2490)
    assert lines("302-1") == [
        ("goods", "MUG", 2, 2000, 2),
        ("goods", "CUP", 0, 0, 0),
        ("goods", "POT", 0, 0, 0),
        ("delivery", "", 1, 490, 0),
    ]


def test_a_pending_order_has_no_price_yet(bring: Bring) -> None:
    pending = {**SOLD, "order-status": "Pending", "item-status": "Unshipped", "item-price": "", "shipping-price": ""}

    summary = bring("amazon", tabs(pending))

    assert (order("302-1").state, order("302-1").is_priced, summary.unpriced) == ("awaiting_payment", False, 1)


def test_gift_wrap_and_promotions_are_part_of_the_total(bring: Bring) -> None:
    promoted = {"gift-wrap-price": "2.50", "item-promotion-discount": "3.00", "ship-promotion-discount": "-4.90"}

    bring("amazon", tabs(SOLD | promoted))

    assert (order("302-1").total, order("302-1").discount, order("302-1").goods) == (1950, -790, 2250)
    assert lines("302-1")[1:] == [
        ("delivery", "", 1, 490, 0),
        ("fee", "", 1, 250, 0),
        ("discount", "", 1, -790, 0),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-08 01:30:00 PST", datetime(2026, 3, 8, 9, 30, tzinfo=UTC)),
        ("2026-03-08 03:30:00 PDT", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        ("2026-03-28T22:30:00-07:00", datetime(2026, 3, 29, 5, 30, tzinfo=UTC)),
        ("2026-03-28T22:30:00Z", datetime(2026, 3, 28, 22, 30, tzinfo=UTC)),
    ],
)
def test_times_bring_their_offset_or_its_name(bring: Bring, written: str, meant: datetime) -> None:
    bring("amazon", tabs({**SOLD, "purchase-date": written}))

    assert order("302-1").placed_at == meant


def test_a_title_may_begin_with_an_inch_sign(bring: Bring) -> None:
    bring("amazon", tabs({**SOLD, "product-name": '"7 inch tablet'}, {**SOLD, "amazon-order-id": "302-2"}))

    assert order("302-1").lines.get(kind="goods").title == '"7 inch tablet'
    assert order("302-2").lines.get(kind="goods").title == "Mug"


def test_parcels_for_other_channels_are_no_orders_of_this_account(because: Callable[..., list[str]]) -> None:
    assert because("amazon", tabs({**SOLD, "sales-channel": "Non-Amazon US", "item-price": ""})) == [
        "2: Amazon only sent this parcel; the order belongs to another sales channel"
    ]


def test_a_report_without_currency_needs_one_to_be_said(bring: Bring, because: Callable[..., list[str]]) -> None:
    text = (SAMPLES / "amazon_unshipped_27.tsv").read_text(encoding="utf-8").replace("@marketplace.amazon.de", "")

    reasons = because("amazon", text)
    bring("amazon", text, currency="EUR")

    assert reasons == [f"{line}: the file names no currency. Say it with --currency" for line in (2, 3)]
    assert order("302-1234567-0000001").currency == "EUR"
