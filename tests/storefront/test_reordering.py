"""The same once more: an order's goods into the cart, at today's prices, whatever has become of them."""

from datetime import datetime
from http import HTTPStatus

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tests.storefront.test_buying import buy
from tradewind.catalog.models import Variant
from tradewind.checkout.models import CartLine
from tradewind.core.links import make_link
from tradewind.orders.models import Order


def address_of(order: Order, at: datetime) -> str:
    return f"/de/en/order/{make_link('order.view', subject=('order', order.pk), at=at)}/"


def in_the_cart() -> dict[int, int]:
    return dict(CartLine.objects.values_list("variant_id", "quantity"))


def test_the_same_goods_stand_in_the_cart_again_and_a_second_click_adds_nothing(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    buy(buyer, shop)
    address = address_of(Order.objects.get(), now)
    assert f'action="{address}again/"' in buyer.get(address).content.decode()

    for _click in range(2):
        answer = buyer.post(f"{address}again/")
        assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, "/de/en/cart/")

    assert in_the_cart() == {shop.small.pk: 2}
    assert "€20.00" in text_of(buyer.get("/de/en/cart/"))


def test_what_is_no_longer_sold_is_named_and_the_rest_is_there(buyer: Client, shop: Shop, now: datetime) -> None:
    buy(buyer, shop)
    address = address_of(Order.objects.get(), now)
    Variant.objects.filter(pk=shop.small.pk).update(is_offered=False)

    answer = buyer.post(f"{address}again/")

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "No longer sold, or no longer in this quantity: Mug." in text_of(answer)
    assert in_the_cart() == {}


def test_a_wrong_link_fills_no_cart(buyer: Client, shop: Shop) -> None:
    buy(buyer, shop)

    assert buyer.post("/de/en/order/wrong/again/").status_code == HTTPStatus.NOT_FOUND
    assert in_the_cart() == {}
