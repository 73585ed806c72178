"""What buyers keep in mind, in a real browser: wish list, comparison, goods seen before; for all eyes, without a jump."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_storefront import PHONE, SHIFTS
from tradewind.checkout.models import Wish

# Numbers start anew with each shop: what a process knows of a market is kept under its code and version.
pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

DESK: Final = {"width": 1440, "height": 900}
COMPARED: Final = "compare/?p=mug&p=vase&p=table-lamp&p=t-shirt"


def look_at(page: Page, *slugs: str, place: str = "de/de") -> None:
    for slug in slugs:
        page.goto(f"/{place}/product/{slug}/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_product_page_onto_the_list_and_from_there_into_the_cart(new_page: NewPage, scripts: bool) -> None:
    page = new_page(java_script_enabled=scripts, viewport=PHONE)
    page.goto("/de/de/product/mug/?colour=midnight")
    page.locator("[data-wish] button").click()
    if scripts:
        expect(page.locator("[data-wished]")).to_be_focused()
        expect(page).to_have_url("/de/de/product/mug/?colour=midnight")
        page.locator("[data-wished]").click()
    expect(page).to_have_url("/de/de/wishes/")

    expect(page.locator(".line")).to_contain_text(["Nachtblau"])
    page.locator(".line .button").click()
    expect(page).to_have_url("/de/de/cart/")
    page.locator(".wishes-link").click()
    page.locator(".line .plain-button").click()
    expect(page.locator(".line")).to_have_count(0)
    assert Wish.objects.count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ticked_goods_of_a_list_are_compared_and_taken_out_again(new_page: NewPage, scripts: bool) -> None:
    page = new_page(java_script_enabled=scripts, viewport=PHONE)
    page.goto("/de/de/c/wearing-and-carrying/")
    expect(page.locator(".compare-bar")).to_be_hidden()
    boxes = page.locator('input[form="compare"]')
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator(".compare-bar button").click()

    expect(page.locator(".compared thead th")).to_have_count(2)
    page.locator(".take-out").first.click()
    expect(page.locator(".compared thead th")).to_have_count(1)
    page.locator('.proposed input[form="compare"]').first.check()
    page.locator(".compare-bar button").click()
    expect(page.locator(".compared thead th")).to_have_count(2)


def test_goods_seen_before_come_without_a_new_page_and_are_forgotten_by_a_button(new_page: NewPage) -> None:
    page = new_page()
    look_at(page, "vase", "mug", "vase", "t-shirt")
    seen = page.locator(".seen")
    seen.scroll_into_view_if_needed()

    expect(seen.locator("li a")).to_have_count(2)
    addresses = [link.get_attribute("href") for link in seen.locator("li a").all()]
    assert addresses == ["/de/de/product/vase/", "/de/de/product/mug/"]
    seen.get_by_role("button").click()
    expect(seen).to_be_hidden()
    page.goto("/de/de/")
    expect(page.locator(".seen")).to_be_hidden()
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] == "tw_seen"] == []


def test_without_scripts_nothing_is_remembered_of_what_was_seen(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    look_at(page, "vase", "mug")

    expect(page.locator(".seen")).to_be_hidden()
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] == "tw_seen"] == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("address", ["/de/de/product/mug/", "/de/zh/"])
def test_nothing_moves_when_the_goods_seen_before_come(new_page: NewPage, address: str, size: dict[str, int]) -> None:
    page = new_page(viewport=size)
    look_at(page, "vase", "table-lamp", "t-shirt")
    page.goto(address)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    expect(page.locator(".seen li")).to_have_count(3)
    assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_what_is_kept_in_mind_is_accessible(
    new_page: NewPage, assert_accessible: Callable[[Page], None], language: str, scheme: str
) -> None:
    page = new_page(viewport=PHONE if scheme == "dark" else DESK, color_scheme=scheme)
    place = f"de/{language}"
    page.goto(f"/{place}/wishes/")
    assert_accessible(page)
    look_at(page, "vase", "mug", place=place)
    page.locator("[data-wish] button").click()
    page.locator(".seen").scroll_into_view_if_needed()
    expect(page.locator(".seen li")).to_have_count(1)
    assert_accessible(page)
    for rest in ("wishes/", COMPARED, "compare/?p=mug&p=nothing", "compare/"):
        page.goto(f"/{place}/{rest}")
        assert_accessible(page)
    page.goto(f"/{place}/c/wearing-and-carrying/")
    page.locator('input[form="compare"]').first.check()
    assert_accessible(page)


@pytest.mark.parametrize("language", ["de", "zh"])
def test_none_of_it_is_wider_than_a_phone_and_names_of_rows_stay_in_sight(new_page: NewPage, language: str) -> None:
    page = new_page(viewport=PHONE)
    look_at(page, "vase", "mug", "t-shirt", "table-lamp", place=f"de/{language}")
    page.locator("[data-wish] button").click()
    expect(page.locator("[data-wished]")).to_be_visible()
    for rest in ("", "product/rain-boots/", "wishes/", COMPARED):
        page.goto(f"/de/{language}/{rest}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    name = page.locator(".compared tbody th").first
    before = name.bounding_box()
    page.locator(".beside").evaluate("(box) => box.scrollTo(box.scrollWidth, 0)")
    assert page.locator(".beside").evaluate("(box) => box.scrollLeft") > 100
    assert name.bounding_box() == before
