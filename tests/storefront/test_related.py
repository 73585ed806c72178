"""Related goods at the end of the product page: right at the next request, while the page itself is kept."""

import re
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.categories import save_category
from tradewind.catalog.models import Category, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import take_offline
from tradewind.inventory.bundling import Part, set_parts
from tradewind.inventory.stocktaking import adjust
from tradewind.lib.money import Money

PAGE = "/de/en/product/mug/"


@pytest.fixture
def board(shop: Shop) -> Product:
    return add_goods(shop, "board", Category.objects.get(slug="kitchen"), [Piece({}, cents=2500)])


def part_of(buyer: Client, title: str) -> str:
    """The words of the section with this title; empty without it."""
    page = buyer.get(PAGE)
    sections = re.findall(r'<section class="related".*?</section>', page.content.decode(), re.DOTALL)
    page.content = "\n".join(section for section in sections if f">{title}</h2>" in section).encode()
    return text_of(page)


def statements(buyer: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        buyer.get(PAGE)
    return len(asked)


def test_a_page_names_what_goes_with_it_and_never_itself(buyer: Client, board: Product) -> None:
    assert part_of(buyer, "You may also like") == "You may also like Board €25.00"
    assert part_of(buyer, "Also in a set") == ""


def test_a_page_without_anything_near_says_nothing(buyer: Client) -> None:
    assert 'class="related"' not in buyer.get(PAGE).content.decode()


def test_price_stock_and_state_of_others_are_right_on_the_next_page(
    buyer: Client, shop: Shop, board: Product, now: datetime
) -> None:
    variant = Variant.objects.get(product=board)
    assert part_of(buyer, "You may also like") == "You may also like Board €25.00"

    set_price(variant=variant, market_id=shop.de.pk, price=Money(2600, "EUR"), by="x", at=now)
    assert part_of(buyer, "You may also like") == "You may also like Board €26.00"

    adjust(variant_id=variant.pk, warehouse=shop.shenzhen, counted=0, reason="counted", by="x", at=now)
    assert part_of(buyer, "You may also like") == "You may also like Board €26.00 · Sold out"

    take_offline(product=board, by="x", at=now)
    assert part_of(buyer, "You may also like") == ""


def test_a_set_is_named_as_soon_as_it_holds_the_product(buyer: Client, shop: Shop, now: datetime) -> None:
    sets = save_category(slug="sets", name={"en": "Sets"}, position=9)
    pair = add_goods(shop, "pair", sets, [Piece({}, cents=1800, stock=0)])
    assert part_of(buyer, "Also in a set") == ""

    bundle = Variant.objects.get(product=pair)
    set_parts(bundle=bundle, parts=[Part(shop.small.pk, 2)], by="x", at=now)

    assert part_of(buyer, "Also in a set") == "Also in a set Pair €18.00"


def test_a_change_beside_a_kept_page_costs_one_statement_more(
    buyer: Client, shop: Shop, board: Product, now: datetime
) -> None:
    buyer.get(PAGE)
    cache.clear()
    assert statements(buyer) <= 8
    assert statements(buyer) == 1

    variant = Variant.objects.get(product=board)
    set_price(variant=variant, market_id=shop.de.pk, price=Money(2600, "EUR"), by="x", at=now)

    assert [statements(buyer), statements(buyer)] == [2, 1]
