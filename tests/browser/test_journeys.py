"""Buyers from far apart, each with the address, the letters and the habits of their country, in the demo's shop."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.messaging.mail_server import Running
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import BuyerZone, Message
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.models import LedgerEntry, PaymentIntent

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

PHONE: Final = {"width": 390, "height": 844}
MISAKI: Final = {
    "#email": "sato.misaki@example.jp",
    "#name": "佐藤 美咲",
    "#postcode": "５４０－０００２",
    "#region": "大阪府",
    "#city": "大阪市中央区",
    "#line1": "大阪城1-1",
}
ANA: Final = {
    "#email": "ana.souza@example.com.br",
    "#name": "Ana Souza",
    "#line1": "Avenida Paulista 1000",
    "#city": "São Paulo",
    "#postcode": "01310-100",
    "#region": "SP",
}
HAMBURG: Final = {
    "#email": "jonas@example.com",
    "#name": "Jonas Petersen",
    "#line1": "Große Elbstraße 45",
    "#postcode": "22767",
    "#city": "Hamburg",
}
AMIRA: Final = {
    "#email": "amira.khan@example.co.uk",
    "#name": "Amira Khan",
    "#line1": "12 Rue de la Roquette",
    "#postcode": "75011",
    "#city": "Paris",
}


def to_the_checkout(page: Page, place: str, look: Callable[[Page], None] = lambda _page: None) -> None:
    page.goto(f"/{place}/product/mug/")
    look(page)
    page.locator(".add button").click()
    page.wait_for_url(f"**/{place}/cart/")
    look(page)
    page.goto(f"/{place}/checkout/")


def fill(page: Page, typed: Mapping[str, str]) -> None:
    for field, text in typed.items():
        if page.locator(field).evaluate("each => each.tagName") == "SELECT":
            page.select_option(field, text)
        else:
            page.fill(field, text)


def place_and_pay(page: Page) -> Order:
    page.locator("button[value=place]").click()
    page.wait_for_url("**/simulator/pay/**")
    page.locator('button[value="pay"]').click()
    page.wait_for_url("**/order/**")
    return Order.objects.get()


def confirmed(post: Running, placed: Order) -> str:
    """The subject of the one letter that confirms the paid order: to its buyer, in their language."""
    run_until_idle(now=utc_now)
    # A letter that came before its dates waits two seconds for them.
    run_until_idle(now=lambda: utc_now() + timedelta(seconds=3))
    order = Order.objects.get()
    assert (order.pk, order.state, order.paid) == (placed.pk, OrderState.PAID, order.total)
    letter = Message.objects.get(moment="order_confirmed")
    assert (letter.state, letter.recipient, letter.language) == (Message.State.SENT, order.email, order.language)
    (mail,) = [mail for mail in post.script.mails if mail["Subject"] == letter.subject]
    assert order.ref in letter.subject
    return str(mail["Subject"])


def test_from_osaka_in_japanese_with_an_address_as_it_is_written_there(
    new_page: NewPage, post: Running, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(locale="ja-JP", timezone_id="Asia/Tokyo")
    page.goto("/")
    expect(page.get_by_role("link", name="日本 · 日本語")).to_be_visible()
    to_the_checkout(page, "jp/ja", assert_accessible)
    assert_accessible(page)
    order_of_fields = page.locator("#address :is(input, select)").evaluate_all(
        "each => each.map((input) => input.name)"
    )
    assert order_of_fields == ["postcode", "region", "city", "line1", "line2"]
    fill(page, MISAKI)

    placed = place_and_pay(page)

    assert (placed.currency, placed.language, placed.country) == ("JPY", "ja", "JP")
    assert BuyerZone.objects.get().zone == "Asia/Tokyo"
    assert placed.ship_to["postcode"] == "540-0002"
    assert placed.ship_to["name"] == "佐藤 美咲"
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_text("大阪城1-1")).to_be_visible()
    assert_accessible(page)
    assert "ご注文" in confirmed(post, placed)


def test_from_sao_paulo_on_a_phone_customs_get_the_number_that_they_ask_for(
    new_page: NewPage, post: Running, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(locale="pt-BR", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/br/pt/")
    assert_accessible(page)
    to_the_checkout(page, "br/pt", assert_accessible)
    fill(page, {**ANA, "#tax_id": "390.533.447-06"})
    page.locator("button[value=place]").click()
    expect(page.locator("#tax_id-error")).to_be_visible()
    assert_accessible(page)
    assert Order.objects.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#tax_id", "39053344705")

    placed = place_and_pay(page)

    assert (placed.currency, placed.country, placed.ship_to["tax_id"]) == ("BRL", "BR", "390.533.447-05")
    assert_accessible(page)
    assert "edido" in confirmed(post, placed)


def test_from_london_who_turns_to_france_in_the_middle_keeps_cart_and_words(new_page: NewPage, post: Running) -> None:
    page = new_page(locale="en-GB")
    to_the_checkout(page, "uk/en")
    in_pounds = page.locator(".totals .total dd").inner_text()
    page.goto("/fr/en/cart/")
    expect(page.locator(".cart-count")).to_have_text("1")
    page.goto("/fr/en/checkout/")
    in_euros = page.locator(".totals .total dd").inner_text()
    fill(page, AMIRA)

    placed = place_and_pay(page)

    assert "£" in in_pounds
    assert "€" in in_euros
    assert (placed.market, placed.currency, placed.country, placed.language) == ("fr", "EUR", "FR", "en")
    assert page.locator(".totals .total dd").inner_text() == in_euros
    assert "order" in confirmed(post, placed)


def test_a_purchase_by_the_keyboard_alone(new_page: NewPage, post: Running) -> None:
    page = new_page(locale="de-DE")
    page.goto("/de/de/product/mug/")

    def go_to(selector: str) -> None:
        """By the tabulator key, as far as the thing is: what cannot be reached fails."""
        for _press in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{selector} cannot be reached by the keyboard")

    go_to(".add button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/de/cart/")
    go_to("main a[href$='/checkout/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/de/checkout/")
    for field, text in {"#email": "jonas@example.com", "#name": "Jonas Petersen"}.items():
        go_to(field)
        page.keyboard.type(text)
    for field, text in {"#line1": "Große Elbstraße 45", "#postcode": "22767", "#city": "Hamburg"}.items():
        go_to(field)
        page.keyboard.type(text)
    go_to("button[value=place]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/simulator/pay/**")
    go_to("button[value=pay]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/order/**")

    assert Order.objects.get().ship_to["city"] == "Hamburg"
    assert "estellung" in confirmed(post, Order.objects.get())


def test_a_purchase_without_scripts_up_to_its_letter(new_page: NewPage, post: Running) -> None:
    page = new_page(locale="fr-FR", java_script_enabled=False)
    to_the_checkout(page, "fr/fr")
    fill(page, AMIRA)
    # Nothing recounts while somebody chooses: the order is asked for once more, with the total of the way chosen.
    before = page.locator(".totals .total dd").inner_text()
    page.locator("#travel input[type=radio]").last.check()
    page.locator("button[value=place]").click()
    expect(page.locator("#name")).to_have_value(AMIRA["#name"])
    in_total = page.locator(".totals .total dd").inner_text()
    assert (in_total != before, Order.objects.count()) == (True, 0)

    placed = place_and_pay(page)

    assert page.locator(".totals .total dd").inner_text() == in_total
    assert "ommande" in confirmed(post, placed)


def test_every_click_twice_makes_one_order_one_payment_and_one_letter(new_page: NewPage, post: Running) -> None:
    page = new_page(locale="de-DE")
    page.goto("/de/de/product/mug/")
    page.locator(".add button").dblclick()
    # Not wait_for_url: the second click breaks off the navigation of the first, and it takes that for a failure.
    expect(page).to_have_url(re.compile("/de/de/cart/$"))
    page.locator("main a[href$='/checkout/']").dblclick()
    expect(page).to_have_url(re.compile("/de/de/checkout/$"))
    fill(page, HAMBURG)
    page.locator("button[value=place]").dblclick()
    expect(page).to_have_url(re.compile("/simulator/pay/"))
    page.locator('button[value="pay"]').dblclick()
    expect(page).to_have_url(re.compile("/order/"))

    placed = Order.objects.get()
    assert [entry.amount for entry in LedgerEntry.objects.all()] == [placed.total]
    assert placed.ref in confirmed(post, placed)


def cut_the_line(page: Page, address: str) -> None:
    """The next request does not get through."""
    page.route(address, lambda route: route.abort("internetdisconnected"), times=1)


def lose_the_next_answer(page: Page, address: str) -> None:
    """The request gets through and is acted on; its answer does not come back."""

    def lose(route: Route) -> None:
        kept = page.context.cookies()
        route.fetch(max_redirects=0)  # shares the browser's cookies, which never heard of this answer
        page.context.clear_cookies()
        page.context.add_cookies([{**cookie} for cookie in kept])  # type: ignore[typeddict-item]
        route.abort("connectionreset")

    page.route(address, lose, times=1)


def test_wherever_an_answer_is_lost_the_buyer_finds_the_one_order_again(new_page: NewPage) -> None:
    page = new_page(locale="de-DE")
    to_the_checkout(page, "de/de")
    fill(page, {**AMIRA, "#postcode": "22767", "#city": "Hamburg"})

    # The answer to the order is lost: whoever looks for cart or checkout comes to the order.
    lose_the_next_answer(page, "**/de/de/checkout/")
    page.locator("button[value=place]").click()
    page.wait_for_timeout(500)
    page.goto("/de/de/checkout/")
    page.wait_for_url("**/order/**")
    order = Order.objects.get()
    expect(page.get_by_text(order.ref).first).to_be_visible()

    # The answer to the payment is lost: the order's page knows that it has arrived, and asks for nothing.
    page.locator(".open-payment button[value=card], .open-payment button").first.click()
    page.wait_for_url("**/simulator/pay/**")
    lose_the_next_answer(page, "**/simulator/pay/**")
    page.locator('button[value="pay"]').click()
    page.wait_for_timeout(500)
    page.goto(f"/payment/{order_payment(order)}/")
    page.wait_for_url("**/order/**")

    assert Order.objects.get() == order
    assert PaymentIntent.objects.filter(state=PaymentIntent.State.PAID).count() == 1
    expect(page.locator(".open-payment")).to_have_count(0)


def order_payment(order: Order) -> str:
    """The reference that stands in the address to which the provider sends the buyer back."""
    return str(PaymentIntent.objects.filter(subject_id=order.pk).latest("pk").ref)


Trouble = Callable[[Page, str], None]


def come_to_nothing(page: Page, trouble: Trouble, address: str, act: Callable[[], object]) -> None:
    """Do what asks for a page at this address; the browser shows an error of its own instead."""
    trouble(page, address)
    with page.expect_event("requestfailed"), suppress(BrowserError):
        act()
    page.wait_for_url("chrome-error://**", wait_until="commit")


def pay_in_trouble(page: Page, trouble: Trouble) -> None:
    """From the provider's page to the order's."""
    provider = page.url
    come_to_nothing(page, trouble, provider, page.reload)
    page.goto(provider)
    come_to_nothing(page, trouble, provider, page.locator('button[value="pay"]').click)
    if trouble is cut_the_line:
        page.goto(provider)
        page.locator('button[value="pay"]').click()
    else:
        returning = f"/payment/{order_payment(Order.objects.get())}/"
        page.goto("about:blank")
        come_to_nothing(page, trouble, f"**{returning}", lambda: page.goto(returning))
        page.goto(returning)
    page.wait_for_url("**/order/**")
    come_to_nothing(page, trouble, page.url, page.reload)


@pytest.mark.parametrize("trouble", [cut_the_line, lose_the_next_answer], ids=["cut off", "answer lost"])
def test_trouble_with_every_request_on_the_way_ends_in_one_paid_order(
    new_page: NewPage, post: Running, trouble: Trouble
) -> None:
    page = new_page(locale="de-DE")

    def in_trouble(address: str, act: Callable[[], object]) -> None:
        come_to_nothing(page, trouble, address, act)

    def visit(address: str) -> None:
        in_trouble(f"**{address}", lambda: page.goto(address))
        page.goto(address)

    def take_two() -> None:
        page.locator(".quantity").fill("2")
        page.locator(".quantity").press("Enter")

    visit("/de/de/product/mug/")
    in_trouble("**/cart/lines/", lambda: page.locator(".add button").click())
    page.goto("/de/de/product/mug/")
    page.locator(".add button").click()
    page.wait_for_url("**/de/de/cart/")
    visit("/de/de/cart/")
    in_trouble("**/cart/lines/*/", take_two)
    page.goto("/de/de/cart/")
    take_two()
    expect(page.locator(".cart-count")).to_have_text("2")
    visit("/de/de/checkout/")
    fill(page, HAMBURG)
    # Another way: the button that was held back for the new total comes free, and the next try shows it.
    trouble(page, "**/checkout/")
    with page.expect_event("requestfailed"):
        page.locator("#travel input[type=radio]").last.check()
    expect(page.locator("button[value=place]")).to_be_enabled()
    page.locator("#travel input[type=radio]").first.check()
    expect(page.locator("button[value=place]")).to_be_enabled()
    in_trouble("**/checkout/", page.locator("button[value=place]").click)
    page.goto("/de/de/checkout/")
    if page.locator("button[value=place]").count():
        assert Order.objects.count() == 0
        fill(page, HAMBURG)
        page.locator("button[value=place]").click()
    else:
        page.locator(".open-payment button").first.click()
    page.wait_for_url("**/simulator/pay/**")
    pay_in_trouble(page, trouble)

    placed = Order.objects.get()
    assert [line.quantity for line in placed.lines.filter(kind="goods")] == [2]
    assert [entry.amount for entry in LedgerEntry.objects.all()] == [placed.total]
    assert placed.ref in confirmed(post, placed)
