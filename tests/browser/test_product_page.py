"""Below the goods on a phone: the size chart scrolls within itself, and what goes with them is a tap away."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tradewind.catalog.models import Product
from tradewind.catalog.publishing import take_offline
from tradewind.lib.clock import utc_now

# Numbers start anew with each shop: what a process knows of a market is kept under its code and version.
pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

SMALL_PHONE: Final = {"width": 320, "height": 640}
HIDDEN: Final = "(node) => node.scrollWidth - node.clientWidth"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_size_chart_on_a_phone_scrolls_within_itself_and_is_for_all(
    new_page: NewPage, assert_accessible: Callable[[Page], None], colours: str
) -> None:
    page = new_page(viewport=SMALL_PHONE, locale="de-DE", color_scheme=colours)
    page.goto("/de/de/product/t-shirt/")
    chart = page.get_by_role("region", name="Größentabelle")

    assert chart.evaluate(HIDDEN) > 0
    assert page.locator("html").evaluate(HIDDEN) <= 0
    chart.get_by_role("columnheader", name="Ärmel").scroll_into_view_if_needed()
    # The sizes stay where they are while the measures pass by.
    expect(chart.get_by_role("columnheader", name="Größe")).to_be_in_viewport(ratio=1)
    expect(chart.get_by_role("columnheader", name="Brustweite")).not_to_be_in_viewport(ratio=1)
    assert_accessible(page)


@pytest.mark.parametrize("language", ["de", "zh"])
def test_the_page_of_what_is_gone_is_for_all_and_fits_a_phone(
    new_page: NewPage, assert_accessible: Callable[[Page], None], language: str
) -> None:
    take_offline(product=Product.objects.get(slug="mug"), by="system", at=utc_now())
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"/de/{language}/product/mug/")

    assert_accessible(page)
    expect(page.locator(".related")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_goes_with_it_and_the_sets_that_hold_it_are_reached_without_scripts(new_page: NewPage) -> None:
    page = new_page(viewport=SMALL_PHONE, locale="de-DE", java_script_enabled=False)
    page.goto("/de/de/product/t-shirt/")

    page.get_by_role("region", name="Auch im Set").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stadtwochenende: zwei T-Shirts und eine Stofftasche")

    page.get_by_role("region", name="Das könnte Ihnen auch gefallen").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Stadtwochenende: zwei T-Shirts und eine Stofftasche")
