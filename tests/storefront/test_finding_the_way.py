"""First pages, guesses that only suggest, and words for what is not there."""

from datetime import datetime
from http import HTTPStatus
from typing import NoReturn

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.categories import save_category
from tradewind.catalog.listing import relist, relist_many
from tradewind.catalog.models import Price, Product
from tradewind.catalog.pricing import set_price
from tradewind.lib.money import Money
from tradewind.markets.models import MarketCountry
from tradewind.markets.opening import open_preset, presets
from tradewind.storefront import problems
from tradewind.storefront.place import country_of, find_place


@pytest.mark.parametrize(
    ("browser", "suggested"),
    [
        ("de-DE,de;q=0.9", "/de/de/"),
        ("zh-CN,zh;q=0.9", "/world/zh/"),
        ("en-DE", "/de/en/"),
        ("de-AT", "/world/de/"),
        ("tlh, x-pirate;q=0.1", "/world/en/"),
        ("", "/world/en/"),
        ("de-DE;q=\x01,,;;" * 60, "/world/en/"),
    ],
)
def test_a_stranger_is_offered_the_likely_place_and_all_others(shop: Shop, browser: str, suggested: str) -> None:
    response = Client(headers={"Accept-Language": browser}).get("/")

    page = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert f'suggested" href="{suggested}"' in page
    assert [page.count(f'href="/{place}/"') >= 1 for place in ("de/de", "de/en", "de/zh", "world/en")] == [True] * 4


@pytest.mark.parametrize(
    ("browser", "suggested"),
    [
        ("zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7", "/world/zh/"),
        ("zh-HK,zh;q=0.9,en-US;q=0.8", "/world/zh/"),
        ("es-ES,es;q=0.9,en-US;q=0.8", "/world/es/"),
        ("es,es-MX;q=0.9,en-US;q=0.8", "/world/es/"),
        ("es-US,es;q=0.9,en;q=0.8", "/us/es/"),
        ("ja,en-US;q=0.9,en;q=0.8", "/jp/ja/"),
        ("de,en-US;q=0.7", "/de/de/"),
        ("de-AT,de;q=0.9,en-US;q=0.7", "/world/de/"),
        ("fr", "/fr/fr/"),
        ("pt,en-US;q=0.5", "/br/pt/"),
        ("pt-PT,pt;q=0.9,en-US;q=0.5", "/world/pt/"),
        ("en-US,en;q=0.9", "/us/en/"),
        ("en-GB,en-US;q=0.9", "/uk/en/"),
        ("en,de-DE;q=0.9", "/world/en/"),
        ("zh", "/world/zh/"),
        ("nl-NL,nl;q=0.9,en-US;q=0.8", "/world/en/"),
        ("it-DE", "/de/de/"),
        ("de-US", "/us/en/"),
    ],
)
def test_the_country_beside_the_readers_own_language_decides_not_one_that_browsers_add(
    db: None, now: datetime, browser: str, suggested: str
) -> None:
    for code in presets():
        open_preset(code=code, at=now, by="system")

    page = Client(headers={"Accept-Language": browser}).get("/").content.decode()

    assert f'suggested" href="{suggested}"' in page


def test_who_was_here_before_is_led_back_unless_they_want_to_choose(buyer: Client) -> None:
    buyer.get("/world/zh/")

    assert buyer.get("/")["Location"] == "/world/zh/"
    assert buyer.get("/?choose").status_code == HTTPStatus.OK


@pytest.mark.parametrize("remembered", ["mars.de", "de.fr", "//evil.example", "de"])
def test_a_forged_memory_leads_nowhere(buyer: Client, remembered: str) -> None:
    buyer.cookies["tw_place"] = remembered

    assert buyer.get("/").status_code == HTTPStatus.OK


