"""Search as a buyer's browser shows it, with and without suggestions."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, define_filters
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product
from tradewind.catalog.shelving import shelve

PAGE = "/de/en/search/"


@pytest.fixture
def kitchen(shop: Shop) -> Shop:
    define_filters()
    shelf = shop.product.category
    add_goods(shop, "kettle", shelf, [Piece({"colour": "red"}), Piece({"colour": "blue"}, 2000)], {"de": "Kessel"})
    add_goods(shop, "teapot", shelf, [Piece({"colour": "blue"}, 3000, stock=0)], {"en": "Teapot beside a kettle"})
    return shop


def words(buyer: Client, **query: str) -> str:
    response = buyer.get(PAGE, query)
    assert response.status_code == HTTPStatus.OK
    return text_of(response)


def statements(buyer: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert buyer.get(address).status_code == HTTPStatus.OK
    return len(captured)


def test_every_page_has_a_search_box_that_works_without_script(buyer: Client, kitchen: Shop) -> None:
    page = buyer.get("/de/de/").content.decode()

    assert '<form class="search" role="search" action="/de/de/search/">' in page
    assert "Kessel 10,00" not in text_of(buyer.get("/de/de/search/", {"q": "teapot kettle"}))
    assert "ab 10,00 €" in text_of(buyer.get("/de/de/search/", {"q": "kessel"}))


def test_what_was_found_can_be_filtered_and_sorted_like_a_category(buyer: Client, kitchen: Shop) -> None:
    assert "Goods for “kettle” 2 products" in words(buyer, q="kettle")
    assert "2 products" in words(buyer, q="kettle", colour="blue")
    assert "1 product " in words(buyer, q="kettle", colour="blue", stock="1")
    dear_first = words(buyer, q="kettle", sort="price-down")
    assert dear_first.index("Teapot beside") < dear_first.index("Kettle from")


def test_a_mistyped_word_finds_what_was_meant_and_says_so(buyer: Client, kitchen: Shop) -> None:
    found = words(buyer, q="ketle")

    assert "Goods for “kettle” 2 products" in found
    assert "Nothing has “ketle” in it: did you mean this?" in found


def test_words_that_nothing_has_together_find_what_has_some(buyer: Client, kitchen: Shop) -> None:
    found = words(buyer, q="kettle mug")

    assert "Nothing has all of these words. These have some of them." in found
    assert "3 products" in found


@pytest.mark.parametrize("typed", ["aeroplane", "飞机", "<9>\"'&", "%00", "\x00", "x" * 5000])
def test_nothing_found_leads_on(buyer: Client, kitchen: Shop, typed: str) -> None:
    found = words(buyer, q=typed)

    assert "Nothing found for" in found or "Type above what you are looking for" in found
    assert "All categories Kitchen" in found


def test_an_empty_search_says_what_can_be_searched(buyer: Client, kitchen: Shop) -> None:
    assert "Type above what you are looking for" in words(buyer)
    assert "Type above what you are looking for" in words(buyer, q="   ")


def test_a_category_of_that_name_is_shown_as_well(buyer: Client, kitchen: Shop) -> None:
    assert '<a href="/de/en/c/kitchen/">Kitchen</a>' in buyer.get(PAGE, {"q": "kitchen"}).content.decode()


def test_a_kept_search_costs_one_statement_and_a_new_one_at_most_ten(buyer: Client, kitchen: Shop) -> None:
    statements(buyer, "/de/en/")

    for address in (f"{PAGE}?q=kettle", f"{PAGE}?q=kettle&colour=blue&sort=price"):
        assert statements(buyer, address) <= 10
        assert statements(buyer, address) == 1


def test_what_goes_offline_is_gone_from_the_next_request(buyer: Client, kitchen: Shop) -> None:
    assert "2 products" in words(buyer, q="kettle")

    teapot = Product.objects.get(slug="teapot")
    Product.objects.filter(pk=teapot.pk).update(state=Product.State.OFFLINE)
    shelve(teapot)

    assert "1 product " in words(buyer, q="kettle")


def test_suggestions_are_titles_and_categories_with_their_addresses(buyer: Client, kitchen: Shop) -> None:
    response = buyer.get(f"{PAGE}suggestions", {"q": "ket"})

    assert response.json() == {
        "goods": [
            {"title": "Kettle", "url": "/de/en/product/kettle/"},
            {"title": "Teapot beside a kettle", "url": "/de/en/product/teapot/"},
        ],
        "categories": [],
    }
    assert buyer.get(f"{PAGE}suggestions", {"q": "kit"}).json()["categories"] == [
        {"title": "Kitchen", "url": "/de/en/c/kitchen/"}
    ]
    assert buyer.get(f"{PAGE}suggestions").json() == {"goods": [], "categories": []}
