"""The console's pages of markets: readable on a phone, accessible, and a rule begun from them by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.shop import open_shop
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.opening import open_preset
from tradewind.shipping.models import DeliveryOption

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1440)])
def test_pages_of_markets_are_accessible_and_fit_and_a_rule_is_begun(
    language: str, width: int, live_site: str, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    at = utc_now()
    open_shop(at)
    fr = open_preset(code="fr", at=at, by="command")
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(language=language, password=PASSWORD))

    for address in ("", f"/{fr.pk}", f"/{fr.pk}/rules/new", f"/{fr.pk}/rules/duties_note"):
        page.goto(f"/console/markets{address}")
        assert_accessible(page)
        assert_fits(page)

    page.goto(f"/console/markets/{Market.objects.get(code='de').pk}")
    page.locator("#options details.act summary").first.click()
    page.locator("#options [name=cost]").first.fill("3.90")
    page.locator("#options [value=preview]").first.click()
    page.locator("[data-preview]").wait_for()
    page.evaluate("scrollTo(0, 0)")  # where the address leads to the preview, the bar covers half of a field above it
    assert_accessible(page)
    assert_fits(page)
    page.locator("[value=save]").click()
    page.locator("[data-notice]").wait_for()

    page.goto(f"/console/markets/{Market.objects.get(code='de').pk}/rules/return_days")
    page.locator("[name=number]").fill("30")
    page.locator("[name=source]").fill("our terms")
    page.locator("[name=checked_on]").fill(at.date().isoformat())
    page.locator("[name=confidence]").select_option("V")
    page.locator("[value=preview]").click()
    page.locator("[data-preview]").wait_for()
    assert_accessible(page)
    assert_fits(page)
    page.locator("[value=save]").click()
    page.locator("[data-notice]").wait_for()  # the address forgets what was done once it is read

    assert DeliveryOption.objects.filter(cost=390).count() == 1
    assert MarketRule.objects.get(key="return_days", market__code="de").value == 30
