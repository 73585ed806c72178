import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.catalog.models import Category, Price, PriceChange, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.core.models.staff import Role
from tradewind.inventory.models import StockLevel, StockMovement
from tradewind.lib.money import Money


def complaint(page: str) -> str:
    found = re.search(r'class="complaint".*?</svg>(.*?)</p>', page, re.DOTALL)
    return found[1] if found else ""


def change_price(client: Client, shop: Shop, **fields: object) -> tuple[int, str]:
    sent = {"variant": shop.small.pk, "market": shop.de.pk, "amount": "12.50", "reason": "autumn", **fields}
    response = client.post(f"/console/products/{shop.product.pk}/prices", sent)
    return response.status_code, complaint(response.content.decode()) or response.get("Location", "")


def correct(client: Client, shop: Shop, **fields: object) -> tuple[int, str]:
    sent = {"variant": shop.small.pk, "warehouse": shop.shenzhen.pk, "counted": "7", "reason": "counted", **fields}
    response = client.post(f"/console/products/{shop.product.pk}/stock", sent)
    return response.status_code, complaint(response.content.decode()) or response.get("Location", "")


def test_the_list_shows_state_and_what_can_be_sold(console: Client, shop: Shop) -> None:
    page = console.get("/console/products").content.decode()

    row = " ".join(re.sub(r"<[^>]+>", " ", page.split("<tbody>")[1].split("</tbody>")[0]).split())
    assert row == "Mug Kitchen Live Variants 2 For sale 20"


def test_products_are_found_by_name_in_any_language_and_by_number(console: Client, shop: Shop) -> None:
    found = [
        "data-row" in console.get("/console/products", {"q": text}).content.decode()
        for text in ("becher", "马克", "mug-s", "lamp")
    ]

    assert found == [True, True, True, False]


def test_thirty_products_take_no_more_statements_than_one(
    console: Client, shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    console.get("/console/products")
    # session, staff, products, variants, pictures
    with django_assert_num_queries(5):
        console.get("/console/products")
    category = Category.objects.get()
    for number in range(29):
        product = Product.objects.create(
            slug=f"p{number}", category=category, content={"title": {"en": "P"}}, created_at=shop.at
        )
        Variant.objects.create(product=product, sku=f"P-{number}", weight_g=1)
    with django_assert_num_queries(5):
        page = console.get("/console/products").content.decode()

    assert page.count("data-row") == 30


def test_pages_of_products_follow_one_another(console: Client, shop: Shop) -> None:
    category = Category.objects.get()
    for number in range(55):
        Product.objects.create(
            slug=f"p{number}", category=category, content={}, created_at=shop.at, position=number // 9
        )

    first = console.get("/console/products").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = console.get("/console/products" + older[1].replace("&amp;", "&")).content.decode()

    seen = re.findall(r"data-row>([\w ]+)<", first + second)
    assert (len(seen), len(set(seen))) == (56, 56)


@pytest.mark.parametrize("query", ["?state=lost", "?after=x~y", "?after=~", "?q=%00", "?after=-1~5"])
def test_an_address_that_makes_no_sense_is_answered(query: str, console: Client, shop: Shop) -> None:
    response = console.get(f"/console/products{query}")

    assert (response.status_code, "left out" in response.content.decode()) == (200, "state" in query)


def test_a_price_is_changed_and_the_ledger_tells_by_whom(console: Client, shop: Shop) -> None:
    answer = change_price(console, shop)

    assert answer == (302, f"/console/products/{shop.product.pk}?done=price#variant-{shop.small.pk}")
    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1250
    page = console.get(f"/console/products/{shop.product.pk}").content.decode()
    newest = " ".join(re.sub(r"<[^>]+>", " ", page.split('class="timeline"')[1].split("</li>")[0]).split())
    assert newest.startswith("> €10.00 €12.50 de · MUG-S")
    assert newest.endswith("· Ms Owner · autumn")


def test_the_same_price_again_changes_nothing(console: Client, shop: Shop) -> None:
    before = PriceChange.objects.count()

    assert "done=price-same" in change_price(console, shop, amount="10.00")[1]
    assert PriceChange.objects.count() == before


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": ""}, "Please write the amount like 1280.50."),
        ({"amount": "free"}, "Please write the amount like 1280.50."),
        ({"amount": "0.00"}, "The amount is above zero."),
        ({"amount": "10.001"}, "EUR has 2 digits after the point."),
        ({"amount": "9" * 30}, "The amount is too large to be true."),
        ({"reason": "x" * 201}, "At most 200 characters, please."),
    ],
)
def test_a_price_that_cannot_be_is_refused_in_words(
    fields: dict[str, str], words: str, console: Client, shop: Shop
) -> None:
    assert change_price(console, shop, **fields) == (422, words)
    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1000


