"""Discount codes and gift notes as a buyer meets them: in the cart, at the checkout, on the order's page. Without scripts."""

from http import HTTPStatus
from typing import Final

from django.test import Client

from tests.checkout.test_codes import offer
from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tests.storefront.test_buying import CHECKOUT, GRETA, put_into_cart, send_checkout
from tradewind.checkout.models import Cart
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent

CART: Final = "/de/en/cart/"
UNKNOWN: Final = "We do not know this code. Please check how it is written."


def test_a_code_in_the_cart_stands_at_the_checkout_and_on_the_order(buyer: Client, shop: Shop) -> None:
    offer(shop)
    put_into_cart(buyer, shop)

    sent = buyer.post("/de/en/cart/code/", {"code": "spring"})
    assert (sent.status_code, sent["Location"]) == (HTTPStatus.SEE_OTHER, f"{CART}#code")
    line = "10 % off with the code SPRING -€2.00"
    assert (text_of(buyer.get(CART)).count(line), text_of(buyer.get(CHECKOUT)).count(line)) == (1, 1)
    send_checkout(buyer)
    intent = PaymentIntent.objects.get()
    buyer.post(intent.action_url, {"choice": "pay"})
    order = text_of(buyer.get(f"/payment/{intent.ref}/", follow=True))

    assert (intent.amount, order.count(line)) == (2490, 1)


def test_a_code_typed_at_the_checkout_changes_the_total_before_anything_is_ordered(buyer: Client, shop: Shop) -> None:
    offer(shop)
    put_into_cart(buyer, shop)

    used = send_checkout(buyer, action="code", code="SPRING")
    assert used["Location"] == f"{CHECKOUT}#code"
    page = buyer.get(CHECKOUT)
    assert "€24.90" in text_of(page)
    assert form_of(page)["name"] == GRETA["name"]
    assert Order.objects.count() == 0


def test_a_code_typed_and_sent_with_the_order_is_not_passed_over(buyer: Client, shop: Shop) -> None:
    """Without scripts the page has not shown what it takes off, so it asks once more."""
    offer(shop)
    put_into_cart(buyer, shop)

    asked = send_checkout(buyer, code="SPRING")

    assert asked.status_code == HTTPStatus.CONFLICT
    assert "Total: €26.90 before, €24.90 now." in text_of(asked)
    send_checkout(buyer)
    assert Order.objects.get().total == 2490


def test_a_code_that_is_not_known_is_said_once_beside_its_field_and_the_order_can_go_on(
    buyer: Client, shop: Shop
) -> None:
    put_into_cart(buyer, shop)

    refused = send_checkout(buyer, code="SPRNG")

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert UNKNOWN in text_of(refused)
    assert Order.objects.count() == 0
    shown = form_of(refused)
    assert (shown["code"], shown["code_doubted"]) == ("SPRNG", "SPRNG")
    sent = buyer.post(CHECKOUT, {**shown, "action": "place"})
    assert (sent.status_code, Order.objects.get().total) == (HTTPStatus.SEE_OTHER, 2690)


def test_a_code_that_the_cart_calls_unknown_keeps_nobody_from_ordering(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    buyer.post("/de/en/cart/code/", {"code": "SPRNG"})
    assert UNKNOWN in text_of(buyer.get(CART))

    send_checkout(buyer)

    assert Order.objects.get().total == 2690


def test_a_code_for_a_cart_that_is_gone_does_nothing(buyer: Client, shop: Shop) -> None:
    sent = buyer.post("/de/en/cart/code/", {"code": "SPRING"})

    assert (sent.status_code, Cart.objects.count()) == (HTTPStatus.SEE_OTHER, 0)


def test_a_gift_note_keeps_its_lines_and_goes_with_the_order(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)

    send_checkout(buyer, gift_note="Alles Gute, Oma! 🎂\r\n\r\nDeine Lina  ")

    order = Order.objects.get()
    assert order.gift_note == "Alles Gute, Oma! 🎂\n\nDeine Lina"
    assert "gift_note" not in order.ship_to


def test_a_gift_note_that_is_too_long_is_said_and_kept(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)

    refused = send_checkout(buyer, gift_note="x" * 301)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert form_of(refused)["gift_note"] == "x" * 301
    assert Order.objects.count() == 0
