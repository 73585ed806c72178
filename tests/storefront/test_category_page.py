"""A category as a buyer's browser shows it: filters in the address, chips, pages, and the next request after a change."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.categories import save_category
from tradewind.catalog.models import Category, Variant
from tradewind.catalog.pricing import set_price
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.lib.money import Money

PAGE = "/de/en/c/wear/"
Visit = Callable[..., str]


@pytest.fixture
def wardrobe(shop: Shop) -> Shop:
    define_filters()
    below = clothes(shop)
    add_goods(
        shop, "shirt", below, [Piece({"colour": "red", "size": "s"}), Piece({"colour": "blue", "size": "m"}, 3000)]
    )
    add_goods(shop, "polo", below, [Piece({"colour": "red", "size": "m"}, 2000, stock=0)])
    return shop


@pytest.fixture
def visit(buyer: Client, wardrobe: Shop) -> Visit:
    def get(address: str = PAGE, **query: str | list[str]) -> str:
        response = buyer.get(address, query)
        assert response.status_code == HTTPStatus.OK
        return text_of(response)

    return get


def statements(buyer: Client, address: str = PAGE) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert buyer.get(address).status_code == HTTPStatus.OK
    return len(captured)


def test_a_category_shows_where_it_stands_and_what_it_holds(buyer: Client, wardrobe: Shop, visit: Visit) -> None:
    words = visit("/de/en/c/clothes/")

    assert "Clothes 2 products" in words
    assert "Shirt from €10.00" in words
    assert "Polo €20.00 · Sold out" in words
    page = buyer.get("/de/en/c/clothes/").content.decode()
    assert '<a href="/de/en/c/wear/">Wear</a>' in page
    assert '<a href="/de/en/c/clothes/">Clothes</a>' in buyer.get(PAGE).content.decode()


def test_filters_work_as_a_plain_form_and_stand_in_the_address(buyer: Client, visit: Visit) -> None:
    assert "Wear 2 products" in visit(colour="red")
    assert "Wear 1 product " in visit(colour="red", size="m")
    assert "Wear 2 products" in visit(colour=["red", "blue"], size="m")
    assert "Wear 1 product " in visit(price_from="25,50")
    assert "Wear 1 product " in visit(stock="1", colour="red")
    page = buyer.get(PAGE, {"colour": ["red", "blue"], "size": "m"}).content.decode()
    checked = re.findall(r'name="(\w+)" value="(\w+)" checked', page)
    assert sorted(checked) == [("colour", "blue"), ("colour", "red"), ("size", "m")]


def test_each_filter_can_be_taken_off_alone(buyer: Client, wardrobe: Shop) -> None:
    page = buyer.get(
        PAGE, {"colour": ["red", "blue"], "price_to": "30", "stock": "1", "sort": "price"}
    ).content.decode()

    chips = re.findall(r'class="chip" href="([^"]+)"><span class="out-of-sight">Remove filter: </span>([^<]+) <', page)
    assert [(address.replace("&amp;", "&"), words) for address, words in chips] == [
        (f"{PAGE}?colour=red&price_to=30&stock=1&sort=price", "Blue"),
        (f"{PAGE}?colour=blue&price_to=30&stock=1&sort=price", "Red"),
        (f"{PAGE}?colour=blue&colour=red&stock=1&sort=price", "up to €30.00"),
        (f"{PAGE}?colour=blue&colour=red&price_to=30&sort=price", "In stock"),
    ]
    assert f'class="chip-all" href="{PAGE}?sort=price"' in page
    assert '<meta name="robots" content="noindex, follow">' in page


def test_filters_that_nothing_meets_say_what_to_do(visit: Visit) -> None:
    words = visit(colour="blue", size="s")

    assert "Nothing has all of this at once. Take one filter off above. Show everything without filters" in words


@pytest.mark.parametrize("typed", ["cheap", "1e3", "-5", "1.234", "²", "99999999999", "1,2,3"])
def test_a_price_that_is_none_is_named_and_left_out(visit: Visit, typed: str) -> None:
    words = visit(price_to=typed)

    assert f"“{typed}” is no price: type a number, 25 for example." in words
    assert "Wear 2 products" in words


def test_bounds_the_wrong_way_round_are_understood(visit: Visit) -> None:
    assert "Wear 1 product " in visit(price_from="25", price_to="15")


@pytest.mark.parametrize(
    "query",
    [
        "colour=pink",
        "colour=%00&size=%F0%9F%98%80",
        "sort=fastest&utm_source=letter",
        "after=1~2~3&before=x",
        "after=999999999999999999~999999999999999999",
        "&".join(f"k{n}=v" for n in range(60)),
        "size=" + "&size=".join("m" * n for n in range(80)),
        "price_from=&price_to=",
        "q=shirt",
    ],
)
def test_addresses_that_nobody_made_still_show_goods(buyer: Client, wardrobe: Shop, query: str) -> None:
    response = buyer.get(f"{PAGE}?{query}")

    assert response.status_code == HTTPStatus.OK
    assert "Shirt" in text_of(response)


@pytest.mark.parametrize("address", ["/de/en/c/nothing/", "/mars/en/c/wear/", "/de/fr/c/wear/"])
def test_there_is_no_page_for_what_is_not_there(buyer: Client, wardrobe: Shop, address: str) -> None:
    assert buyer.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_category_with_nothing_for_this_market_leads_on(buyer: Client, wardrobe: Shop) -> None:
    words = text_of(buyer.get("/world/en/c/clothes/"))

    assert "There is nothing here for your market at present. See everything else" in words


def test_pages_lead_on_and_back(buyer: Client, wardrobe: Shop) -> None:
    for number in range(30):
        add_goods(wardrobe, f"sock-{number}", Category.objects.get(slug="clothes"), [Piece({})])

    first = buyer.get(PAGE).content.decode()
    later = re.findall(r'rel="next" href="([^"]+)"', first)
    second = buyer.get(later[0]).content.decode()
    earlier = re.findall(r'rel="prev" href="([^"]+)"', second)

    assert (first.count('class="card"'), second.count('class="card"')) == (24, 8)
    assert (len(later), len(earlier), 'rel="prev"' in first, 'rel="next"' in second) == (1, 1, False, False)
    assert re.findall(r"/product/([^/]+)/", buyer.get(earlier[0]).content.decode()) == re.findall(
        r"/product/([^/]+)/", first
    )


def test_a_kept_page_costs_one_statement_and_a_new_one_at_most_ten(buyer: Client, wardrobe: Shop) -> None:
    statements(buyer, "/de/en/")  # reads what a process keeps: the market and its categories

    query = f"{PAGE}?colour=red&colour=blue&size=m&stock=1&price_to=30&sort=price"
    for address in (PAGE, query):
        assert statements(buyer, address) <= 10
        assert statements(buyer, address) == 1


def test_the_next_request_after_a_change_shows_it(buyer: Client, wardrobe: Shop, visit: Visit) -> None:
    assert "Polo €20.00 · Sold out" in visit()

    polo = wardrobe.product.__class__.objects.get(slug="polo").variants.get()
    set_price(variant=polo, market_id=wardrobe.de.pk, price=Money(1999, "EUR"), by="x", at=wardrobe.at)
    assert "Polo €19.99" in visit()
    shirt = wardrobe.product.__class__.objects.get(slug="shirt").variants.order_by("pk")
    for number, variant in enumerate(shirt):
        lines = [Wanted(variant.pk, 5)]
        reserve(subject=("order", number), lines=lines, warehouses=[wardrobe.shenzhen.pk], at=wardrobe.at)
    assert "Shirt from €10.00 · Sold out" in visit()
    save_category(slug="wear", name={"en": "Apparel"}, position=1)
    assert "Apparel 2 products" in visit()


def test_filters_follow_one_variant_where_the_product_stays_as_it_is(wardrobe: Shop, visit: Visit) -> None:
    shirt = wardrobe.product.__class__.objects.get(slug="shirt")
    tall = Variant.objects.create(product=shirt, sku="tall", options={"colour": "red"}, position=2, weight_g=100)
    for cents in (2000, 2500):
        set_price(variant=tall, market_id=wardrobe.de.pk, price=Money(cents, "EUR"), by="x", at=wardrobe.at)
        assert ("Wear 1 product " in visit(price_from="21", price_to="29")) == (cents == 2500)

    assert "Wear 1 product " in visit(stock="1", colour="red")
    lines = [Wanted(shirt.variants.get(position=0).pk, 5)]
    reserve(subject=("order", 1), lines=lines, warehouses=[wardrobe.shenzhen.pk], at=wardrobe.at)
    assert "Wear 1 product " not in visit(stock="1", colour="red")


def test_what_campaigns_add_to_an_address_finds_the_same_kept_page(buyer: Client, wardrobe: Shop) -> None:
    statements(buyer)

    assert statements(buyer, f"{PAGE}?colour=pink") == 1
    assert statements(buyer, f"{PAGE}?utm_source=letter&utm_campaign=1") == 1


def test_the_home_page_has_a_shelf_for_each_category_and_leads_to_all_of_it(buyer: Client, wardrobe: Shop) -> None:
    for number in range(9):
        add_goods(wardrobe, f"sock-{number}", Category.objects.get(slug="clothes"), [Piece({})])

    page = buyer.get("/de/en/").content.decode()
    shelves = re.findall(r'<section class="shelf" id="([^"]+)"(.*?)</section>', page, flags=re.DOTALL)
    assert [(slug, shelf.count('class="card"')) for slug, shelf in shelves] == [("kitchen", 1), ("wear", 8)]
    assert 'href="/de/en/c/wear/">All of this category' in shelves[1][1]
    assert statements(buyer, "/de/en/") == 1
