"""The comparison: goods side by side by what they state, whatever stands in the address."""

import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Category, Product
from tradewind.catalog.publishing import publish
from tradewind.catalog.shelving import shelve

PAGE = "/de/en/compare/"
NOTHING = "Nothing is compared yet."
TOO_MANY = "At most 4 things fit beside each other: these are the first of those that you chose."
GONE = "Something that you chose is not sold here, or no longer. It is left out."


@pytest.fixture
def wardrobe(shop: Shop) -> Shop:
    define_filters()
    below = clothes(shop)
    shirt = add_goods(shop, "shirt", below, [Piece({"size": "s"}), Piece({"size": "m"}, 3000)])
    polo = add_goods(shop, "polo", below, [Piece({"size": "m"}, 2000, stock=0)])
    state(shirt, shop, grams=1250.5, care={"en": "Wash", "de": "Waschen"})
    state(polo, shop, grams=180, care={"en": "Wash", "de": "Waschen"})
    return shop


def state(product: Product, shop: Shop, *, grams: float, care: dict[str, str]) -> None:
    product.content["facts"] = [
        {"key": "weight", "name": {"en": "Weight"}, "value": {"en": f"{grams} g"}, "number": grams},
        {"key": "care", "name": {"en": "Care"}, "value": care},
    ]
    product.save(update_fields=["content"])
    publish(product=product, languages=["en", "de", "zh"], by="system", at=shop.at)


