"""Finding goods in a real browser, in the demo's shop: with and without scripts, for all eyes, without anything jumping."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_storefront import PHONE, SHIFTS

# Numbers start anew with each shop: what a process knows of a market is kept under its code and version.
pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

DESK: Final = {"width": 1440, "height": 900}
PAGES: Final = (
    "/de/{}/c/wearing-and-carrying/?colour=green&stock=1",
    "/de/{}/c/clothes/?price_to=2",
    "/de/{}/search/?q=500%20mm",
    "/de/{}/search/?q=qqqqqqq",
)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_boots_in_a_colour_and_size_are_found_by_clicking(new_page: NewPage, scripts: bool) -> None:
    page = new_page(java_script_enabled=scripts, viewport=PHONE)
    page.goto("/de/de/")
    page.get_by_role("navigation", name="Kategorien").get_by_role("link", name="Tragen & Mitnehmen").click()
    for group, choice in (("Farbe", "Grün"), ("Größe", "38")):
        menu = page.locator(".filters .menu").filter(has_text=group).first
        menu.locator("summary").click()
        menu.get_by_label(choice, exact=True).check()
        menu.get_by_role("button").click()

    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator(".card")).to_have_count(1)
    page.locator(".chip").first.click()
    expect(page.locator(".chip")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_search_box_finds_by_enter(new_page: NewPage, scripts: bool) -> None:
    page = new_page(java_script_enabled=scripts)
    page.goto("/de/de/product/vase/")
    page.fill("#search", "gumistiefel")
    page.press("#search", "Enter")

    expect(page.locator(".card-title")).to_contain_text(["Gummistiefel"])


def test_the_search_box_suggests_while_somebody_types(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/de/de/")
    page.locator("#search").press_sequentially("gummi")

    suggested = page.locator("#suggested option")
    expect(suggested).to_have_count(2)  # the boots, and the set that holds them
    assert "Gummistiefel" in (suggested.first.get_attribute("value") or "")


@pytest.mark.parametrize(("language", "scheme"), [("de", "light"), ("zh", "dark")])
def test_every_list_is_accessible_with_a_menu_open(
    new_page: NewPage, assert_accessible: Callable[[Page], None], language: str, scheme: str
) -> None:
    page = new_page(viewport=PHONE if scheme == "dark" else DESK, color_scheme=scheme)
    for address in PAGES:
        page.goto(address.format(language))
        if page.locator(".menu").count():
            page.locator(".menu summary").nth(-2).click()
        assert_accessible(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", PAGES[:3])
def test_nothing_moves_while_a_list_loads(new_page: NewPage, address: str, size: dict[str, int]) -> None:
    page = new_page(viewport=size)

    def shift() -> float:
        page.goto(address.format("de"))
        return float(page.evaluate(SHIFTS))

    # A machine out of breath may paint half a page first: what the page itself moves, it moves every time.
    assert min(shift(), shift()) == 0


@pytest.mark.parametrize("language", ["de", "zh"])
def test_no_list_is_wider_than_a_phone_with_a_menu_open(new_page: NewPage, language: str) -> None:
    page = new_page(viewport=PHONE)
    for address in PAGES:
        page.goto(address.format(language))
        for menu in page.locator(".menu summary").all():
            menu.click()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
