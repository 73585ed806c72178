"""Buyers read approved copies only."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.shop import Shop
from tradewind.catalog.models import Media, Product, PublishedVersion
from tradewind.catalog.publishing import NotPublishable, publish
from tradewind.catalog.queries import page_key, product_view, variant_offers
from tradewind.core import search
from tradewind.lib.money import Money


def test_a_text_that_somebody_is_working_on_is_not_shown(shop: Shop) -> None:
    shop.product.content["title"]["de"] = "Neuer Becher"
    shop.product.save(update_fields=["content"])

    assert product_view(shop.product.pk, market_id=shop.de.pk, language="de").content["title"] == "Becher"
    publish(product=shop.product, languages=["en", "de", "zh"], by="staff:1", at=shop.at)
    assert product_view(shop.product.pk, market_id=shop.de.pk, language="de").content["title"] == "Neuer Becher"


def test_old_versions_stay_with_who_approved_them(shop: Shop) -> None:
    publish(product=shop.product, languages=["en", "de"], by="staff:1", at=shop.at)

    kept = PublishedVersion.objects.filter(product=shop.product, language="de").order_by("version")
    assert list(kept.values_list("version", "is_current", "approved_by")) == [
        (1, False, "system"),
        (2, True, "staff:1"),
    ]
    # Chinese was not approved again: there is no page rather than an outdated one.
    assert page_key("mug", "de", "zh") is None


def test_what_is_missing_is_named_and_keeps_the_product_back(shop: Shop) -> None:
    shop.product.content["title"]["de"] = ""
    shop.product.save(update_fields=["content"])
    Media.objects.all().delete()

    with pytest.raises(NotPublishable) as refusal:
        publish(product=shop.product, languages=["en", "de"], by="staff:1", at=shop.at)

    assert refusal.value.gaps == ["title.de", "media.front"]
    assert page_key("mug", "de", "de") is not None


def test_media_without_an_origin_are_refused(shop: Shop) -> None:
    Media.objects.update(origin="")

    with pytest.raises(NotPublishable) as refusal:
        publish(product=shop.product, languages=["en"], by="staff:1", at=shop.at)
    assert refusal.value.gaps == ["media.origin"]


def test_there_is_no_page_for_drafts_unknown_markets_and_languages(shop: Shop) -> None:
    assert page_key("mug", "nowhere", "de") is None
    assert page_key("mug", "de", "fr") is None
    assert page_key("cup", "de", "de") is None
    Product.objects.update(state=Product.State.OFFLINE)
    assert page_key("mug", "de", "de") is None


def test_the_key_of_a_page_is_one_statement(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        key = page_key("mug", "de", "de")
    assert key is not None
    assert (key.product_id, key.text_version) == (shop.product.pk, 1)


def test_a_view_holds_prices_and_choices_of_its_market(shop: Shop) -> None:
    view = product_view(shop.product.pk, market_id=shop.world.pk, language="zh")

    assert (view.content["title"], view.category) == ("马克杯", "厨房")
    assert [(v.sku, v.price, v.available) for v in view.variants] == [
        ("MUG-S", Money(900, "USD"), 10),
        ("MUG-L", Money(900, "USD"), 10),
    ]
    assert view.content["facts"] == [["Material", "Stoneware"]]


def test_a_variant_without_a_price_in_a_market_is_shown_but_has_none(shop: Shop) -> None:
    shop.small.prices.filter(market_id=shop.world.pk).delete()

    offers = variant_offers([shop.small.pk], market_id=shop.world.pk, language="en")
    assert offers[shop.small.pk].price is None


def test_products_are_found_by_their_words_in_each_language(shop: Shop) -> None:
    for words in ("mug-s", "becher", "马克", "large"):
        assert search.find(words, kinds=["product"]) == [("product", shop.product.pk)]
