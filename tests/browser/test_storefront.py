"""Buying in a real browser, in the demo's shop: with and without scripts, for all eyes, without anything jumping."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from tests.browser.conftest import NewPage
from tradewind.orders.models import Order
from tradewind.payments.models import LedgerEntry

# Numbers start anew with each shop: what a process knows of a market is kept under its code and version.
pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

PHONE: Final = {"width": 390, "height": 844}
JONAS: Final = {
    "#email": "jonas.petersen@example.com",
    "#name": "Jonas Petersen",
    "#line1": "Große Elbstraße 45",
    "#postcode": "22767",
    "#city": "Hamburg",
}
# Chromium adds up how far things moved, and by how much of the screen.
SHIFTS: Final = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 1500);
})"""


def fill_cart(page: Page, place: str = "de/de") -> None:
    page.goto(f"/{place}/product/mug/?colour=midnight")
    page.locator(".add button").click()
    page.wait_for_url(f"**/{place}/cart/")


def order(page: Page, place: str = "de/de") -> None:
    fill_cart(page, place)
    page.goto(f"/{place}/checkout/")
    for field, typed in JONAS.items():
        page.fill(field, typed)
    page.locator("button[value=place]").click()
    page.wait_for_url("**/simulator/pay/**")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_from_hamburg_buys_in_german(new_page: NewPage, scripts: bool) -> None:
    page = new_page(java_script_enabled=scripts, locale="de-DE")
    page.goto("/")
    page.get_by_role("link", name="Deutschland · Deutsch").click()
    page.get_by_role("link", name="Becher aus gesprenkeltem Steinzeug").first.click()
    page.get_by_role("link", name="Nachtblau", exact=True).click()
    expect(page.locator(".option-name")).to_contain_text("Nachtblau")
    page.get_by_role("button", name="In den Warenkorb").click()
    page.get_by_role("link", name="Zur Kasse").click()
    for field, typed in JONAS.items():
        page.fill(field, typed)
    total = page.locator(".totals .total dd").inner_text()
    page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
    page.locator('button[value="pay"]').click()
    page.wait_for_url("**/de/de/order/**")

    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank für Ihre Bestellung")
    placed = Order.objects.get()
    assert (placed.ship_to["city"], placed.language, placed.country) == ("Hamburg", "de", "DE")
    assert [entry.amount for entry in LedgerEntry.objects.all()] == [placed.total]
    assert page.locator(".totals .total dd").inner_text() == total


def test_a_buyer_reaches_a_provider_on_another_site(new_page: NewPage, live_site: str, settings: Settings) -> None:
    # The same server under its other name is another site for a browser.
    elsewhere = live_site.replace("127.0.0.1", "localhost")
    assert elsewhere != live_site
    settings.BASE_URL = elsewhere
    page = new_page(locale="de-DE", base_url=live_site)

    order(page)

    assert page.url.startswith(f"{elsewhere}/simulator/pay/")
    page.locator('button[value="pay"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zahlung ist da")


def test_pictures_are_turned_announced_and_enlarged_by_keys_alone(new_page: NewPage) -> None:
    page = new_page(locale="en-GB")
    page.goto("/de/en/product/mug/")
    count = page.locator(".slide").count()
    slides, said, enlarged = page.locator(".slides"), page.locator("[data-now]"), page.get_by_role("dialog")

    slides.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(f"Picture 2 of {count}: ."))
    expect(page.locator(".thumbs li:nth-child(2) a")).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(re.compile(f"Picture 1 of {count}: ."))

    opener = page.locator(".slide [data-zoom]").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(enlarged).to_have_accessible_name("Picture, enlarged")
    first = enlarged.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(enlarged.locator("img")).not_to_have_attribute("src", str(first))
    expect(enlarged.get_by_role("button", name="Close")).to_be_visible()
    page.keyboard.press("Escape")
    expect(enlarged).to_be_hidden()
    expect(opener).to_be_focused()


def test_an_arrow_key_in_the_enlarged_picture_comes_to_the_video_and_goes_on(new_page: NewPage) -> None:
    page = new_page(locale="en-GB")
    page.goto("/de/en/product/table-lamp/?colour=forest")
    count = page.locator(".slide").count()
    of_video = page.locator(".slide").evaluate_all("all => all.findIndex((each) => each.querySelector('video'))")
    enlarged = page.get_by_role("dialog")
    assert 0 < of_video < count

    page.locator(".slide [data-zoom]").first.focus()
    page.keyboard.press("Enter")
    for _press in range(of_video):
        page.keyboard.press("ArrowRight")
    expect(enlarged.locator("video")).to_be_visible()
    expect(enlarged.locator("img")).to_be_hidden()
    expect(enlarged.locator("video source").first).to_have_attribute("src", re.compile(r"\.(mp4|webm)$"))
    expect(page.locator("[data-now]")).to_have_text(re.compile(f"Picture {of_video + 1} of {count}: ."))
    page.keyboard.press("ArrowLeft")
    expect(enlarged.locator("video")).to_be_hidden()
    expect(enlarged.locator("img")).to_be_visible()


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_buying_is_accessible(
    new_page: NewPage, assert_accessible: Callable[[Page], None], language: str, scheme: str
) -> None:
    page = new_page(viewport=PHONE if scheme == "dark" else {"width": 1440, "height": 900}, color_scheme=scheme)
    place = f"de/{language}"
    for address in ("/", f"/{place}/", f"/{place}/product/table-lamp/", f"/world/{language}/product/t-shirt/"):
        page.goto(address)
        assert_accessible(page)
    fill_cart(page, place)
    assert_accessible(page)
    page.goto(f"/{place}/checkout/")
    assert_accessible(page)
    page.locator("button[value=place]").click()
    expect(page.locator("#trouble")).to_be_focused()
    assert_accessible(page)
    order(page, place)
    page.locator('button[value="decline"]').click()
    page.wait_for_url("**/order/**")
    assert_accessible(page)
    page.goto(f"/{place}/pages/delivery/")
    assert_accessible(page)


