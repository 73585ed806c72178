"""Buying without scripts: product page, cart, checkout, the provider's page, the order's page."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tradewind.checkout.models import Cart
from tradewind.inventory.stocktaking import adjust, receive
from tradewind.markets.changing import touch
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent
from tradewind.shipping.models import DeliveryOption

GRETA: Final = {
    "email": "greta@example.com",
    "name": "Greta Öztürk",
    "line1": "Große Elbstraße 5",
    "postcode": "22767",
    "city": "Hamburg",
}
CHECKOUT: Final = "/de/en/checkout/"


def put_into_cart(buyer: Client, shop: Shop, quantity: int = 2) -> HttpResponse:
    return buyer.post("/de/en/cart/lines/", {"variant": shop.small.pk, "quantity": quantity})


def send_checkout(buyer: Client, action: str = "place", **changed: str) -> HttpResponse:
    """As a browser does: everything that the page's form holds, with what was typed over it."""
    shown = form_of(buyer.get(CHECKOUT))
    return buyer.post(CHECKOUT, {**shown, **GRETA, **changed, "action": action})


def buy(buyer: Client, shop: Shop, **changed: str) -> HttpResponse:
    put_into_cart(buyer, shop)
    return send_checkout(buyer, **changed)


def test_a_guest_buys_and_pays(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    assert "2 × Mug small €20.00" in text_of(buyer.get(CHECKOUT))
    sent = send_checkout(buyer)

    intent = PaymentIntent.objects.get()
    assert (sent.status_code, sent["Location"]) == (HTTPStatus.SEE_OTHER, f"/payment/{intent.ref}/provider")
    paid = buyer.post(intent.action_url, {"choice": "pay"})
    back = buyer.get(f"/payment/{intent.ref}/", follow=True)

    order = Order.objects.get()
    assert paid.status_code == HTTPStatus.FOUND
    assert (order.ship_to["name"], order.ship_to["city"], order.total) == ("Greta Öztürk", "Hamburg", 2690)
    assert PaymentIntent.objects.get().state == PaymentIntent.State.PAID
    words = text_of(back)
    assert f"Order {order.ref}" in words
    assert ("Thank you for your order" in words, "Pay now" in words) == (True, False)
    assert "Große Elbstraße 5" in words
    assert "€26.90" in words


@pytest.mark.parametrize(
    ("language", "duty"),
    [("de", "Zahlungspflichtig bestellen"), ("en", "Place order and pay"), ("zh", "提交订单并付款")],
)
def test_the_button_says_that_it_costs(buyer: Client, shop: Shop, language: str, duty: str) -> None:
    put_into_cart(buyer, shop)

    page = buyer.get(f"/de/{language}/checkout/").content.decode()

    assert page.count(f">{duty}</button>") == 1


def test_the_dates_are_the_same_on_product_page_cart_checkout_and_order(buyer: Client, shop: Shop) -> None:
    arrives = "Wed 2 Dec to Thu 10 Dec"
    product = text_of(buyer.get("/de/en/product/mug/"))
    put_into_cart(buyer, shop)
    cart, checkout = text_of(buyer.get("/de/en/cart/")), text_of(buyer.get(CHECKOUT))
    send_checkout(buyer)
    intent = PaymentIntent.objects.get()
    buyer.post(intent.action_url, {"choice": "pay"})
    order = text_of(buyer.get(f"/payment/{intent.ref}/", follow=True))

    assert [arrives in page for page in (product, cart, checkout, order)] == [True] * 4


def test_a_bank_transfer_is_asked_for_with_account_and_reference(buyer: Client, shop: Shop) -> None:
    sent = buy(buyer, shop, method="bank_transfer")
    changed = buyer.get(CHECKOUT)
    assert sent.status_code == HTTPStatus.SEE_OTHER

    order = Order.objects.get()
    page = buyer.get(sent["Location"])

    assert changed.status_code == HTTPStatus.FOUND  # the cart has become the order
    assert "Your order is waiting for its payment" in text_of(page)
    assert order.payment_method == "bank_transfer"


def test_the_cart_is_empty_after_the_order_and_a_second_click_finds_the_same_order(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    form = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}
    cookies = {name: morsel.value for name, morsel in buyer.cookies.items()}
    first = buyer.post(CHECKOUT, form)

    again = Client()
    again.cookies.load(cookies)
    second = again.post(CHECKOUT, form)

    assert first["Location"] == second["Location"]
    assert (Order.objects.count(), PaymentIntent.objects.count()) == (1, 1)
    assert (buyer.cookies["tw_cart"].value, buyer.cookies["tw_cart_n"].value) == ("", "")


def test_nothing_typed_is_lost_when_fields_are_wrong(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)

    sent = send_checkout(buyer, email="greta@", postcode="2276", city="")

    page = sent.content.decode()
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert page.count('aria-invalid="true"') == 3
    kept = form_of(sent)
    assert (kept["email"], kept["postcode"], kept["name"], kept["line1"]) == (
        "greta@",
        "2276",
        "Greta Öztürk",
        "Große Elbstraße 5",
    )
    assert [f'href="#{name}"' in page for name in ("email", "postcode", "city")] == [True] * 3
    assert form_of(buyer.get(CHECKOUT))["name"] == "Greta Öztürk"
    assert Order.objects.count() == 0


def test_a_part_of_the_town_is_kept_and_goes_into_the_order(buyer: Client, shop: Shop) -> None:
    buyer.post("/world/en/cart/lines/", {"variant": shop.small.pk, "quantity": 1})
    there = {"country": "BR", "region": "SP", "city": "São Paulo", "postcode": "01310-100", "line1": "Rua Augusta 1"}
    buyer.post("/world/en/checkout/", {**GRETA, **there, "district": "Consolação", "action": "update"})

    form = form_of(buyer.get("/world/en/checkout/"))
    buyer.post("/world/en/checkout/", {**form, "tax_id": "390.533.447-05", "action": "place"})

    assert form["district"] == "Consolação"
    assert Order.objects.get().ship_to["district"] == "Consolação"


def test_a_postcode_that_looks_wrong_does_not_keep_anybody_from_ordering(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)

    asked = send_checkout(buyer, postcode="D-22767")
    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Order.objects.count() == 0

    buyer.post(CHECKOUT, {**form_of(asked), "action": "place"})
    assert Order.objects.get().ship_to["postcode"] == "D-22767"


def test_choosing_another_way_shows_the_new_total_before_anything_is_ordered(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=5, by="system", at=now)
    put_into_cart(buyer, shop)
    assert "€24.90" in text_of(buyer.get(CHECKOUT))

    updated = send_checkout(buyer, "update", option="de-air")

    assert (updated.status_code, updated["Location"]) == (HTTPStatus.SEE_OTHER, CHECKOUT)
    assert "€26.90" in text_of(buyer.get(CHECKOUT))
    assert form_of(buyer.get(CHECKOUT))["option"] == "de-air"


def test_a_price_that_rose_meanwhile_is_shown_and_not_charged(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    form = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}
    with transaction.atomic():
        DeliveryOption.objects.filter(code="de-air").update(cost=1290)
        touch(shop.de.pk)

    refused = buyer.post(CHECKOUT, form)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Nothing was ordered" in text_of(refused)
    assert "Total: €26.90 before, €32.90 now." in text_of(refused)
    assert "At your door at the latest" not in text_of(refused)
    assert Order.objects.count() == 0
    # Shown once, agreed to: now it is placed.
    assert buyer.post(CHECKOUT, {**form_of(refused), **GRETA, "action": "place"}).status_code == HTTPStatus.SEE_OTHER


def test_a_date_that_moved_meanwhile_is_named(buyer: Client, shop: Shop, now: datetime) -> None:
    put_into_cart(buyer, shop)
    form = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}

    with time_machine.travel(now + timedelta(days=1), tick=False):
        refused = buyer.post(CHECKOUT, form)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "At your door at the latest: Thu 10 Dec before, Fri 11 Dec now." in text_of(refused)
    assert "Total: €" not in text_of(refused)


