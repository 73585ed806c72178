"""Delivery that is free from an amount on: the cart says what is missing, and why some goods go nowhere."""

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tests.storefront.test_buying import put_into_cart
from tradewind.markets.changing import touch
from tradewind.shipping.models import DeliveryOption


def test_the_cart_says_what_is_missing_until_delivery_is_free(buyer: Client, shop: Shop) -> None:
    DeliveryOption.objects.filter(code="de-air").update(free_from=3000)
    touch(shop.de.pk)

    put_into_cart(buyer, shop)
    near = text_of(buyer.get("/de/en/cart/"))
    put_into_cart(buyer, shop, 1)
    there = text_of(buyer.get("/de/en/cart/"))

    assert "€10.00 more, and delivery is free (de-air)." in near
    assert ("delivery is free (" in there, "€30.00" in there) == (False, True)


def test_product_and_cart_say_what_keeps_goods_from_travelling(buyer: Client, shop: Shop) -> None:
    DeliveryOption.objects.filter(market_id=shop.de.pk).update(refuses=["battery"])
    shop.small.customs = {"traits": ["battery"]}
    shop.small.save(update_fields=["customs"])
    touch(shop.de.pk)

    put_into_cart(buyer, shop)

    sentence = "We cannot bring this to Germany: it has a battery, and no carrier that we work with takes that there."
    pages = ("/de/en/product/mug/?size=s", "/de/en/cart/", "/de/en/checkout/", "/de/en/product/mug/?size=l")
    assert [sentence in text_of(buyer.get(page)) for page in pages] == [True, True, True, False]
