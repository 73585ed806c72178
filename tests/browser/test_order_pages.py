"""What a buyer does from the page of an order, without a script, in German and Chinese, on a phone and on a desk."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import NewPage
from tests.shop import move_money, open_shop
from tradewind.core.links import make_link
from tradewind.core.models import Todo
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import BuyerMessage, Message
from tradewind.orders.models import Cancellation, Order

Check = Callable[[Page], None]
PLACES = pytest.mark.parametrize(
    ("language", "width"), [("de", 390), pytest.param("zh", 1440, marks=pytest.mark.seen_alike)]
)


@pytest.fixture
def order(live_site: str, now: datetime, settings: Settings) -> Order:
    settings.MAIL_FROM = "hello@tingyu.example"
    shop = open_shop(now)
    return shop.place(shop.cart((shop.small, 2))).order


def page_at(
    new_page: NewPage, order: Order, language: str, width: int, step: str = "", *, scripts: bool = True
) -> Page:
    page = new_page(java_script_enabled=scripts, viewport={"width": width, "height": 900})
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())
    page.goto(f"/de/{language}/order/{token}/{step}")
    return page


def assert_fits(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@PLACES
def test_a_buyer_sends_the_order_elsewhere(
    new_page: NewPage, order: Order, assert_accessible: Check, language: str, width: int
) -> None:
    page = page_at(new_page, order, language, width)
    page.locator("a[href$='/address/']").click()
    assert_accessible(page)
    page.fill("#line1", "Holstenstraße 1")
    page.fill("#city", "Kiel")
    page.fill("#postcode", "241")
    page.locator("main form button").click()
    expect(page.locator("#postcode-error")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.fill("#postcode", "24103")
    page.locator("main form button").click()
    page.wait_for_url("**/address/code/")
    code = re.findall(r"\b\d{6}\b", Message.objects.get(moment="address_code").text)[0]
    page.fill("#code", f"{(int(code) + 1) % 10**6:06}")
    page.locator("main form button").first.click()
    expect(page.locator("#code-error")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)

    page.fill("#code", code)
    page.locator("main form button").first.click()
    page.wait_for_url("**/order/*/#goes-to")

    expect(page.locator("address").first).to_contain_text("24103 Kiel")
    order.refresh_from_db()
    assert order.ship_to["line1"] == "Holstenstraße 1"


@PLACES
def test_a_buyer_writes_and_reads_it_again(
    new_page: NewPage, order: Order, assert_accessible: Check, language: str, width: int
) -> None:
    page = page_at(new_page, order, language, width)
    page.locator("main a[href$='/contact/']").click()
    page.locator("main form button").click()
    expect(page.locator("#topic-error")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.select_option("#topic", "goods")
    page.fill("#text", "手柄断了。\nDer Henkel ist ab.")
    page.locator("main form button").dblclick()
    # Not wait_for_url: the second click breaks off the navigation of the first, and it takes that for a failure.
    expect(page).to_have_url(re.compile("/order/[^/]+/#written$"))

    expect(page.get_by_text("Der Henkel ist ab.")).to_be_visible()
    assert_accessible(page)
    assert BuyerMessage.objects.get().text == "手柄断了。\nDer Henkel ist ab."


@PLACES
def test_the_receipt_is_read_and_printed_on_one_sheet(
    new_page: NewPage, order: Order, assert_accessible: Check, now: datetime, language: str, width: int
) -> None:
    move_money(order, order.total, now)
    page = page_at(new_page, order, language, width)
    page.locator("a[href$='/receipt/']").click()
    page.wait_for_url("**/receipt/")
    assert_accessible(page)
    assert_fits(page)

    page.emulate_media(media="print", color_scheme="dark")

    # The sheet is drawn anew a moment after it is asked for.
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator(".receipt-way")).to_be_hidden()
    assert [len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=sheet))) for sheet in ("A4", "Letter")] == [1, 1]


@PLACES
def test_a_buyer_reads_what_is_kept_takes_it_along_and_asks_to_be_erased(
    new_page: NewPage, order: Order, assert_accessible: Check, language: str, width: int
) -> None:
    page = page_at(new_page, order, language, width)
    page.locator("main a[href$='/data/']").click()
    page.wait_for_url("**/data/")
    assert_accessible(page)
    assert_fits(page)
    with page.expect_download() as taken:
        page.locator("main a[href$='/data/file/']").click()
    page.locator("main form button").dblclick()
    expect(page).to_have_url(re.compile("/data/#erasure$"))

    expect(page.locator("#erasure [role=status]")).to_be_visible()
    assert_accessible(page)
    assert taken.value.suggested_filename == f"{order.ref}.json"
    assert Todo.objects.filter(kind="order.erasure").count() == 1


@PLACES
def test_a_buyer_who_cancels_may_say_why(
    new_page: NewPage, order: Order, assert_accessible: Check, language: str, width: int
) -> None:
    page = page_at(new_page, order, language, width, "cancellation/")
    assert_accessible(page)
    assert_fits(page)
    page.locator("input[value=too_slow]").check()
    page.locator("main form button").click()
    page.wait_for_url("**/order/*/")

    assert Cancellation.objects.get().reason == "too_slow"


def test_all_of_it_works_without_a_script(new_page: NewPage, order: Order) -> None:
    page = page_at(new_page, order, "de", 390, scripts=False)
    page.locator("a[href$='/address/']").click()
    page.fill("#line2", "Hinterhaus")
    page.locator("main form button").click()
    page.wait_for_url("**/address/code/")
    page.fill("#code", re.findall(r"\b\d{6}\b", Message.objects.get(moment="address_code").text)[0])
    page.locator("main form button").first.click()
    page.wait_for_url("**/order/*/#goes-to")
    page.locator("main a[href$='/contact/']").click()
    page.select_option("#topic", "other")
    page.fill("#text", "Danke!")
    page.locator("main form button").click()
    page.wait_for_url("**/order/*/#written")
    page.locator("main a[href$='/data/']").click()
    page.locator("main form button").click()
    expect(page.locator("#erasure [role=status]")).to_be_visible()
    page.locator("main a").last.click()
    page.locator("a[href$='/cancellation/']").click()
    page.locator("main form button").click()
    page.wait_for_url("**/order/*/")

    order.refresh_from_db()
    assert (order.ship_to["line2"], order.state) == ("Hinterhaus", "cancelled")
    assert BuyerMessage.objects.get().text == "Danke!"
