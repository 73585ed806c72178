"""Buyers read approved copies only."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.shop import Shop
from tradewind.catalog.models import Listing, Media, Product, PublishedVersion
from tradewind.catalog.publishing import (
    NotPublishable,
    WrongState,
    bring_back,
    differences,
    gaps_of,
    publish,
    take_offline,
)
from tradewind.catalog.queries import page_key, product_view, variant_offers
from tradewind.checkout.carts import NoSuchVariant
from tradewind.core import search
from tradewind.core.facts import timeline
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
    del shop.product.content["description"]["zh"]
    shop.product.save(update_fields=["content"])
    Media.objects.all().delete()

    with pytest.raises(NotPublishable) as refusal:
        publish(product=shop.product, languages=["en", "de"], by="staff:1", at=shop.at)

    assert refusal.value.gaps == ["title.de", "description.zh", "media.front"]
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


def test_readers_of_a_language_that_it_is_not_written_in_get_english_and_are_told(shop: Shop) -> None:
    publish(product=shop.product, by="staff:1", at=shop.at)

    shown = {
        language: product_view(shop.product.pk, market_id=shop.de.pk, language=language).content
        for language in ("de", "zh", "fr", "ja")
    }
    assert {language: (text["title"], text["language"]) for language, text in shown.items()} == {
        "de": ("Becher", "de"),
        "zh": ("马克杯", "zh"),
        "fr": ("Mug", "en"),
        "ja": ("Mug", "en"),
    }


def test_without_english_readers_get_the_first_language_that_there_is(shop: Shop) -> None:
    texts = {name: {"zh": shop.product.content[name]["zh"]} for name in ("title", "subtitle", "points", "description")}
    shop.product.content |= texts
    shop.product.save(update_fields=["content"])

    publish(product=shop.product, by="staff:1", at=shop.at)

    content = product_view(shop.product.pk, market_id=shop.de.pk, language="de").content
    assert (content["title"], content["language"], content["description"]) == ("马克杯", "zh", ["马克杯"])


def test_a_product_that_is_written_in_no_language_lacks_its_english_texts(shop: Shop) -> None:
    shop.product.content = {}

    assert gaps_of(shop.product) == ["title.en", "description.en"]


def test_a_product_offline_is_sold_nowhere_and_comes_back_as_it_was_published(shop: Shop) -> None:
    before = page_key("mug", "de", "de")
    cart = shop.cart((shop.small, 1))
    shop.product.content["title"]["de"] = "Neuer Becher"
    shop.product.save(update_fields=["content"])

    take_offline(product=shop.product, by="staff:1", at=shop.at, reason="the mould is worn")

    assert (page_key("mug", "de", "de"), Listing.objects.count()) == (None, 0)
    assert search.find("becher", kinds=["goods.de"]) == []
    assert variant_offers([shop.small.pk], market_id=shop.de.pk, language="de") == {}
    with pytest.raises(NoSuchVariant):
        shop.cart((shop.small, 1))
    assert cart.lines.count() == 1
    bring_back(product=shop.product, by="staff:2", at=shop.at)
    after = page_key("mug", "de", "de")
    assert Listing.objects.count() == 2
    assert before is not None
    assert after is not None
    assert after.cache_key != before.cache_key
    assert product_view(shop.product.pk, market_id=shop.de.pk, language="de").content["title"] == "Becher"
    told = [(fact.name, fact.actor) for fact in timeline("product", shop.product.pk)][-2:]
    assert told == [("catalog.taken_offline", "staff:1"), ("catalog.returned", "staff:2")]


def test_only_what_is_live_goes_offline_and_only_what_is_offline_comes_back(shop: Shop) -> None:
    with pytest.raises(WrongState):
        bring_back(product=shop.product, by="staff:1", at=shop.at)
    take_offline(product=shop.product, by="staff:1", at=shop.at)
    with pytest.raises(WrongState):
        take_offline(product=shop.product, by="staff:2", at=shop.at)
    assert [fact.name for fact in timeline("product", shop.product.pk)].count("catalog.taken_offline") == 1


def test_what_publishing_would_change_is_named_by_language_and_part(shop: Shop) -> None:
    publish(product=shop.product, languages=["en", "de", "zh"], by="staff:1", at=shop.at)
    assert differences(shop.product) == {}
    shop.product.content["title"]["de"] = "Neuer Becher"
    shop.product.content["box"] = {"en": ["2 mugs"], "zh": ["1"]}

    assert differences(shop.product) == {"de": ["title", "box"], "en": ["box"], "zh": ["box"]}


def test_a_picture_that_was_added_later_is_shown_when_the_product_is_published(shop: Shop) -> None:
    Media.objects.create(
        product=shop.product, role="detail", position=1, alt={}, origin="own", is_live=False, renditions=[]
    )

    assert len(product_view(shop.product.pk, market_id=shop.de.pk, language="de").pictures) == 1
    publish(product=shop.product, by="staff:1", at=shop.at)
    assert len(product_view(shop.product.pk, market_id=shop.de.pk, language="de").pictures) == 2


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"state": "preparing"}, "media.preparing"),
        ({"state": "failed"}, "media.failed"),
        ({"origin": "supplier"}, "media.permission"),
    ],
)
def test_pictures_that_nobody_may_show_yet_keep_a_product_back(change: dict[str, str], gap: str, shop: Shop) -> None:
    Media.objects.update(**change)

    assert gaps_of(shop.product) == [gap]


def test_a_variant_that_is_no_longer_sold_is_not_offered_and_not_put_into_a_cart(shop: Shop) -> None:
    shop.small.is_offered = False
    shop.small.save()

    view = product_view(shop.product.pk, market_id=shop.de.pk, language="de")
    assert [variant.sku for variant in view.variants] == ["MUG-L"]
    with pytest.raises(NoSuchVariant):
        shop.cart((shop.small, 1))