@pytest.mark.parametrize("nonsense", ["", "²", "9" * 40, "-1", "<b>", "0001-13-40"])
def test_old_values_that_make_no_sense_are_left_out(buyer: Client, shop: Shop, nonsense: str) -> None:
    put_into_cart(buyer, shop)
    told = {"shown_digest": "other", "shown_total": nonsense, "shown_until": nonsense}

    refused = send_checkout(buyer, **told)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "before," not in text_of(refused)


def test_what_sold_out_meanwhile_is_named_and_the_order_waits(buyer: Client, shop: Shop, now: datetime) -> None:
    put_into_cart(buyer, shop)
    form = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}
    adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=1, reason="counted", by="system", at=now)

    refused = buyer.post(CHECKOUT, form)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Only 1 left: please lower the quantity." in text_of(refused)
    assert Order.objects.count() == 0


@pytest.mark.parametrize("left", [0, 1])
def test_what_sold_out_is_named_first(buyer: Client, shop: Shop, now: datetime, left: int) -> None:
    put_into_cart(buyer, shop, 1)
    if left:
        buyer.post("/de/en/cart/lines/", {"variant": shop.large.pk, "quantity": 1})
    form = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}
    adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=0, reason="counted", by="system", at=now)

    refused = buyer.post(CHECKOUT, form)
    pages = [text_of(each) for each in (refused, buyer.get(CHECKOUT), buyer.get("/de/en/cart/"))]

    gone = "Not everything in your cart is there any more. Nothing was ordered and nothing was charged. Mug · small: sold out"
    assert (refused.status_code, gone in pages[0]) == (HTTPStatus.CONFLICT, True)
    assert ["Sold out in the meantime: please take it out." in page for page in pages] == [True] * 3
    assert ["We have no way to bring" in page for page in pages] == [False] * 3
    # With nothing to be had there is neither a total nor a button; with something left, both wait for the cart.
    assert ["Nothing in your cart can be had at the moment." in page for page in pages] == [not left] * 3
    assert ["€0.00" in page.partition("Summary")[2].partition("Total")[2] for page in pages] == [False] * 3
    assert ("Total: €" in pages[0], 'value="place"' in refused.content.decode()) == (bool(left), bool(left))
    assert ("Place order and pay" in pages[1], "To the checkout" in pages[2]) == (bool(left), bool(left))


