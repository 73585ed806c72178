"""What search engines and networks read: whole addresses, the same page elsewhere, facts, sitemaps, new goods."""

import json
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client, override_settings

from tests.shop import Shop
from tradewind.catalog.models import Price, Product, PublishedVersion
from tradewind.storefront import sitemap
from tradewind.storefront.being_found import as_json_ld

SITE = "http://127.0.0.1:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def head_of(client: Client, address: str) -> str:
    return client.get(address).content.decode().partition("</head>")[0]


def alternates(head: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', head))


def facts_of(client: Client, address: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode())
    assert found is not None
    graph: list[dict[str, Any]] = json.loads(found[1])["@graph"]
    return graph


def places_in(content: bytes) -> list[str]:
    return [str(each.text) for each in ET.fromstring(content).iterfind(".//s:loc", NAMES)]  # noqa: S314  # our own


@pytest.mark.parametrize(
    "address", ["/de/de/", "/de/de/product/mug/", "/de/de/product/mug/?size=large", "/de/de/cart/"]
)
def test_a_page_names_its_one_address(buyer: Client, address: str) -> None:
    head = head_of(buyer, address)

    assert f'<link rel="canonical" href="{SITE}{address.partition("?")[0]}">' in head
    assert f'<meta property="og:url" content="{SITE}{address.partition("?")[0]}">' in head
    description = re.search(r'<meta name="description" content="([^"]*)">', head)
    assert description is not None


def test_a_page_says_where_it_stands_in_other_languages_and_countries(buyer: Client) -> None:
    assert alternates(head_of(buyer, "/de/de/")) == {
        "de-DE": f"{SITE}/de/de/",
        "en-DE": f"{SITE}/de/en/",
        "zh-Hans-DE": f"{SITE}/de/zh/",
        "en": f"{SITE}/world/en/",
        "de": f"{SITE}/world/de/",
        "zh-Hans": f"{SITE}/world/zh/",
        "x-default": f"{SITE}/world/en/",
    }


def test_all_versions_of_a_page_name_the_same_versions(buyer: Client) -> None:
    assert alternates(head_of(buyer, "/de/zh/product/mug/")) == alternates(head_of(buyer, "/world/en/product/mug/"))


def test_a_product_stands_only_where_it_is_sold_from_the_next_request_on(buyer: Client, shop: Shop) -> None:
    assert "en" in alternates(head_of(buyer, "/de/de/product/mug/"))

    Price.objects.filter(market_id=shop.world.pk).delete()
    Product.objects.update(price_version=99)

    found = alternates(head_of(buyer, "/de/de/product/mug/"))
    assert sorted(found) == ["de-DE", "en-DE", "x-default", "zh-Hans-DE"]
    assert found["x-default"] == f"{SITE}/de/de/product/mug/"


def test_what_belongs_to_one_buyer_is_told_to_nobody(buyer: Client, shop: Shop) -> None:
    from tradewind.core.links import make_link

    placed = shop.place(shop.cart((shop.small, 1)))
    token = make_link("order.view", subject=("order", placed.order.pk), at=shop.at)

    head = head_of(buyer, f"/de/de/order/{token}/")

    assert "canonical" not in head
    assert "og:" not in head
    assert '<meta name="robots" content="noindex, nofollow">' in head


def test_each_variant_is_an_offer_with_price_stock_delivery_and_returns(buyer: Client, shop: Shop) -> None:
    product, way = facts_of(buyer, "/de/de/product/mug/")

    small = product["hasVariant"][0]
    offer = small["offers"]
    assert (product["@type"], product["name"], way["@type"]) == ("ProductGroup", "Becher", "BreadcrumbList")
    assert len(product["hasVariant"]) == 2
    assert (offer["price"], offer["priceCurrency"]) == ("10.00", "EUR")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["url"].startswith(f"{SITE}/de/de/product/mug/?")
    assert {each["shippingDestination"]["addressCountry"] for each in offer["shippingDetails"]} == {"DE"}
    assert offer["hasMerchantReturnPolicy"]["merchantReturnDays"] == 14
    assert [step["position"] for step in way["itemListElement"]] == [1, 2]


def test_a_variant_that_is_sold_out_says_so_at_once(buyer: Client, shop: Shop) -> None:
    from tradewind.inventory.stocktaking import adjust

    buyer.get("/de/de/product/mug/")
    for warehouse in (shop.shenzhen, shop.frankfurt):
        adjust(variant_id=shop.small.pk, warehouse=warehouse, counted=0, by="staff:1", at=shop.at, reason="count")

    product = facts_of(buyer, "/de/de/product/mug/")[0]
    assert product["hasVariant"][0]["offers"]["availability"] == "https://schema.org/OutOfStock"


def test_the_home_page_says_who_sells(buyer: Client) -> None:
    seller, site = facts_of(buyer, "/de/de/")

    assert (seller["@type"], site["@type"]) == ("OnlineStore", "WebSite")
    assert site["inLanguage"] == "de"


def test_no_text_can_end_the_element_that_holds_the_facts() -> None:
    text = as_json_ld({"name": "</script><script>alert(1)</script> & <!--", "empty": "", "none": None, "list": []})

    assert not set("<>&") & set(text)
    assert json.loads(text) == {
        "@context": "https://schema.org",
        "name": "</script><script>alert(1)</script> & <!--",
    }


def test_the_sitemap_leads_to_every_product_in_every_market_and_language(buyer: Client, shop: Shop) -> None:
    index = places_in(buyer.get("/sitemap.xml").content)
    found = [place for file in index for place in places_in(buyer.get(file.removeprefix(SITE)).content)]

    # Numbers are never given twice, so a young shop may begin in a later file.
    assert len(index) == 6 * (1 + -(-shop.product.pk // sitemap.PRODUCTS_A_FILE))
    assert [place for place in found if place.endswith("/product/mug/")] == [
        f"{SITE}/{place}/product/mug/" for place in ("de/de", "de/en", "de/zh", "world/en", "world/de", "world/zh")
    ]
    assert f"{SITE}/de/de/pages/delivery/" in found
    assert f"{SITE}/world/zh/c/kitchen/" in found
    assert all(buyer.get(place.removeprefix(SITE)).status_code == HTTPStatus.OK for place in found)


def test_a_sitemap_leaves_out_what_is_offline_or_not_sold_there(buyer: Client, shop: Shop) -> None:
    Price.objects.filter(market_id=shop.world.pk).delete()
    assert places_in(buyer.get("/sitemap/world-en/0.xml").content) == []

    Product.objects.update(state=Product.State.OFFLINE)
    assert places_in(buyer.get("/sitemap/de-de/0.xml").content) == []


def test_a_file_of_the_sitemap_holds_one_range_of_numbers(
    buyer: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PRODUCTS_A_FILE", 1)
    number = shop.product.pk - 1

    assert places_in(buyer.get(f"/sitemap/de-de/{number}.xml").content) == [f"{SITE}/de/de/product/mug/"]
    assert buyer.get(f"/sitemap/de-de/{number + 1}.xml").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("address", ["/sitemap/mars-de/0.xml", "/sitemap/de-xx/pages.xml", "/sitemap/de-de/999.xml"])
def test_a_sitemap_of_nothing_is_not_there(buyer: Client, address: str) -> None:
    assert buyer.get(address).status_code == HTTPStatus.NOT_FOUND


def test_robots_find_the_sitemap_and_are_kept_from_what_belongs_to_one_buyer(buyer: Client) -> None:
    lines = buyer.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /console/",
        "Disallow: /*/order/",
        "Disallow: /*/quotation/",
        "Disallow: /payment/",
        "",
        f"Sitemap: {SITE}/sitemap.xml",
    ]


@override_settings(IS_DEMO=True)
def test_a_demo_turns_search_engines_away(buyer: Client) -> None:
    assert buyer.get("/robots.txt").content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


def test_new_goods_are_a_feed_in_the_language_of_the_place(buyer: Client, shop: Shop, now: datetime) -> None:
    Product.objects.update(created_at=now - timedelta(days=1))

    response = buyer.get("/de/de/new.rss")

    item = ET.fromstring(response.content).find(".//item")  # noqa: S314  # our own
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert item is not None
    assert (item.findtext("title"), item.findtext("link")) == ("Becher", f"{SITE}/de/de/product/mug/")
    assert 'href="/de/de/new.rss"' in head_of(buyer, "/de/de/")


@pytest.mark.parametrize(("language", "is_marked"), [("zh", True), ("de", False)])
def test_texts_in_another_language_than_the_page_say_so(shop: Shop, language: str, is_marked: bool) -> None:
    for version in PublishedVersion.objects.filter(language=language):
        version.content["language"] = "en" if is_marked else language
        version.save()

    page = Client().get(f"/de/{language}/product/mug/").content.decode()

    assert ('<h1 lang="en">' in page) is is_marked
    assert ('<p lang="en">' in page) is is_marked