def test_a_market_alone_is_read_in_the_browsers_language(buyer: Client) -> None:
    english = Client(headers={"Accept-Language": "en"})

    assert (buyer.get("/de/")["Location"], english.get("/de/")["Location"]) == ("/de/de/", "/de/en/")
    assert buyer.get("/mars/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("place", "words"), [("de/de", "Becher 10,00 €"), ("world/zh", "马克杯 US$9.00")])
def test_the_shelves_show_what_is_sold_at_the_markets_price(buyer: Client, place: str, words: str) -> None:
    assert words in text_of(buyer.get(f"/{place}/"))


def test_what_a_market_has_no_price_for_is_kept_out_of_it(buyer: Client, shop: Shop) -> None:
    Price.objects.filter(market_id=shop.world.pk).delete()
    Product.objects.update(price_version=2)
    relist(shop.product.pk)

    assert "There is nothing on the shelves yet." in text_of(buyer.get("/world/en/"))
    assert "Not sold in this market" in text_of(buyer.get("/world/en/product/mug/"))
    page = buyer.get("/world/en/product/mug/").content.decode()
    assert '"/world/en/cart/lines/"' not in page
    # Nor is a day promised on which it would arrive.
    assert "promise-sentence" not in page
    assert "Arrives" not in page
    assert "promise-sentence" in buyer.get("/de/en/product/mug/").content.decode()


def test_a_shelf_with_nothing_for_a_market_is_led_to_from_nowhere(buyer: Client, shop: Shop) -> None:
    kitchen = shop.product.category
    below = save_category(slug="appliances", name={"en": "Appliances"}, parent=kitchen)
    kettle = add_goods(shop, "kettle", below, [Piece({})], {"en": "Kettle"})
    where = ("/{}/en/", "/{}/en/c/kitchen/", "/{}/en/search/?q=appliances", "/sitemap/{}-en/pages.xml", "/{}/en/none/")
    link = "/{}/en/c/appliances/"

    def leading(market: str) -> list[bool]:
        return [link.format(market) in buyer.get(each.format(market)).content.decode() for each in where]

    assert leading("de") == [False, True, True, True, False]
    assert leading("world") == [False] * 5
    assert '<meta name="robots" content="noindex, follow">' in buyer.get(link.format("world")).content.decode()
    assert "noindex" not in buyer.get(link.format("de")).content.decode()

    set_price(variant=kettle.variants.get(), market_id=shop.world.pk, price=Money(900, "USD"), by="system", at=shop.at)
    assert leading("world") == [False, True, True, True, False]

    Product.objects.filter(pk=shop.product.pk).update(category=below)
    relist(shop.product.pk)
    Product.objects.update(state=Product.State.OFFLINE)
    relist_many([shop.product.pk, kettle.pk])
    assert leading("de") == leading("world") == [False] * 5
    assert "/de/en/c/kitchen/" not in buyer.get("/de/en/").content.decode()


def test_a_page_that_is_kept_costs_no_more_for_leading_only_to_what_is_there(buyer: Client) -> None:
    buyer.get("/de/en/")

    with CaptureQueriesContext(connection) as captured:
        buyer.get("/de/en/")

    assert len(captured) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/de/en", "/de/en/"),
        ("/DE/en/", "/de/en/"),
        ("/De/EN?q=a%20b&to=DE", "/de/en/?q=a%20b&to=DE"),
        ("/de", "/de/"),
        ("/DE/", "/de/"),
        ("/de/en/product/mug", "/de/en/product/mug/"),
        ("/DE/en/product/mug/?size=l", "/de/en/product/mug/?size=l"),
        ("/DE/en/new.rss", "/de/en/new.rss"),
    ],
)
def test_an_address_in_capitals_or_without_its_last_stroke_leads_on(buyer: Client, written: str, meant: str) -> None:
    answer = buyer.get(written)

    assert (answer.status_code, answer["Location"]) == (HTTPStatus.MOVED_PERMANENTLY, meant)
    assert buyer.get(meant).status_code in {HTTPStatus.OK, HTTPStatus.FOUND}


@pytest.mark.parametrize(
    "address",
    [
        "/mars/en",
        "/de/fr",
        "/DE/fr/",
        "/mars",
        "/de/en/nothing",
        "/de/en/nothing/",
        "/DE/en/%3Fa",
    ],
)
def test_an_address_that_leads_nowhere_is_not_sent_on(buyer: Client, address: str) -> None:
    assert buyer.get(address).status_code == HTTPStatus.NOT_FOUND


def test_what_was_sent_to_a_miswritten_address_is_not_taken_for_a_visit(buyer: Client) -> None:
    assert buyer.post("/de/en").status_code == HTTPStatus.NOT_FOUND


def test_an_empty_shop_says_so(buyer: Client, shop: Shop) -> None:
    Product.objects.update(state=Product.State.OFFLINE)
    relist(shop.product.pk)

    assert "There is nothing on the shelves yet." in text_of(buyer.get("/de/en/"))


def test_the_delivery_page_names_ways_dates_payment_and_returns(buyer: Client) -> None:
    words = text_of(buyer.get("/de/en/pages/delivery/"))

    for expected in (
        "Leaves Frankfurt by Tue 24 Nov",
        "de-air · €6.90 6 to 12 working days from handing over to your door. Up to 20 kg.",
        "within 14 days of receiving them",
        "bank_transfer",
    ):
        assert expected in words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/de/de/nothing/", "Diese Seite gibt es nicht"),
        ("/de/zh/nothing/", "页面不存在"),
        ("/nothing/at/all/", "This page does not exist"),
    ],
)
def test_what_is_not_there_is_said_in_the_language_of_the_address(shop: Shop, address: str, words: str) -> None:
    response = Client().get(address)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert words in text_of(response)


def test_who_finds_nothing_can_search_or_go_to_a_category(buyer: Client) -> None:
    page = buyer.get("/de/de/product/gone/").content.decode()

    assert 'action="/de/de/search/"' in page
    assert '<a href="/de/de/c/kitchen/">Küche</a>' in page
    # Where there is no market, there are no goods to offer.
    for address in ("/nothing/at/all/", "/mars/de/nothing/"):
        assert "/c/kitchen/" not in buyer.get(address).content.decode()


def test_a_missing_page_is_told_when_the_database_is_missing_too(
    buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(problems, "find_place", fail)
    request = RequestFactory().get("/de/de/nothing/")

    answer = problems.not_found(request)

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "Diese Seite gibt es nicht" in text_of(answer)


def test_trouble_is_told_without_asking_the_database(now: datetime) -> None:
    request = RequestFactory().get("/de/de/cart/")

    answers = [problems.failed(request), problems.refused(request, PermissionDenied()), problems.bad_request(request)]

    assert [answer.status_code for answer in answers] == [500, 403, 400]
    assert "Bei uns ist etwas schiefgegangen" in text_of(answers[0])


@pytest.mark.parametrize(
    ("claimed", "expected"), [((), "US"), (("US",), "CA"), (("US", "CA", "SG"), "AD")], ids=["usual", "next", "any"]
)
def test_without_a_hint_goods_go_to_a_country_that_the_fallback_market_serves(
    shop: Shop, now: datetime, claimed: tuple[str, ...], expected: str
) -> None:
    MarketCountry.objects.bulk_create(MarketCountry(market=shop.de, country=country) for country in claimed)
    market = find_place("world", "en", on=now.date()).market

    assert country_of(RequestFactory().get("/world/en/"), market) == expected
