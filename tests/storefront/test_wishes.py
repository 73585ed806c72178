"""The wish list in a browser: kept over languages and markets, never lost, and nobody's business but its own."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product
from tradewind.checkout.models import CartLine, Wish, WishList
from tradewind.checkout.wishes import MOST_WISHES
from tradewind.inventory.stocktaking import adjust

PAGE = "/de/en/wishes/"


def wish(buyer: Client, variant_id: int) -> None:
    answer = buyer.post(PAGE, {"variant": variant_id})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, PAGE)


def statements(buyer: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        buyer.get(PAGE)
    return len(asked)


def test_the_product_page_puts_the_chosen_variant_on_the_list_by_a_plain_form(buyer: Client, shop: Shop) -> None:
    product = buyer.get("/de/en/product/mug/?size=l").content.decode()
    (form,) = re.findall(rf'<form method="post" action="{PAGE}".*?</form>', product, flags=re.DOTALL)
    assert f'name="variant" value="{shop.large.pk}"' in form

    wish(buyer, shop.large.pk)
    words = text_of(buyer.get(PAGE))

    assert "Wish list Mug large In stock Add to cart: Mug large Remove: Mug large €10.00" in words
    assert (buyer.cookies["tw_wishes"]["httponly"], buyer.cookies["tw_wishes"]["samesite"]) == (True, "Lax")


def test_nothing_is_lost_when_language_or_market_change(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)

    assert "Becher small" in text_of(buyer.get("/de/de/wishes/"))
    assert "马克杯 small" in text_of(buyer.get("/de/zh/wishes/"))
    assert "$9.00" in text_of(buyer.get("/world/en/wishes/"))
    assert WishList.objects.count() == 1


def test_from_the_list_into_the_cart_and_it_stays_wished_for(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)
    page = buyer.get(PAGE).content.decode()
    (form,) = re.findall(r'<form method="post" action="/de/en/cart/lines/">(.*?)</form>', page, flags=re.DOTALL)

    buyer.post("/de/en/cart/lines/", dict(re.findall(r'name="(\w+)" value="(\d+)"', form)))

    assert list(CartLine.objects.values_list("variant_id", "quantity")) == [(shop.small.pk, 1)]
    assert Wish.objects.count() == 1


def test_what_is_sold_out_or_scarce_says_so(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)
    said = []
    for units in (2, 0):
        adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=units, reason="x", by="x", at=shop.at)
        page = buyer.get(PAGE)
        said.append(("Only 2 left" in text_of(page), "Sold out" in text_of(page), b"cart/lines/" in page.content))

    assert said == [(True, False, True), (False, True, False)]


def test_what_this_market_does_not_sell_stays_on_the_list(buyer: Client, shop: Shop) -> None:
    product = add_goods(shop, "shirt", clothes(shop), [Piece({"size": "s"})])
    wish(buyer, product.variants.get().pk)

    words = text_of(buyer.get("/world/en/wishes/"))

    assert "Shirt S Not sold in this market Remove: Shirt S" in words


def test_goods_that_are_gone_are_named_and_can_be_taken_off(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)
    Product.objects.update(state=Product.State.OFFLINE)

    page = buyer.get(PAGE)
    assert "Mug, small No longer sold Remove: Mug, small" in text_of(page)
    assert (b"/product/mug/" in page.content, b"cart/lines/" in page.content) == (False, False)
    answer = buyer.post(f"{PAGE}{shop.small.pk}/removal/")

    assert (answer.status_code, answer["Location"]) == (HTTPStatus.SEE_OTHER, PAGE)
    assert "There is nothing on your wish list." in text_of(buyer.get(PAGE))
    assert WishList.objects.count() == 0


def test_a_full_list_says_what_to_do_in_words(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)
    Wish.objects.bulk_create(
        Wish(wish_list=WishList.objects.get(), variant_id=900_000 + n) for n in range(MOST_WISHES - 1)
    )

    answer = buyer.post(PAGE, {"variant": shop.large.pk})

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "A wish list holds at most 100 things. It is as it was before: take something off to make room." in text_of(
        answer
    )
    assert 'href="/de/de/wishes/"' in answer.content.decode()
    assert Wish.objects.count() == MOST_WISHES


@pytest.mark.parametrize(
    "sent", [{}, {"variant": "abc"}, {"variant": "4711"}, {"variant": "9" * 19}, {"variant": "\x00"}]
)
def test_a_wish_that_cannot_be_is_refused(buyer: Client, sent: dict[str, str]) -> None:
    answer = buyer.post(PAGE, sent)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "We could not read this" in text_of(answer)
    assert WishList.objects.count() == 0


def test_a_form_from_another_site_is_refused(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)
    foreign = {"Sec-Fetch-Site": "cross-site"}

    answers = [
        buyer.post(PAGE, {"variant": shop.large.pk}, headers=foreign),
        buyer.post(PAGE, {"variant": shop.large.pk}, headers={"Origin": "https://elsewhere.example"}),
        buyer.post(f"{PAGE}{shop.small.pk}/removal/", headers=foreign),
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 3
    assert list(Wish.objects.values_list("variant_id", flat=True)) == [shop.small.pk]


@pytest.mark.parametrize("key", ["", "x" * 400, "\x01", "%D0%BA", "'; drop table"])
def test_a_forged_key_opens_nothing_and_gets_a_fresh_list(buyer: Client, shop: Shop, key: str) -> None:
    buyer.cookies["tw_wishes"] = key

    assert "There is nothing on your wish list." in text_of(buyer.get(PAGE))
    assert buyer.post(f"{PAGE}{shop.small.pk}/removal/").status_code == HTTPStatus.SEE_OTHER
    wish(buyer, shop.small.pk)

    assert WishList.objects.get().key == buyer.cookies["tw_wishes"].value != key


def test_a_number_that_no_variant_has_is_taken_off_in_peace(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)

    assert buyer.post(f"{PAGE}{'9' * 30}/removal/").status_code == HTTPStatus.SEE_OTHER
    assert buyer.get(f"{PAGE}{shop.small.pk}/removal/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Wish.objects.count() == 1


def test_thirty_wishes_take_as_many_statements_as_one(buyer: Client, shop: Shop) -> None:
    product = add_goods(shop, "shirt", clothes(shop), [Piece({"size": "s"}) for _ in range(30)])
    wish(buyer, shop.small.pk)
    statements(buyer)
    with_one = statements(buyer)
    for variant in product.variants.all():
        wish(buyer, variant.pk)

    assert buyer.get(PAGE).content.decode().count('<li class="line">') == 31
    assert statements(buyer) == with_one


def test_looking_writes_once_a_day_at_most(buyer: Client, shop: Shop) -> None:
    wish(buyer, shop.small.pk)

    with time_machine.travel(shop.at + timedelta(days=40), tick=False):
        buyer.get(PAGE)
        assert WishList.objects.get().touched_at == shop.at + timedelta(days=40)
    with time_machine.travel(shop.at + timedelta(days=40, hours=23), tick=False):
        buyer.get(PAGE)

    assert WishList.objects.get().touched_at == shop.at + timedelta(days=40)


def test_search_engines_are_kept_out(buyer: Client, shop: Shop) -> None:
    page = buyer.get(PAGE).content.decode()

    assert (page.count('<meta name="robots" content="noindex">'), page.count('rel="canonical"')) == (1, 0)
