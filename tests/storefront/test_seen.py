"""Recently seen goods: asked for by the page's script, with what its cookie says, at the prices of now."""

import re
from collections.abc import Iterable
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product
from tradewind.catalog.pricing import set_price
from tradewind.catalog.shelving import shelve
from tradewind.inventory.stocktaking import adjust
from tradewind.lib.money import Money

ROW = "/de/en/seen/"


def see(buyer: Client, products: Iterable[Product]) -> None:
    buyer.cookies["tw_seen"] = ".".join(str(product.pk) for product in products)


def shown(buyer: Client, **query: str) -> list[str]:
    return re.findall(r"/product/([\w-]+)/", buyer.get(ROW, query).content.decode())


def add(shop: Shop, count: int) -> list[Product]:
    category = clothes(shop)
    return [add_goods(shop, f"sock-{number}", category, [Piece({})]) for number in range(count)]


def test_the_row_has_six_at_most_in_the_order_of_the_cookie_without_the_present_one(buyer: Client, shop: Shop) -> None:
    socks = add(shop, 8)
    see(buyer, [socks[3], *socks, shop.product])

    assert shown(buyer) == ["sock-3", "sock-0", "sock-1", "sock-2", "sock-4", "sock-5"]
    assert shown(buyer, but=str(socks[0].pk)) == ["sock-3", "sock-1", "sock-2", "sock-4", "sock-5", "sock-6"]


def test_price_and_stock_are_those_of_now_and_words_those_of_the_language(buyer: Client, shop: Shop) -> None:
    see(buyer, [shop.product])
    assert text_of(buyer.get(ROW)) == "Mug €10.00 In stock"

    for variant in shop.variants:
        set_price(variant=variant, market_id=shop.de.pk, price=Money(1250, "EUR"), by="x", at=shop.at)
        adjust(variant_id=variant.pk, warehouse=shop.shenzhen, counted=0, reason="x", by="x", at=shop.at)

    assert text_of(buyer.get(ROW)) == "Mug €12.50 Sold out"
    assert text_of(buyer.get("/de/de/seen/")) == "Becher 12,50 € Ausverkauft"


def test_what_is_gone_or_not_sold_here_is_left_out(buyer: Client, shop: Shop) -> None:
    (sock,) = add(shop, 1)
    see(buyer, [sock, shop.product])
    assert re.findall(r"/product/([\w-]+)/", buyer.get("/world/en/seen/").content.decode()) == ["mug"]

    shop.product.state = Product.State.OFFLINE
    shop.product.save(update_fields=["state"])
    shelve(shop.product)

    assert shown(buyer) == ["sock-0"]
    assert buyer.get("/world/en/seen/").content == b""


@pytest.mark.parametrize("cookie", ["", ".", "1..2", "x", "1;2", "9" * 40, "%00", ".".join("1" * 300)])
def test_a_cookie_that_no_script_wrote_shows_nothing(buyer: Client, shop: Shop, cookie: str) -> None:
    buyer.cookies["tw_seen"] = cookie

    answer = buyer.get(ROW, {"but": "\x00"})

    assert (answer.status_code, answer.content) == (HTTPStatus.OK, b"")


def test_it_is_a_part_of_a_page_for_one_browser(buyer: Client, shop: Shop) -> None:
    see(buyer, [shop.product])
    answer = buyer.get(ROW)

    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert b"<html" not in answer.content


def test_six_take_as_many_statements_as_one(buyer: Client, shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            buyer.get(ROW)
        return len(asked)

    socks = add(shop, 30)
    see(buyer, socks[:1])
    statements()
    with_one = statements()
    see(buyer, socks[:20])

    assert statements() == with_one


@pytest.mark.parametrize(("address", "has_product"), [("/de/en/product/mug/", True), ("/de/en/", False)])
def test_kept_pages_hold_an_empty_row_that_is_out_of_sight_without_scripts(
    buyer: Client, shop: Shop, address: str, has_product: bool
) -> None:
    see(buyer, [shop.product])
    page = buyer.get(address).content.decode()

    (section,) = re.findall(r'<section class="seen".*?</section>', page, flags=re.DOTALL)
    number = shop.product.pk if has_product else ""
    assert f'data-seen="{ROW}" data-but="{number}" hidden>' in section
    assert "/product/" not in section
