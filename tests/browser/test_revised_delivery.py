"""Goods of a paid order are changed, and its delivery has another price today: both are looked at, one is chosen, and the buyer reads it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.checkout.test_recosting import BY_WEIGHT
from tests.console.making import PASSWORD, make_staff
from tests.orders.changing import bought
from tests.shipping.test_costing import carries
from tests.shop import open_shop
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.payments.models import Refund

_PATIENCE = 30_000
pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)


@pytest.fixture
def order(live_site: str) -> Order:
    """Four mugs, of which the parcel costs 11.00; of two it would cost 7.00."""
    shop = open_shop(utc_now())
    carries(shop, **BY_WEIGHT)
    return bought(shop, (shop.small, 4))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen, and what comes of it in minor units."""

    way: str
    delivery: int
    total: int
    back: int


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize(
    "chosen", [Chosen("agreed", 1100, 3100, 2000), Chosen("recosted", 700, 2700, 2400)], ids=["kept", "taken"]
)
def test_the_delivery_stays_or_takes_the_price_of_today_as_it_was_chosen(
    chosen: Chosen, width: int, order: Order, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.OWNER, language="zh-hans", password=PASSWORD))
    page.goto(f"/console/orders/{order.pk}")
    form = page.locator("section", has=page.locator("#revising"))
    form.locator("summary").click()
    form.locator("[name^=left-]").fill("2")
    form.locator("button[type=submit]").click()
    prices = form.locator("[name=delivery]")
    expect(prices).to_have_count(2)
    expect(prices.nth(0)).to_be_checked()
    for place, amounts in enumerate((("11.00", "31.00", "20.00"), ("7.00", "27.00", "24.00"))):
        for amount in amounts:
            expect(form.locator("fieldset label.tick").nth(place)).to_contain_text(amount)
    assert_accessible(page)
    assert_fits(page)
    order.refresh_from_db()
    assert (order.delivery, order.total) == (1100, 5100)

    form.locator(f"[name=delivery][value={chosen.way}]").check()
    form.locator("button.danger").click()
    # Only the answer says that it is done: the order, its papers and its stock are written first.
    expect(page.get_by_role("status")).to_be_visible(timeout=_PATIENCE)
    run_until_idle(now=utc_now)

    order.refresh_from_db()
    assert (order.delivery, order.total, Refund.objects.get().amount) == (chosen.delivery, chosen.total, chosen.back)
    letter = Message.objects.get(moment="order_changed").text
    assert ("11,00" in letter, "7,00" in letter) == (True, chosen.way == "recosted")
    read_by_the_buyer(new_page, order, width, chosen.delivery)


def read_by_the_buyer(new_page: NewPage, order: Order, width: int, delivery: int) -> None:
    page = new_page(viewport={"width": width, "height": 900}, locale="de-DE")
    page.goto(f"/de/de/order/{make_link('order.view', subject=('order', order.pk), at=utc_now())}/")
    expect(page.get_by_text(f"{delivery // 100},00").first).to_be_visible()
    assert_fits(page)