@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}], ids=["phone", "desk"])
@pytest.mark.parametrize("address", ["/de/de/product/mug/", "/world/zh/product/t-shirt/", "/de/de/"])
def test_nothing_moves_while_a_page_loads(new_page: NewPage, address: str, size: dict[str, int]) -> None:
    page = new_page(viewport=size)
    page.goto(address)

    assert page.evaluate(SHIFTS) == 0


def test_no_page_is_wider_than_a_phone(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE)
    fill_cart(page)
    addresses = [
        "/",
        "/de/de/",
        "/de/de/product/wireless-earbuds/",
        "/world/en/product/t-shirt/",
        "/de/de/cart/",
        "/de/de/checkout/",
    ]

    wide = []
    for address in addresses:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(address)

    assert wide == []


def test_a_choice_changes_the_page_without_a_new_one(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/de/de/product/mug/")
    page.evaluate("window.kept = true")

    page.get_by_role("link", name="Nachtblau", exact=True).click()

    expect(page.locator(".option-name")).to_contain_text("Nachtblau")
    expect(page).to_have_url("/de/de/product/mug/?colour=midnight")
    expect(page.get_by_role("link", name="Nachtblau", exact=True)).to_be_focused()
    assert page.evaluate("window.kept") is True


def test_another_way_shows_its_total_at_once_and_keeps_what_was_typed(new_page: NewPage) -> None:
    page = new_page()
    fill_cart(page)
    page.goto("/de/de/checkout/")
    page.fill("#name", "Jonas Petersen")
    before = page.locator(".totals .total dd").inner_text()

    page.locator("input[value=de-courier]").check()

    expect(page.locator(".totals .total dd")).not_to_have_text(before)
    expect(page.locator("#name")).to_have_value("Jonas Petersen")
    expect(page.locator("input[value=de-courier]")).to_be_checked()


def test_the_hour_counts_down_where_scripts_run(new_page: NewPage) -> None:
    with_scripts, without = new_page(), new_page(java_script_enabled=False)
    without.goto("/de/en/product/mug/")
    said = without.locator("[data-countdown]").first
    expect(said).to_contain_text("Order by")
    until = datetime.fromisoformat(said.get_attribute("datetime") or "")

    with_scripts.clock.set_fixed_time(until - timedelta(minutes=90))
    with_scripts.goto("/de/en/product/mug/")

    expect(with_scripts.locator("[data-countdown]").first).to_have_text("Order within 1 h 30 min")


def test_at_zero_the_dates_are_asked_for_anew(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/de/en/product/mug/")
    said = page.locator("[data-countdown]").first.get_attribute("datetime") or ""
    until = datetime.fromisoformat(said)
    later = (until + timedelta(days=1)).isoformat()
    page.clock.install(time=until - timedelta(minutes=2))
    ends: list[str] = [said]

    def answer(route: Route) -> None:
        """As the server says it, whose clock shows that time as well."""
        dated = {"content-type": "text/html", "date": format_datetime(until, usegmt=True)}
        route.fulfill(
            body=re.sub(r'(datetime|data-until)="[^"]+"', rf'\1="{ends[-1]}"', route.fetch().text()), headers=dated
        )

    page.route("**/product/mug/", answer)
    page.goto("/de/en/product/mug/")
    countdown = page.locator("[data-countdown]").first
    expect(countdown).to_have_text(re.compile("Order within [12] minutes?"))
    ends.append(later)

    page.clock.run_for("02:30")

    expect(countdown).to_have_attribute("datetime", later)
    expect(countdown).to_have_text("Order within 23 h 59 min")


@pytest.mark.parametrize("address", ["pages/delivery/", "c/table-and-kitchen/", "product/mug/"])
def test_a_page_is_printed_without_what_is_only_clicked(new_page: NewPage, address: str) -> None:
    page = new_page(viewport=PHONE, color_scheme="dark")
    page.goto(f"/de/de/{address}")

    page.emulate_media(media="print", color_scheme="dark")

    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    for gone in (".add", ".goods-bar", ".wayfinding", ".cart-link", ".thumbs"):
        assert [shown for shown in page.locator(gone).all() if shown.is_visible()] == []
    assert not page.evaluate(
        "() => [...document.querySelectorAll('main *')].some((e) => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && e.checkVisibility())"
    )
    pictures = "() => [...document.querySelectorAll('.still, .card-picture')].filter((e) => e.checkVisibility())"
    assert set(
        page.evaluate(f"{pictures}.map((e) => getComputedStyle(e).backgroundColor)".replace("() => ", "", 1))
    ) <= {"rgba(0, 0, 0, 0)"}
    assert [shown for shown in page.locator(".ground").all() if shown.is_visible()] == []


@pytest.mark.parametrize("place", ["de/de", "uk/en", "fr/fr", "br/pt", "jp/ja"])
def test_the_shops_name_is_parted_between_its_words_alone(new_page: NewPage, place: str) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(f"/{place}/")

    lines = page.evaluate(
        """() => {
          const text = document.querySelector(".brand").firstChild;
          const range = document.createRange();
          return text.data.split(" ").map((word) => {
            range.setStart(text, text.data.indexOf(word));
            range.setEnd(text, text.data.indexOf(word) + word.length);
            return range.getClientRects().length;
          });
        }"""
    )

    assert lines == [1, 1]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