@pytest.mark.parametrize("fields", [{"variant": "x"}, {"variant": 10**30}, {"market": ""}, {"market": 10**12}])
def test_a_price_for_what_does_not_exist_is_not_found(fields: dict[str, object], console: Client, shop: Shop) -> None:
    assert change_price(console, shop, **fields)[0] == 404


def test_a_count_corrects_the_books_with_its_reason(console: Client, shop: Shop) -> None:
    answer = correct(console, shop)

    assert answer == (302, f"/console/products/{shop.product.pk}?done=stock#variant-{shop.small.pk}")
    assert StockLevel.objects.get(variant_id=shop.small.pk).on_hand == 7
    movement = StockMovement.objects.latest("id")
    assert (movement.quantity, movement.reason) == (-3, "counted")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"counted": ""}, "Please write a whole number, like 12."),
        ({"counted": "many"}, "Please write a whole number, like 12."),
        ({"counted": "-1"}, "Please write a whole number, like 12."),
        ({"counted": "7.5"}, "Please write a whole number, like 12."),
        ({"counted": "９" * 40}, "The number is too large to be true."),
        ({"reason": ""}, "Please fill this in."),
    ],
)
def test_a_count_that_cannot_be_is_refused_in_words(
    fields: dict[str, str], words: str, console: Client, shop: Shop
) -> None:
    assert correct(console, shop, **fields) == (422, words)
    assert StockLevel.objects.get(variant_id=shop.small.pk).on_hand == 10


def test_a_count_below_what_orders_hold_says_what_to_do(console: Client, shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 4)))

    status, words = correct(console, shop, counted="3")

    assert (status, words[:27]) == (422, "Orders hold 4 of these. If ")

    # Said once more with a tick, it is counted as it is.
    status, _ = correct(console, shop, counted="3", short="on")
    level = StockLevel.objects.get(variant_id=shop.small.pk)
    assert (status, level.on_hand, level.reserved, level.short) == (302, 3, 4, 1)


def test_forms_are_offered_only_to_those_who_may(shop: Shop) -> None:
    page = client_of(make_staff(Role.AGENT)).get(f"/console/products/{shop.product.pk}").content.decode()

    assert ("Ask this price" in page, "Counted on the shelf" in page) == (False, False)


def test_reasons_of_the_system_are_read_in_the_readers_language_and_peoples_own_as_written(
    console: Client, shop: Shop
) -> None:
    for amount, reason in ((1300, "workbook"), (1400, "autumn_sale")):
        price = Money(amount, "EUR")
        set_price(variant=shop.small, market_id=shop.de.pk, price=price, by="staff:1", at=shop.at, reason=reason)
    chinese = make_staff(Role.MANAGER, language="zh-hans")

    pages = [
        each.get(f"/console/products/{shop.product.pk}").content.decode() for each in (console, client_of(chinese))
    ]

    assert ["From a workbook" in page for page in pages] == [True, False]
    assert ["来自工作簿" in page for page in pages] == [False, True]
    assert ["autumn_sale" in page for page in pages] == [True, True]
