"""Several files about the same orders: the same again, a later one, an earlier one, one that tells other things."""

from datetime import datetime, timedelta

import pytest

from tests.orders.importing.marketplaces.conftest import Bring, lines, order, table
from tests.orders.importing.marketplaces.test_amazon import ALL, SOLD
from tests.orders.importing.marketplaces.test_ebay import SOLD as ON_EBAY
from tests.orders.importing.marketplaces.test_ebay import report
from tests.orders.importing.marketplaces.test_shopify import KIND as SHOPIFY
from tests.orders.importing.marketplaces.test_shopify import SOLD as ON_SHOPIFY
from tests.orders.importing.test_storing import everything
from tradewind.checkout.unpaid import cancel_unpaid
from tradewind.core import search
from tradewind.core.models import Delivery, FactRecord, Reaction
from tradewind.orders.importing.storing import Outcome
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

UNSHIPPED = {
    "order-id": "302-1",
    "purchase-date": "2026-03-28T22:30:00+00:00",
    "payments-date": "2026-03-28T22:30:05+00:00",
    "buyer-email": "a@marketplace.amazon.de",
    "sku": "MUG",
    "product-name": "Mug",
    "quantity-purchased": "2",
    "quantity-shipped": "0",
    "quantity-to-ship": "2",
    "recipient-name": "Jürgen Beispiel",
    "ship-address-1": "Musterstraße 5",
    "ship-city": "Köln",
    "ship-country": "DE",
}

pytestmark = pytest.mark.django_db


def all_orders(**changes: str) -> str:
    row = SOLD | {key.replace("_", "-"): value for key, value in changes.items()}
    return table(ALL, row, delimiter="\t")


def unshipped(**changes: str) -> str:
    row = UNSHIPPED | {key.replace("_", "-"): value for key, value in changes.items()}
    return table("amazon_unshipped_orders_27", row, delimiter="\t")


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("amazon", all_orders()),
        ("amazon", unshipped()),
        ("ebay", report(ON_EBAY)),
        ("shopify", table(SHOPIFY, ON_SHOPIFY)),
    ],
)
def test_the_same_file_twice_changes_nothing(bring: Bring, now: datetime, source: str, content: str) -> None:
    first = bring(source, content)
    before = everything()

    again = bring(source, content, at=now + timedelta(days=30))

    assert (first.outcome, again.outcome) == (Outcome(created=1), Outcome(unchanged=1))
    assert everything() == before


def test_a_later_file_moves_the_order_on_and_an_older_one_changes_nothing(bring: Bring) -> None:
    older = all_orders(order_status="Unshipped", last_updated_date="2026-03-28T23:00:00+00:00")
    later = all_orders(order_status="Shipped - Delivered to Buyer", last_updated_date="2026-04-02T10:00:00+00:00")
    bring("amazon", older)
    assert (order("302-1").state, lines("302-1")[0][-1]) == ("paid", 0)

    moved = bring("amazon", later)

    assert (moved.outcome, order("302-1").state) == (Outcome(updated=1), "delivered")
    assert lines("302-1")[0] == ("goods", "MUG", 2, 2000, 2)
    before = everything()

    # Between the two, and with another price: fetched earlier, imported later.
    stale = all_orders(order_status="Shipped", item_price="1.00", last_updated_date="2026-03-30T10:00:00+00:00")
    assert bring("amazon", stale).outcome == Outcome(older=1)
    assert everything() == before


def test_without_a_time_of_change_an_earlier_state_shows_the_older_file(bring: Bring) -> None:
    bring("ebay", report(ON_EBAY | {"Shipped On Date": "Jul-23-26"}))
    before = everything()

    assert bring("ebay", report(ON_EBAY)).outcome == Outcome(older=1)
    assert everything() == before


def test_a_dry_run_tells_the_same_and_stores_nothing(bring: Bring) -> None:
    bring("ebay", report(ON_EBAY))
    before = everything()
    later = report(ON_EBAY | {"Shipped On Date": "Jul-23-26"}, ON_EBAY | {"Order Number": "12-9"})

    assert bring("ebay", later, is_dry_run=True).outcome == Outcome(created=1, updated=1)
    assert everything() == before


