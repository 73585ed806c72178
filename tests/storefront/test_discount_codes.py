"""Discount codes and gift notes as a buyer meets them: in the cart, at the checkout, on the order's page. Without scripts."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.checkout.test_codes import offer
from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tests.storefront.test_buying import CHECKOUT, GRETA, put_into_cart, send_checkout
from tradewind.checkout.models import Cart
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent
from tradewind.storefront.code_guesses import MOST_GUESSES

CART: Final = "/de/en/cart/"
TOO_MANY: Final = "Too many codes were tried from your connection. Please try again in an hour."
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


def test_cart_and_checkout_say_which_line_a_code_reduces_and_that_it_is_for_one_buyer(
    buyer: Client, shop: Shop
) -> None:
    offer(shop, "MUGS", products=(shop.product.pk,), email="lena@example.com")
    put_into_cart(buyer, shop)
    buyer.post("/de/en/cart/code/", {"code": "MUGS"})

    pages = [text_of(buyer.get(page)) for page in (CART, "/de/en/checkout/")]

    for words in pages:
        assert "€2.00 less with MUGS" in words
        assert "This code holds for the e-mail address that it was given to, and for no other." in words
        assert "lena" not in words


def test_a_code_of_another_buyer_is_said_beside_its_field_and_the_order_can_go_on(buyer: Client, shop: Shop) -> None:
    offer(shop, "LENAS", email="lena@example.com")
    put_into_cart(buyer, shop)
    buyer.post("/de/en/cart/code/", {"code": "LENAS"})

    refused = send_checkout(buyer, code="LENAS")

    assert "This code does not hold for this e-mail address." in text_of(refused)
    assert (Order.objects.count(), Cart.objects.get().lines.count()) == (0, 1)
    sent = buyer.post(CHECKOUT, {**form_of(refused), "code": "", "action": "place"})
    assert (sent.status_code, Order.objects.get().discount) == (HTTPStatus.SEE_OTHER, 0)


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


def guess(buyer: Client, times: int, *, address: str = "203.0.113.7") -> None:
    for number in range(times):
        buyer.post("/de/en/cart/code/", {"code": f"TRY-{number}"}, REMOTE_ADDR=address)


def test_who_tries_many_words_learns_no_code_and_keeps_the_one_that_holds(buyer: Client, shop: Shop) -> None:
    offer(shop)
    offer(shop, code="SECRET", percent=50)
    put_into_cart(buyer, shop)
    guess(buyer, MOST_GUESSES, address="127.0.0.1")
    buyer.post("/de/en/cart/code/", {"code": "SPRING"}, REMOTE_ADDR="198.51.100.1")

    answers = [buyer.post("/de/en/cart/code/", {"code": code}) for code in ("SECRET", "NO-SUCH-CODE")]
    at_checkout = send_checkout(buyer, code="SECRET")

    assert [answer.status_code for answer in answers] == [HTTPStatus.TOO_MANY_REQUESTS] * 2
    assert [TOO_MANY in text_of(answer) for answer in [*answers, at_checkout]] == [True] * 3
    assert "10 % off with the code SPRING" in text_of(answers[0])
    assert (form_of(at_checkout)["code"], form_of(at_checkout)["name"]) == ("SPRING", GRETA["name"])
    assert Order.objects.count() == 0
    # The code that the cart has is no guess, and the order goes on with it.
    sent = buyer.post(CHECKOUT, {**form_of(at_checkout), "action": "place"})
    assert (sent.status_code, Order.objects.get().total) == (HTTPStatus.SEE_OTHER, 2490)


def test_slips_of_the_hand_others_and_the_next_hour_are_not_held_up(buyer: Client, shop: Shop) -> None:
    offer(shop)
    put_into_cart(buyer, shop)
    with time_machine.travel(shop.at, tick=False) as clock:
        guess(buyer, MOST_GUESSES - 1)
        taken = buyer.post("/de/en/cart/code/", {"code": "SPRING"}, REMOTE_ADDR="203.0.113.7")
        guess(buyer, 2)
        refused = buyer.post("/de/en/cart/code/", {"code": "spring"}, REMOTE_ADDR="203.0.113.7")
        other = buyer.post("/de/en/cart/code/", {"code": "spring"}, REMOTE_ADDR="203.0.113.8")
        guess(buyer, 1, address="203.0.113.8")
        clock.shift(timedelta(hours=1))
        later = buyer.post("/de/en/cart/code/", {"code": "SPRING"}, REMOTE_ADDR="203.0.113.7")

    codes = [answer.status_code for answer in (taken, refused, other, later)]
    assert codes == [HTTPStatus.SEE_OTHER, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SEE_OTHER, HTTPStatus.SEE_OTHER]


def test_pages_that_many_ask_for_do_not_push_out_what_was_counted(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    guess(buyer, MOST_GUESSES)
    for number in range(settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"]):
        cache.set(f"page-{number}", number)

    answer = buyer.post("/de/en/cart/code/", {"code": "ONE-MORE"}, REMOTE_ADDR="203.0.113.7")

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_a_share_of_ipv6_is_one_connection(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    for number in range(MOST_GUESSES):
        guess(buyer, 1, address=f"2001:db8:1:2::{number + 1:x}")
        buyer.post("/de/en/cart/code/", {"code": f"AGAIN-{number}"}, REMOTE_ADDR="2001:db8:1:3::1")

    here = buyer.post("/de/en/cart/code/", {"code": "ONE-MORE"}, REMOTE_ADDR="2001:db8:1:2:ffff::1")
    elsewhere = buyer.post("/de/en/cart/code/", {"code": "TWO-MORE"}, REMOTE_ADDR="2001:db8:1:4::1")

    assert (here.status_code, elsewhere.status_code) == (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SEE_OTHER)
