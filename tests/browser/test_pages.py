"""The pages around an order, in a browser: withdrawing without a script, and asking for a new link."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page

from tests.shop import open_shop
from tradewind.aftersales.models import Withdrawal
from tradewind.core.links import make_link

Check = Callable[[Page], None]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_buyer_withdraws_on_a_phone_and_on_a_desk(
    chromium_page: Page, live_site: str, assert_accessible: Check, now: datetime, width: int
) -> None:
    open_shop(now)
    page = chromium_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_site}/de/de/")
    page.get_by_role("link", name="Vertrag hier widerrufen").click()
    assert_accessible(page)

    page.get_by_label("Ihr Name").fill("Greta Öztürk")
    page.get_by_label("Bestellnummer").fill("TW-ABCDEFGH")
    page.get_by_label("E-Mail").fill("greta@example.com")
    page.get_by_role("button", name="Weiter").click()
    assert_accessible(page)
    page.get_by_role("button", name="Widerruf bestätigen").click()

    page.get_by_role("heading", name="Ihr Widerruf ist bei uns eingegangen").wait_for()
    assert_accessible(page)
    assert Withdrawal.objects.get().name == "Greta Öztürk"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_buyer_cancels_after_being_asked_once_more(
    chromium_page: Page, live_site: str, assert_accessible: Check, now: datetime
) -> None:
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order
    page = chromium_page
    page.goto(f"{live_site}/de/de/order/{make_link('order.view', subject=('order', order.pk), at=now)}/")

    page.get_by_role("link", name="Bestellung stornieren").click()
    page.wait_for_url("**/cancellation/")
    assert_accessible(page)
    page.get_by_role("button", name="Bestellung stornieren").click()

    page.get_by_role("heading", name="Diese Bestellung wurde storniert").wait_for()


def test_the_page_that_sends_a_new_link_is_accessible(
    chromium_page: Page, live_site: str, assert_accessible: Check, now: datetime
) -> None:
    open_shop(now)
    chromium_page.goto(f"{live_site}/de/zh/order-link/")

    assert_accessible(chromium_page)
    assert chromium_page.locator("h1").inner_text() == "重新获取订单链接"
