"""Buyers from far apart, each with the address, the letters and the habits of their country, in the demo's shop."""

from collections.abc import Mapping
from typing import Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent

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
AMIRA: Final = {
    "#email": "amira.khan@example.co.uk",
    "#name": "Amira Khan",
    "#line1": "12 Rue de la Roquette",
    "#postcode": "75011",
    "#city": "Paris",
}


def to_the_checkout(page: Page, place: str) -> None:
    page.goto(f"/{place}/product/mug/")
    page.locator(".add button").click()
    page.wait_for_url(f"**/{place}/cart/")
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


def test_from_osaka_in_japanese_with_an_address_as_it_is_written_there(new_page: NewPage) -> None:
    page = new_page(locale="ja-JP")
    page.goto("/")
    expect(page.get_by_role("link", name="日本 · 日本語")).to_be_visible()
    to_the_checkout(page, "jp/ja")
    order_of_fields = page.locator("#address :is(input, select)").evaluate_all(
        "each => each.map((input) => input.name)"
    )
    assert order_of_fields == ["postcode", "region", "city", "line1", "line2"]
    fill(page, MISAKI)

    placed = place_and_pay(page)

    assert (placed.currency, placed.language, placed.country) == ("JPY", "ja", "JP")
    assert placed.ship_to["postcode"] == "540-0002"
    assert placed.ship_to["name"] == "佐藤 美咲"
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_text("大阪城1-1")).to_be_visible()


def test_from_sao_paulo_on_a_phone_customs_get_the_number_that_they_ask_for(new_page: NewPage) -> None:
    page = new_page(locale="pt-BR", viewport=PHONE, has_touch=True, is_mobile=True)
    to_the_checkout(page, "br/pt")
    fill(page, {**ANA, "#tax_id": "390.533.447-06"})
    page.locator("button[value=place]").click()
    expect(page.locator("#tax_id-error")).to_be_visible()
    assert Order.objects.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#tax_id", "39053344705")

    placed = place_and_pay(page)

    assert (placed.currency, placed.country, placed.ship_to["tax_id"]) == ("BRL", "BR", "390.533.447-05")


def test_from_london_who_turns_to_france_in_the_middle_keeps_cart_and_words(new_page: NewPage) -> None:
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


def test_a_purchase_by_the_keyboard_alone(new_page: NewPage) -> None:
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


def test_the_same_click_twice_and_a_cut_line_make_one_order(new_page: NewPage) -> None:
    page = new_page(locale="de-DE")
    to_the_checkout(page, "de/de")
    fill(page, {**AMIRA, "#postcode": "22767", "#city": "Hamburg"})

    # The line is cut before the form gets through: the browser shows its error, the cart is as it was.
    page.context.set_offline(True)
    page.locator("button[value=place]").click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    assert Order.objects.count() == 0
    page.goto("/de/de/checkout/")
    fill(page, {**AMIRA, "#postcode": "22767", "#city": "Hamburg"})
    page.locator("button[value=place]").dblclick()
    page.wait_for_url("**/simulator/pay/**")

    assert Order.objects.count() == 1


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
