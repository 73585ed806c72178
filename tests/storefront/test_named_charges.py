"""The same named lines wherever a buyer or a member of staff looks, from the first page to the answer of the API."""

from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tests.storefront.reading import text_of
from tests.storefront.test_order_page import page_of
from tradewind.catalog.pricing import set_price
from tradewind.core.staff import create_token
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.markets.changing import touch
from tradewind.markets.models import Market, MarketRule
from tradewind.messaging.moments.order_confirmed import order_confirmed
from tradewind.orders.models import Order

NAMES = {"vat": "VAT", "duty": "EU customs duty", "import_duty": "Import duty", "import_vat": "Import VAT"}


def rule(market: Market, key: str, since: date = date(2026, 7, 1), **value: object) -> None:
    MarketRule.objects.create(
        market=market,
        key=f"charge.{key}",
        value={"name": {"en": NAMES[key]}, **value},
        valid_from=since,
        source="test",
        checked_on=date(2026, 11, 1),
        confidence="V",
    )
    touch(market.pk)


@pytest.fixture
def charged(shop: Shop) -> Shop:
    """German VAT and the EU's duty up to 150 euros; above, the carrier collects."""
    rule(shop.de, "vat", sort="tax", kind="percent", rate="19", collected="in_price", up_to="150.00")
    on_top = {"sort": "duty", "collected": "at_checkout", "is_taxable": True, "imports_only": True}
    rule(shop.de, "duty", kind="per_heading", amount="3.00", up_to="150.00", **on_top)
    rule(shop.de, "import_duty", sort="duty", kind="percent", rate="10", collected="at_import", above="150.00")
    rule(shop.de, "import_vat", sort="tax", kind="percent", rate="19", collected="at_import", above="150.00")
    return shop


def pages_of(buyer: Client, shop: Shop, order: Order, now: datetime) -> dict[str, str]:
    return {
        "order": text_of(buyer.get(page_of(order, now))),
        "mail": "\n".join(f"{row.label} {row.value}" for row in order_confirmed(order, at=now).totals),
        "console": text_of(client_of(make_staff()).get(f"/console/orders/{order.pk}")),
    }


def put_into_cart(buyer: Client, shop: Shop) -> None:
    buyer.post("/de/en/cart/lines/", {"variant": shop.small.pk, "quantity": 1})


def test_a_duty_is_named_on_every_page_with_the_same_words_and_amount(
    buyer: Client, charged: Shop, now: datetime
) -> None:
    duty, tax = "EU customs duty, 1 × €3.00, with 19 % VAT", "of which 19 % VAT"
    before = text_of(buyer.get("/de/en/product/mug/"))
    put_into_cart(buyer, charged)
    shown = [text_of(buyer.get(f"/de/en/{page}/")) for page in ("cart", "checkout")]
    cart = charged.cart((charged.small, 1), language="en")
    pages = pages_of(buyer, charged, charged.place(cart).order, now)

    assert f"incl. 19 % VAT, plus delivery {duty}: €3.57" in before
    assert [f"{duty} €3.57 Total €20.47 {tax} €3.27" in page for page in shown] == [True, True]
    assert {name: f"{duty} €3.57" in page for name, page in pages.items()} == dict.fromkeys(pages, True)
    assert "Total €20.47\nof which 19 % VAT €3.27" in pages["mail"]


def test_each_way_to_travel_says_which_duty_it_adds(buyer: Client, charged: Shop, now: datetime) -> None:
    receive(variant_id=charged.small.pk, warehouse=charged.frankfurt, quantity=5, by="system", at=now)
    put_into_cart(buyer, charged)

    words = text_of(buyer.get("/de/en/checkout/"))

    near, far = words.split("de-local")[1].split("de-air")[0], words.split("de-air")[1].split("How you pay")[0]
    assert ("plus €3.57 duty" in near, "plus €3.57 duty" in far) == (False, True)