def rows(buyer: Client, address: str) -> dict[str, tuple[bool, list[str]]]:
    """By name: is it marked as different, and what each column says."""
    page = buyer.get(address).content.decode()
    found = re.findall(r'<tr (class="differs")?>\s*<th scope="row">([^<]+).*?</th>(.*?)</tr>', page, flags=re.DOTALL)
    return {
        name.strip(): (
            bool(mark),
            [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", cells)],
        )
        for mark, name, cells in found
    }


def titles(buyer: Client, query: str) -> list[str]:
    page = buyer.get(PAGE + query).content.decode()
    return re.findall(r'<th scope="col">.*?<span>([^<]+)</span>\s*</a>', page, flags=re.DOTALL)


def test_goods_stand_side_by_side_and_what_differs_is_marked_in_words(buyer: Client, wardrobe: Shop) -> None:
    address = f"{PAGE}?p=polo&p=shirt"

    assert titles(buyer, "?p=polo&p=shirt") == ["Polo", "Shirt"]
    assert rows(buyer, address) == {
        "Price": (True, ["€20.00", "from €10.00"]),
        "Availability": (True, ["Sold out", "In stock"]),
        "Size": (True, ["M", "S, M"]),
        "Weight": (True, ["180\xa0g", "1250.5\xa0g"]),
        "Care": (False, ["Wash", "Wash"]),
    }
    assert buyer.get(address).content.decode().count("(differs)") == 4


def test_what_one_does_not_state_is_said_and_is_no_difference(buyer: Client, wardrobe: Shop) -> None:
    found = rows(buyer, f"{PAGE}?p=mug&p=polo")

    assert found["Care"] == (False, ["–not stated", "Wash"])


def test_words_and_numbers_are_those_of_the_language(buyer: Client, wardrobe: Shop) -> None:
    found = rows(buyer, "/de/de/compare/?p=shirt")

    assert (found["Weight"], found["Care"]) == ((False, ["1250,5\xa0g"]), (False, ["Waschen"]))


def test_one_is_taken_out_by_a_link_and_the_others_stay(buyer: Client, wardrobe: Shop) -> None:
    page = buyer.get(f"{PAGE}?p=polo&p=shirt&p=mug").content.decode()
    links = re.findall(r'class="take-out small" href="([^"]+)"', page)

    assert [link.replace("&amp;", "&") for link in links] == [
        f"{PAGE}?p=shirt&p=mug",
        f"{PAGE}?p=polo&p=mug",
        f"{PAGE}?p=polo&p=shirt",
    ]


def test_a_change_of_language_keeps_what_is_compared(buyer: Client, wardrobe: Shop) -> None:
    page = buyer.get(f"{PAGE}?p=polo&p=shirt").content.decode().replace("&amp;", "&")

    assert 'href="/de/zh/compare/?p=polo&p=shirt"' in page


def test_four_fit_and_a_fifth_is_left_out_with_words(buyer: Client, wardrobe: Shop) -> None:
    for name in ("cap", "sock", "belt"):
        add_goods(wardrobe, name, Category.objects.get(slug="clothes"), [Piece({})])
    four, five = "?p=polo&p=shirt&p=mug&p=cap", "?p=polo&p=shirt&p=mug&p=cap&p=sock"

    assert titles(buyer, five) == titles(buyer, four) == ["Polo", "Shirt", "Mug", "Cap"]
    assert [TOO_MANY in text_of(buyer.get(PAGE + query)) for query in (four, five)] == [False, True]


def test_goods_that_are_gone_or_not_sold_here_are_left_out_with_words(buyer: Client, wardrobe: Shop) -> None:
    assert GONE in text_of(buyer.get("/world/en/compare/?p=mug&p=polo"))
    assert titles(buyer, "?p=polo&p=shirt") == ["Polo", "Shirt"]
    shirt = Product.objects.get(slug="shirt")
    shirt.state = Product.State.OFFLINE
    shirt.save(update_fields=["state"])
    shelve(shirt)

    assert titles(buyer, "?p=polo&p=shirt") == ["Polo"]
    assert GONE in text_of(buyer.get(f"{PAGE}?p=polo&p=shirt"))


@pytest.mark.parametrize(
    "query",
    [
        "?p=",
        "?p=%00",
        "?p=1%27--",
        "?p=" + "x" * 300,
        "?p=%F0%9F%98%80&p=%FF",
        "?" + "&".join(f"p=n{n}" for n in range(90)),
    ],
)
def test_addresses_that_nobody_made_say_so_in_words(buyer: Client, shop: Shop, query: str) -> None:
    answer = buyer.get(PAGE + query)

    assert answer.status_code == HTTPStatus.OK
    assert (GONE in text_of(answer), NOTHING in text_of(answer)) == (True, True)


def test_without_anything_it_says_where_to_begin(buyer: Client, shop: Shop) -> None:
    words = text_of(buyer.get(PAGE))

    assert (NOTHING in words, GONE in words, "Kitchen" in words) == (True, False, True)


def test_the_same_thing_twice_is_one_column(buyer: Client, wardrobe: Shop) -> None:
    assert titles(buyer, "?p=polo&p=polo&p=shirt") == ["Polo", "Shirt"]


def test_one_alone_is_offered_others_from_its_shelf_first_by_a_plain_form(buyer: Client, wardrobe: Shop) -> None:
    add_goods(wardrobe, "umbrella", Category.objects.get(slug="wear"), [Piece({})])
    Product.objects.filter(slug="umbrella").update(position=0)
    shelve(Product.objects.get(slug="umbrella"))
    page = buyer.get(f"{PAGE}?p=polo").content.decode()

    assert re.findall(r'<input type="hidden" name="p" value="(\w+)">', page) == ["polo"]
    assert re.findall(r'<input type="checkbox" name="p" value="(\w+)" form="compare">', page) == ["shirt", "umbrella"]
    assert f'id="compare" action="{PAGE}"' in page


@pytest.mark.parametrize("address", ["/de/en/c/wear/", "/de/en/search/?q=shirt"])
def test_lists_have_a_box_at_each_thing_and_one_form(buyer: Client, wardrobe: Shop, address: str) -> None:
    page = buyer.get(address).content.decode()

    assert page.count('name="p"') == page.count('class="card"') > 0
    assert page.count(f'id="compare" action="{PAGE}"') == 1


def test_the_product_page_leads_to_the_comparison_with_itself(buyer: Client, shop: Shop) -> None:
    assert f'href="{PAGE}?p=mug" rel="nofollow"' in buyer.get("/de/en/product/mug/").content.decode()


def test_four_take_as_many_statements_as_one_however_full_their_shelf(buyer: Client, wardrobe: Shop) -> None:
    def statements(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            buyer.get(PAGE + query)
        return len(asked)

    statements("?p=polo")
    with_one = statements("?p=polo")
    for number in range(30):
        add_goods(wardrobe, f"sock-{number}", Category.objects.get(slug="clothes"), [Piece({"size": "s"})])
    statements("?p=polo")

    assert statements("?p=polo") == statements("?p=polo&p=sock-1&p=sock-2") == with_one
    assert statements("?p=polo&p=sock-1&p=sock-2&p=sock-3") < with_one  # nothing more is proposed


def test_search_engines_are_kept_out(buyer: Client, shop: Shop) -> None:
    page = buyer.get(f"{PAGE}?p=mug").content.decode()

    assert (page.count('<meta name="robots" content="noindex">'), page.count('rel="canonical"')) == (1, 0)
