"""Addresses of products that have gone, and of those that have moved."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.editing import create_product
from tradewind.catalog.leading_on import LeadsInCircles, SlugTaken, change_slug, name_successor
from tradewind.catalog.listing import relist
from tradewind.catalog.models import Category, Departure, Price, Product
from tradewind.catalog.publishing import WrongState, bring_back, take_offline
from tradewind.storefront.sitemap import PRODUCTS_A_FILE

MUG = "/de/en/product/mug/"


def goods(shop: Shop, slug: str) -> Product:
    return add_goods(shop, slug, Category.objects.get(), [Piece({})])


def leave(shop: Shop, product: Product, successor: Product | None = None, *, is_for_good: bool = False) -> None:
    if product.state == Product.State.LIVE:
        take_offline(product=product, by="system", at=shop.at)
    name_successor(product=product, successor=successor, is_for_good=is_for_good, by="system", at=shop.at)


def test_an_old_address_leads_to_the_successor_in_the_same_market_and_language(buyer: Client, shop: Shop) -> None:
    cup = goods(shop, "cup")
    leave(shop, shop.product, cup)

    answer = buyer.get(MUG + "?utm_source=mail")

    assert (answer.status_code, answer["Location"]) == (301, "/de/en/product/cup/?utm_source=mail")
    assert answer["Cache-Control"] == "private, no-cache"
    assert buyer.get("/de/zh/product/mug/")["Location"] == "/de/zh/product/cup/"


def test_a_chain_is_followed_in_one_step(buyer: Client, shop: Shop) -> None:
    cup, bowl = goods(shop, "cup"), goods(shop, "bowl")
    leave(shop, shop.product, cup)
    leave(shop, cup, bowl)

    assert buyer.get(MUG)["Location"] == "/de/en/product/bowl/"


def test_a_successor_that_the_market_does_not_list_is_not_led_to(buyer: Client, shop: Shop) -> None:
    cup = goods(shop, "cup")
    leave(shop, shop.product, cup)
    Price.objects.filter(variant__product=cup, market_id=shop.de.pk).delete()
    relist(cup.pk)

    assert buyer.get(MUG).status_code == HTTPStatus.NOT_FOUND


def test_a_successor_that_leads_back_is_refused(shop: Shop) -> None:
    cup, bowl = goods(shop, "cup"), goods(shop, "bowl")
    leave(shop, shop.product, cup)
    leave(shop, cup, bowl)

    with pytest.raises(LeadsInCircles):
        leave(shop, bowl, shop.product)
    with pytest.raises(LeadsInCircles):
        leave(shop, bowl, bowl)


def test_a_circle_that_is_there_all_the_same_ends(buyer: Client, shop: Shop) -> None:
    cup = goods(shop, "cup")
    leave(shop, shop.product, cup)
    leave(shop, cup)
    Departure.objects.filter(product=cup).update(successor=shop.product)

    assert buyer.get(MUG).status_code == HTTPStatus.NOT_FOUND


def test_only_what_is_offline_has_a_successor(shop: Shop) -> None:
    with pytest.raises(WrongState):
        name_successor(product=shop.product, successor=None, is_for_good=True, by="system", at=shop.at)


@pytest.mark.parametrize(("is_for_good", "status"), [(False, 404), (True, 410)])
def test_without_one_the_page_shows_the_shelf_and_what_resembles_it(
    buyer: Client, shop: Shop, is_for_good: bool, status: int
) -> None:
    goods(shop, "cup")
    leave(shop, shop.product, is_for_good=is_for_good)

    answer = buyer.get(MUG)
    page = answer.content.decode()

    assert answer.status_code == status
    assert ("No longer sold" in page) is is_for_good
    shelf = f'/de/en/c/{Category.objects.get().slug}/"'
    assert [f'href="{shelf}' in page, 'href="/de/en/product/cup/"' in page, "You may also like" in page] == [True] * 3
    assert ('content="noindex"' in page, "hreflang" in page.split("</head>")[0], "canonical" in page) == (
        True,
        False,
        False,
    )


def test_what_is_back_answers_itself_and_forgets_its_successor(buyer: Client, shop: Shop) -> None:
    leave(shop, shop.product, goods(shop, "cup"))
    bring_back(product=shop.product, by="system", at=shop.at)

    assert buyer.get(MUG).status_code == HTTPStatus.OK
    assert not Departure.objects.exists()


def test_a_new_address_keeps_the_old_ones_alive(buyer: Client, shop: Shop) -> None:
    buyer.get(MUG)
    change_slug(product=shop.product, slug="big-mug", by="system", at=shop.at)
    change_slug(product=shop.product, slug="great-mug", by="system", at=shop.at)

    ways = [buyer.get(f"/de/en/product/{slug}/?size=l") for slug in ("mug", "big-mug")]
    assert [(way.status_code, way["Location"]) for way in ways] == [(301, "/de/en/product/great-mug/?size=l")] * 2
    page = buyer.get("/de/en/product/great-mug/").content.decode()
    assert ("/product/mug/" in page, "/de/de/product/great-mug/" in page) == (False, True)
    number = (shop.product.pk - 1) // PRODUCTS_A_FILE  # on PostgreSQL, tests that ran before have used up numbers
    site = buyer.get(f"/sitemap/de-en/{number}.xml").content.decode()
    assert ("/product/mug/" in site, "/product/great-mug/" in site) == (False, True)
    assert "/de/en/product/great-mug/" in buyer.get("/de/en/").content.decode()
    assert "/de/en/product/great-mug/" in buyer.get("/de/en/search/?q=great-mug").content.decode()


def test_an_address_that_was_anothers_is_not_given_away(shop: Shop) -> None:
    cup = goods(shop, "cup")
    change_slug(product=cup, slug="beaker", by="system", at=shop.at)

    with pytest.raises(SlugTaken):
        change_slug(product=shop.product, slug="cup", by="system", at=shop.at)
    with pytest.raises(SlugTaken):
        create_product(slug="cup", category=Category.objects.get(), content={}, by="system", at=shop.at)
    change_slug(product=cup, slug="cup", by="system", at=shop.at)
    assert list(cup.old_slugs.values_list("slug", flat=True)) == ["beaker"]


def test_nobody_learns_of_a_draft(buyer: Client, shop: Shop) -> None:
    create_product(slug="secret", category=Category.objects.get(), content={}, by="system", at=shop.at)

    answer = buyer.get("/de/en/product/secret/")

    assert (answer.status_code, "This page does not exist" in text_of(answer)) == (404, True)
