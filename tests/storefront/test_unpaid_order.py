"""Back from the provider's page without having paid: the order waits, and the cart knows the way to it."""

from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client

from tests.shop import Shop, move_money
from tests.storefront.reading import form_of, text_of
from tests.storefront.test_buying import CHECKOUT, GRETA, buy, put_into_cart
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent
from tradewind.storefront.unpaid_order import COOKIE

CART = "/de/en/cart/"
WAITS = "is waiting for its payment of €26.90. The goods are set aside for you."


def way_to_the_order(page: str) -> str:
    notice = page.partition('class="notice now flow"')[2]
    return notice.partition('href="')[2].partition('"')[0]


@pytest.mark.parametrize("page", [CART, CHECKOUT])
def test_who_presses_back_finds_the_order_that_waits(buyer: Client, shop: Shop, page: str) -> None:
    buy(buyer, shop)
    order = Order.objects.get()

    found = buyer.get(page, follow=True)

    assert f"Your order {order.ref} {WAITS}" in text_of(found)
    its_page = buyer.get(way_to_the_order(found.content.decode()))
    assert f"Order {order.ref}" in text_of(its_page)
    assert ("Pay now" in text_of(its_page), "Cancel the order" in text_of(its_page)) == (True, True)


def test_a_second_tab_that_places_the_same_cart_finds_the_order(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    second_tab = {**form_of(buyer.get(CHECKOUT)), **GRETA, "action": "place"}
    buyer.post(CHECKOUT, second_tab)

    found = buyer.post(CHECKOUT, second_tab, follow=True)

    assert WAITS in text_of(found)
    assert Order.objects.count() == 1


def test_new_goods_in_the_cart_do_not_hide_the_order(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)

    found = put_into_cart(buyer, shop, 1)

    assert found.status_code == HTTPStatus.SEE_OTHER
    assert WAITS in text_of(buyer.get(CART))


def test_another_browser_hears_nothing_of_the_order(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)

    words = text_of(Client().get(CART))

    assert (WAITS in words, Order.objects.get().ref in words) == (False, False)


def test_the_cookie_is_for_the_server_alone_and_lives_as_long_as_the_order_may_wait(buyer: Client, shop: Shop) -> None:
    sent = buy(buyer, shop)
    kept = sent.cookies[COOKIE]
    page = buyer.get(CART)

    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 24 * 3600)
    assert page["Cache-Control"] == "no-store"
    token = way_to_the_order(page.content.decode()).split("/")[-2]
    again = buyer.post(f"/de/en/order/{token}/payments/", {"method": "bank_transfer"})
    assert again.cookies[COOKIE]["max-age"] == 7 * 24 * 3600  # the more patient of the two


@pytest.mark.parametrize("page", ["cart", "order"])
@pytest.mark.parametrize("is_paid", [True, False])
def test_what_no_longer_waits_is_forgotten(
    buyer: Client, shop: Shop, now: datetime, page: str, *, is_paid: bool
) -> None:
    sent = buy(buyer, shop)
    order, token = Order.objects.get(), sent.cookies[COOKIE].value
    if is_paid:
        move_money(order, 2690, now)  # in the ledger, before the order has heard of it
    else:
        buyer.post(f"/de/en/order/{token}/cancellation/", {})
        assert Order.objects.get().state == OrderState.CANCELLED

    found = buyer.get(CART if page == "cart" else f"/de/en/order/{token}/")

    assert (WAITS in text_of(found), buyer.cookies[COOKIE].value) == (False, "")


def test_a_made_up_token_opens_nothing(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)
    buyer.cookies[COOKIE] = "made-up"

    assert WAITS not in text_of(buyer.get(CART))
    assert PaymentIntent.objects.count() == 1