def test_files_of_one_account_add_up(bring: Bring) -> None:
    bring("amazon", unshipped())
    assert (order("302-1").is_priced, order("302-1").total) == (False, 0)

    bring("amazon", all_orders(order_status="Unshipped"))

    sale = order("302-1")
    assert (sale.is_priced, sale.total, sale.ship_to["line1"]) == (True, 2490, "Musterstraße 5")
    assert (sale.email, sale.buyer is not None) == ("a@marketplace.amazon.de", True)
    assert search.find("Musterstraße", kinds=["order"]) == [("order", sale.pk)]


def test_a_file_without_prices_does_not_take_them_away(bring: Bring) -> None:
    bring("amazon", all_orders(order_status="Unshipped"))

    summary = bring("amazon", unshipped(quantity_shipped="1", quantity_to_ship="1"))

    sale = order("302-1")
    assert (summary.outcome, sale.is_priced, sale.total) == (Outcome(updated=1), True, 2490)
    assert lines("302-1") == [("goods", "MUG", 2, 2000, 1), ("delivery", "", 1, 490, 0)]
    assert sale.ship_to["name"] == "Jürgen Beispiel"
    assert search.find("Musterstraße", kinds=["order"]) == [("order", sale.pk)]


def test_a_state_that_cannot_follow_is_kept_and_counted(bring: Bring) -> None:
    bring("amazon", all_orders(order_status="Shipped"))

    cancelled = all_orders(order_status="Cancelled", last_updated_date="2026-04-09T10:00:00+00:00")
    summary = bring("amazon", cancelled)

    assert summary.outcome == Outcome(updated=1, contradicted=1)
    assert (order("302-1").state, order("302-1").source["status"]) == ("dispatched", "Cancelled")
    assert bring("amazon", cancelled).outcome == Outcome(unchanged=1)


def test_what_staff_did_is_not_taken_back(bring: Bring) -> None:
    bring("amazon", all_orders(order_status="Unshipped"))
    Order.objects.update(state=OrderState.DISPATCHED)
    order("302-1").lines.filter(kind="goods").update(dispatched=2)

    bring(
        "amazon",
        all_orders(order_status="Unshipped", last_updated_date="2026-04-09T10:00:00+00:00", item_price="30.00"),
    )

    assert (order("302-1").state, order("302-1").total) == ("dispatched", 3490)
    assert lines("302-1")[0] == ("goods", "MUG", 2, 3000, 2)


def test_a_paid_order_becomes_cancelled_and_stays_so(bring: Bring) -> None:
    bring("shopify", table(SHOPIFY, ON_SHOPIFY))
    cancelled = ON_SHOPIFY | {"Cancelled at": "2026-04-01 10:00:00 +0200", "Financial Status": "refunded"}

    bring("shopify", table(SHOPIFY, cancelled))
    assert order("#1").state == "cancelled"
    assert order("#1").source["moments"]["cancelled_at"] == "2026-04-01T08:00:00+00:00"

    assert bring("shopify", table(SHOPIFY, ON_SHOPIFY)).outcome == Outcome(older=1)
    assert order("#1").state == "cancelled"


def test_imported_orders_stay_quiet(bring: Bring, now: datetime) -> None:
    bring("ebay", report(ON_EBAY, ON_EBAY | {"Order Number": "12-2", "Paid On Date": ""}))
    bring("ebay", report(ON_EBAY | {"Shipped On Date": "Jul-23-26"}))

    assert set(FactRecord.objects.values_list("name", flat=True)) == {"orders.imported", "buyers.registered"}
    assert (Reaction.objects.count(), Delivery.objects.count()) == (0, 0)


def test_orders_of_other_channels_are_not_cancelled_for_want_of_our_payment(bring: Bring, now: datetime) -> None:
    bring("ebay", report(ON_EBAY | {"Paid On Date": ""}))

    assert cancel_unpaid(now + timedelta(days=90)) == 0
    assert order("12-1").state == "awaiting_payment"
