"""A buyer who changes the market in the middle: nothing is lost, and what is different is said."""

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tests.storefront.test_buying import put_into_cart
from tradewind.checkout.models import Cart


def test_a_cart_that_comes_from_another_market_says_what_has_changed(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    assert "You filled this cart" not in text_of(buyer.get("/de/en/cart/"))

    words = text_of(buyer.get("/world/en/cart/"))

    assert (
        "You filled this cart in our shop for de, where the goods cost €20.00. Here, for world, they cost $18.00; "
        in words
    )
    buyer.post("/world/en/cart/lines/", {"variant": shop.small.pk, "quantity": 1})
    assert "You filled this cart" not in text_of(buyer.get("/world/en/cart/"))


def test_a_cart_from_a_market_that_is_gone_is_shown_without_a_word(buyer: Client, shop: Shop) -> None:
    put_into_cart(buyer, shop)
    Cart.objects.update(market="atlantis")

    words = text_of(buyer.get("/de/en/cart/"))

    assert "€20.00" in words
    assert "You filled this cart" not in words
