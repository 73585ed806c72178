"""All moments in the console, wide and on a phone: switched by market, and read as the buyer would."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.shipping.troubled import sent
from tests.shop import open_shop
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import MomentOff


@pytest.mark.seen_alike
@pytest.mark.parametrize("width", SIZES)
def test_a_moment_is_switched_off_in_a_market_and_its_letter_read(
    width: int, live_site: str, settings: Settings, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    settings.BASE_URL = live_site  # pictures in letters have whole addresses
    parcel = sent(open_shop(utc_now()))
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.OWNER, password=PASSWORD))
    page.goto("/console/messages/moments")
    assert_accessible(page)
    assert_fits(page)
    row = page.locator(".moments li", has=page.locator("form[action$='parcel_delivered/markets']"))

    row.locator("input[name=on][value=de]").uncheck()
    row.locator("button").click()

    expect(page.locator(".notice")).to_be_visible()
    assert list(MomentOff.objects.values_list("moment", "market")) == [("parcel_delivered", "de")]
    row.locator("a").click()
    expect(page.frame_locator(".mail-sheet").locator("body")).to_contain_text(parcel.order.ref)
    assert_accessible(page)
    assert_fits(page)
