"""The shop's profile and its warehouses: readable on a phone, accessible, and written from there by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.shop import open_shop
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.markets.shop import shop_profile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1440)])
def test_profile_and_warehouses_are_accessible_and_fit_and_are_changed_by_hand(
    language: str, width: int, live_site: str, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    shop = open_shop(utc_now())
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(language=language, password=PASSWORD))
    for address in ("shop", "warehouses", "warehouses/new", f"warehouses/{shop.shenzhen.pk}"):
        page.goto(f"/console/{address}")
        assert_accessible(page)
        assert_fits(page)

    page.locator("[name=cutoff]").fill("13:30")
    page.locator(".save-bar button").click()
    page.locator("[data-notice]").wait_for()
    page.goto("/console/answers")
    page.locator("a[href$='#phone']").first.click()
    page.locator("[name=email]").fill("hello@")
    page.locator("[name=phone]").fill("+86 755 5550 0123")
    page.locator(".save-bar button").click()
    page.locator(".troubles").wait_for()
    assert_accessible(page)
    assert_fits(page)
    page.locator("[name=email]").fill("hello@shop.example")
    page.locator(".save-bar button").click()
    page.locator("[data-notice]").wait_for()

    assert Warehouse.objects.get(pk=shop.shenzhen.pk).cutoff.isoformat() == "13:30:00"
    assert (shop_profile().email, shop_profile().phone) == ("hello@shop.example", "+86 755 5550 0123")