def test_a_declined_payment_can_be_tried_again_and_charges_once(buyer: Client, shop: Shop, now: datetime) -> None:
    buy(buyer, shop)
    declined = PaymentIntent.objects.get()
    buyer.post(declined.action_url, {"choice": "decline"})
    order_page = buyer.get(f"/payment/{declined.ref}/", follow=True)
    assert "The payment was declined and nothing was charged." in text_of(order_page)
    address = order_page.redirect_chain[-1][0]

    again = [buyer.post(f"{address}payments/", {"method": "card"}) for _click in range(2)]
    intent = PaymentIntent.objects.exclude(pk=declined.pk).get()
    buyer.post(intent.action_url, {"choice": "pay"})
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        paid = buyer.get(f"/payment/{intent.ref}/", follow=True)

    assert [answer["Location"] for answer in again] == [f"/payment/{intent.ref}/provider"] * 2
    assert "Thank you for your order" in text_of(paid)
    assert buyer.post(f"{address}payments/", {"method": "card"})["Location"] == address


def test_the_way_to_another_site_begins_on_a_page_of_our_own(buyer: Client, shop: Shop) -> None:
    sent = buy(buyer, shop)
    intent = PaymentIntent.objects.get()

    page = buyer.get(sent["Location"])

    assert page.status_code == HTTPStatus.OK
    assert page["Refresh"] == f"0; url={intent.action_url}"
    assert f'href="{intent.action_url}"' in page.content.decode()
    # The reference alone leads no stranger to the provider's page of somebody else's order.
    assert Client().get(sent["Location"])["Location"] == f"/payment/{intent.ref}/"
    buyer.post(intent.action_url, {"choice": "pay"})
    buyer.get(f"/payment/{intent.ref}/")
    assert buyer.get(sent["Location"])["Location"] == f"/payment/{intent.ref}/"  # paid: there is nothing to go for


def test_the_way_to_a_page_of_this_site_is_straight(buyer: Client, shop: Shop, settings: Settings) -> None:
    settings.BASE_URL = "http://testserver"

    sent = buy(buyer, shop)

    assert sent["Location"] == PaymentIntent.objects.get().action_url


def test_the_way_back_from_the_provider_shows_a_stranger_no_order(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)
    intent = PaymentIntent.objects.get()
    buyer.post(intent.action_url, {"choice": "pay"})

    page = Client().get(f"/payment/{intent.ref}/")

    assert page.status_code == HTTPStatus.OK
    assert "Thank you, your payment has arrived" in text_of(page)
    assert [
        secret in page.content.decode() for secret in ("Greta", "Elbstraße", "/order/", Order.objects.get().ref)
    ] == [False] * 4


def test_a_payment_without_an_answer_yet_looks_again_by_itself(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)
    intent = PaymentIntent.objects.get()

    page = buyer.get(f"/payment/{intent.ref}/")

    assert (page.status_code, page["Refresh"], page["Cache-Control"]) == (HTTPStatus.OK, "4", "no-store")
    assert "Your payment is being confirmed" in text_of(page)


def test_an_unknown_or_empty_cart_leads_back_to_the_cart(buyer: Client) -> None:
    assert buyer.get(CHECKOUT)["Location"] == "/de/en/cart/"
    assert buyer.post(CHECKOUT, {**GRETA, "country": "DE", "action": "place"})["Location"] == "/de/en/cart/"


@pytest.mark.parametrize(("quantity", "lines"), [("3", [3]), ("0", [])])
def test_a_line_of_the_cart_is_changed_or_taken_out(buyer: Client, shop: Shop, quantity: str, lines: list[int]) -> None:
    put_into_cart(buyer, shop)

    answer = buyer.post(f"/de/en/cart/lines/{shop.small.pk}/", {"quantity": quantity})

    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, "/de/en/cart/")
    assert list(Cart.objects.get().lines.values_list("quantity", flat=True)) == lines
    assert buyer.cookies["tw_cart_n"].value == str(sum(lines))


def test_a_cart_that_is_too_full_says_so_and_stays_as_it_was(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)

    refused = put_into_cart(buyer, shop, 98)

    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert "at most 99" in text_of(refused)
    assert Cart.objects.get().lines.get().quantity == 2


@pytest.mark.parametrize("page", ["cart", "checkout"])
def test_a_buyer_who_never_heard_of_their_order_is_led_to_it_once(buyer: Client, shop: Shop, page: str) -> None:
    """The answer to placing was lost: the browser holds the key of a cart that has become an order."""
    put_into_cart(buyer, shop)
    key = buyer.cookies["tw_cart"].value
    send_checkout(buyer)
    order = Order.objects.get()
    buyer.cookies["tw_cart"] = key

    found = buyer.get(f"/de/en/{page}/", follow=True)

    assert f"Order {order.ref}" in text_of(found)
    assert buyer.cookies["tw_cart"].value == ""
    assert "Your cart is empty." in text_of(buyer.get("/de/en/cart/"))
    assert Order.objects.count() == 1