@pytest.mark.parametrize("page", ["cart", "checkout"])
@pytest.mark.parametrize("option", ["de-local", "de-air"])
def test_each_way_to_travel_says_what_the_carrier_will_ask_for(
    buyer: Client, charged: Shop, now: datetime, page: str, option: str
) -> None:
    """Above the limit too, and whichever of the ways is chosen: 20 of duty and 38 of tax, and 38 + 1.10 less of VAT."""
    set_price(variant=charged.small, market_id=charged.de.pk, price=Money(23800, "EUR"), by="system", at=now)
    receive(variant_id=charged.small.pk, warehouse=charged.frankfurt, quantity=5, by="system", at=now)
    put_into_cart(buyer, charged)
    buyer.post("/de/en/checkout/", {"option": option, "country": "DE", "action": "update"})

    html = buyer.get(f"/de/en/{page}/").content.decode()
    ways = html.partition('class="ways"')[2] if page == "cart" else html.partition("How it travels")[2]
    near, far = (unescape(part).replace("\xa0", " ") for part in ways.split("de-air", 1))
    far = far.partition("</ul>")[0].partition("How you pay")[0]

    door = "plus about €58.00 in tax and duty, due on delivery"
    less = "less €39.10 in tax, which we do not collect on this way"
    assert (door in near, less in near) == (False, False)
    assert (door in far, less in far) == (True, True)


def test_what_is_due_at_the_door_is_named_with_an_estimate_before_paying_and_after(
    buyer: Client, charged: Shop, now: datetime
) -> None:
    set_price(variant=charged.small, market_id=charged.de.pk, price=Money(23800, "EUR"), by="system", at=now)
    expected = "Import duty: about €20.00 Import VAT: about €38.00"
    before = text_of(buyer.get("/de/en/product/mug/"))
    put_into_cart(buyer, charged)
    shown = [before, *(text_of(buyer.get(f"/de/en/{page}/")) for page in ("cart", "checkout"))]
    order = charged.place(charged.cart((charged.small, 1), language="en")).order
    pages = pages_of(buyer, charged, order, now)
    (section, *_) = order_confirmed(order, at=now).sections

    assert [expected in page for page in shown] == [True] * 3
    assert ["Due on delivery, not to us" in page for page in shown] == [True] * 3
    assert all("Without 19 % VAT: it is due on import" in page for page in [*shown, *pages.values()])
    assert expected in pages["order"]
    assert section.lines[1:] == ("Import duty: about €20.00", "Import VAT: about €38.00")
    assert "Due at the door Import VAT €38.00" in pages["console"]


def test_a_tax_that_is_due_nowhere_is_taken_off_with_words_that_say_so(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    rule(shop.de, "vat", sort="tax", kind="percent", rate="19", collected="in_price", above="150.00")
    put_into_cart(buyer, shop)
    order = shop.place(shop.cart((shop.small, 1), language="en")).order
    shown = [text_of(buyer.get(f"/de/en/{page}/")) for page in ("cart", "checkout")]
    pages = pages_of(buyer, shop, order, now)

    assert all("Without 19 % VAT: none is due" in page for page in [*shown, *pages.values()])
    assert not any("due on import" in page or "Due on delivery" in page for page in [*shown, *pages.values()])
    assert (order.tax, order.rules.get("at_door", [])) == (0, [])


def test_the_api_tells_the_same_lines(charged: Shop, now: datetime) -> None:
    set_price(variant=charged.large, market_id=charged.de.pk, price=Money(23800, "EUR"), by="system", at=now)
    dear = charged.place(charged.cart((charged.large, 1), language="en")).order
    cheap = charged.place(charged.cart((charged.small, 1), language="en")).order
    secret = create_token(name="till", scopes=["orders:read"], by=make_staff(), at=now)[1]

    def told(order: Order) -> dict[str, object]:
        return dict(Client().get(f"/api/v1/orders/{order.ref}", headers={"Authorization": f"Bearer {secret}"}).json())

    lines = [
        (line["kind"], line["title"], line["total"]["decimal"])
        for line in told(cheap)["lines"]  # type: ignore[attr-defined]
    ]
    assert lines[-1] == ("charge", "EU customs duty, 1 × €3.00, with 19 % VAT", "3.57")
    assert told(cheap)["tax_name"] == "19 % VAT"
    assert told(cheap)["at_door"] == []
    assert [(due["key"], due["name"], due["estimate"]["decimal"]) for due in told(dear)["at_door"]] == [  # type: ignore[attr-defined]
        ("import_duty", "Import duty", "20.00"),
        ("import_vat", "Import VAT", "38.00"),
    ]


def test_a_duty_begins_and_ends_on_its_days_without_anybody_doing_anything(buyer: Client, charged: Shop) -> None:
    MarketRule.objects.filter(key="charge.duty").update(valid_from=date(2026, 11, 24), valid_to=date(2026, 11, 25))
    touch(charged.de.pk)

    shown = {}
    for day in (23, 24, 25):
        with time_machine.travel(datetime(2026, 11, day, 6, 0, tzinfo=UTC), tick=False):
            shown[day] = "EU customs duty" in text_of(buyer.get("/de/en/product/mug/"))
    assert shown == {23: False, 24: True, 25: False}
