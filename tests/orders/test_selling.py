"""What sells stands earlier, counted from real orders; nothing else is touched."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.listing import lists_key
from tradewind.catalog.models import Category, Listing, Product, Ranking
from tradewind.catalog.ranking import Sold, note_sales, pin_product
from tradewind.core import preferences
from tradewind.orders.models import Order
from tradewind.orders.selling import FADING, count_sales, sales_until
from tradewind.orders.states import OrderState


def sell(shop: Shop, product: Product, *, times: int = 1, at: datetime | None = None, units: int = 1) -> list[int]:
    """Paid orders, each of so many units."""
    ids = []
    for _ in range(times):
        order_id = shop.place(shop.cart((product.variants.get(), units)), at=at).order.pk
        Order.objects.filter(pk=order_id).update(state=OrderState.PAID)
        ids.append(order_id)
    return ids


def goods(shop: Shop, *slugs: str) -> list[Product]:
    return [add_goods(shop, slug, Category.objects.get(), [Piece({}, stock=50)]) for slug in slugs]


def in_order() -> list[str]:
    rows = Listing.objects.filter(market_id=Product.objects.get(slug="mug").variants.first().prices.first().market_id)
    return list(rows.order_by("recommended", "product_id").values_list("product__slug", flat=True))


def test_what_sells_stands_before_what_does_not(shop: Shop) -> None:
    bowl, cup = goods(shop, "bowl", "cup")
    sell(shop, cup, times=3)
    sell(shop, bowl)
    assert in_order() == ["mug", "bowl", "cup"]

    assert count_sales(shop.at) == 2

    assert in_order() == ["cup", "bowl", "mug"]


def test_an_order_counts_once_and_only_while_it_is_paid(shop: Shop) -> None:
    bowl, cup = goods(shop, "bowl", "cup")
    (large,) = sell(shop, bowl, units=20)
    sell(shop, cup, times=2)
    shop.place(shop.cart((shop.small, 1)))  # not paid yet

    assert {pk: each.orders for pk, each in sales_until(shop.at).items()} == {bowl.pk: 1, cup.pk: 2}

    Order.objects.filter(pk=large).update(state=OrderState.CANCELLED)
    assert list(sales_until(shop.at)) == [cup.pk]


def test_sales_fade_and_are_forgotten(shop: Shop) -> None:
    (cup,) = goods(shop, "cup")
    sell(shop, cup, times=2)

    weights = [sales_until(shop.at + timedelta(days=days)).get(cup.pk, Sold(0, 0)).weight for days in (0, 14, 28, 56)]
    assert weights == [2.0, 1.0, 0.5, 0]
    count_sales(shop.at)
    count_sales(shop.at + timedelta(days=56))
    assert Ranking.objects.values_list("orders", "strength").get() == (0, 0)
    assert in_order() == ["mug", "cup"]


def test_how_long_sales_count_is_a_setting(shop: Shop) -> None:
    (cup,) = goods(shop, "cup")
    sell(shop, cup)
    preferences.change(FADING, {"weeks": 1, "half_after_days": 3}, by="x", at=shop.at)

    assert sales_until(shop.at + timedelta(days=3))[cup.pk].weight == 0.5
    assert sales_until(shop.at + timedelta(days=7)) == {}
    with pytest.raises(preferences.WrongValue):
        preferences.change(FADING, {"weeks": 0, "half_after_days": 3}, by="x", at=shop.at)


def test_lists_that_do_not_change_are_not_touched(shop: Shop) -> None:
    (cup,) = goods(shop, "cup")  # sold in the German market only
    sell(shop, cup)
    before = lists_key("de"), lists_key("world")

    count_sales(shop.at)
    counted = lists_key("de"), lists_key("world")
    count_sales(shop.at + timedelta(hours=1))

    assert (counted[0] != before[0], counted[1]) == (True, before[1])
    assert (lists_key("de"), lists_key("world")) == counted


def test_a_number_that_moves_nothing_is_written_down_all_the_same(shop: Shop) -> None:
    (cup,) = goods(shop, "cup")
    note_sales({cup.pk: Sold(10, 10.0)})
    before = lists_key("de")

    assert note_sales({cup.pk: Sold(11, 10.1)}) == 0
    assert (Ranking.objects.get().orders, lists_key("de")) == (11, before)


def test_a_pinned_product_keeps_its_place_whatever_sells(shop: Shop) -> None:
    bowl, cup = goods(shop, "bowl", "cup")
    note_sales({cup.pk: Sold(10**6, 1e300)})
    pin_product(product=bowl, pin=2, by="x", at=shop.at)
    pin_product(product=shop.product, pin=1, by="x", at=shop.at)
    assert in_order() == ["mug", "bowl", "cup"]

    pin_product(product=shop.product, pin=None, by="x", at=shop.at)
    assert in_order() == ["bowl", "cup", "mug"]


def test_what_is_sold_out_stands_behind_all_however_well_it_sold(shop: Shop) -> None:
    (cup,) = goods(shop, "cup")
    sell(shop, cup, units=50)
    count_sales(shop.at)
    pin_product(product=cup, pin=1, by="x", at=shop.at)

    assert in_order() == ["mug", "cup"]


def test_buyers_find_what_sells_first_and_read_no_number(shop: Shop) -> None:
    goods(shop, "mug-stand")
    (cup,) = goods(shop, "mug-cup")
    buyer = Client()
    shelf, found = f"/de/en/c/{Category.objects.get().slug}/", "/de/en/search/?q=mug"
    sell(shop, cup, times=7)
    count_sales(shop.at)

    for address in (shelf, found):
        words = text_of(buyer.get(address))
        assert words.index("Mug Cup") < words.index("Mug Stand")
        assert "sold" not in words.lower()
