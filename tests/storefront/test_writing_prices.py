"""Prices as people write them where the market is: on pages, in mails, and typed into a filter."""

from datetime import datetime

import pytest
from django.test import Client

from tests.catalog.goods import Piece, add_goods
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.pricing import set_price
from tradewind.core.words import locale_of
from tradewind.lib.money import Money
from tradewind.markets.opening import open_preset
from tradewind.messaging.moments.order_parts import amount
from tradewind.orders.models import Order

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def abroad(shop: Shop, now: datetime) -> Shop:
    """The cup is sold in the United States, Japan, the United Kingdom and elsewhere, two dear things as well."""
    texts = {"en": "Cup", "es": "Taza", "ja": "カップ"}
    prices = {
        "us": Money(123_450, "USD"),
        "jp": Money(3000, "JPY"),
        "uk": Money(1350, "GBP"),
        "world": Money(1350, "USD"),
    }
    cup = add_goods(shop, "cup", shop.product.category, [Piece({})], texts)
    shop.world.languages = ["en", "de", "zh", "es"]
    shop.world.save()
    for code, price in prices.items():
        market = shop.world if code == "world" else open_preset(code=code, at=now, by="system")
        set_price(variant=cup.variants.get(), market_id=market.pk, price=price, by="system", at=now)
    return shop


@pytest.mark.parametrize(
    ("place", "words", "locale"),
    [
        ("us/es", "Taza $1,234.50", "es_US"),
        ("us/en", "Cup $1,234.50", "en_US"),
        ("uk/en", "Cup £13.50", "en_GB"),
        ("jp/ja", "カップ \N{FULLWIDTH YEN SIGN}3,000", "ja_JP"),
        ("world/es", "Taza 13,50 US$", "es_ES"),
        ("world/zh", "Cup US$13.50", "zh_CN"),
        ("de/en", "Cup €10.00", "en_DE"),
        ("de/de", "Cup 10,00 €", "de_DE"),
    ],
)
def test_a_page_writes_money_as_people_do_there(
    buyer: Client, abroad: Shop, place: str, words: str, locale: str
) -> None:
    response = buyer.get(f"/{place}/c/kitchen/")

    assert words in text_of(response).replace(NBSP, " ")
    assert f'<meta property="og:locale" content="{locale}">' in response.content.decode()
    assert words.partition(" ")[2] in text_of(buyer.get(f"/{place}/product/cup/")).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("market", "language", "words"),
    [("us", "es", "$13.50"), ("us", "en", "$13.50"), ("world", "es", f"13,50{NBSP}US$"), ("mars", "en", "$13.50")],
)
def test_a_letter_writes_money_as_the_page_did(abroad: Shop, market: str, language: str, words: str) -> None:
    assert amount(Order(market=market, language=language, currency="USD"), 1350) == words


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("es", "US", "es_US"),
        ("en", "GB", "en_GB"),
        ("pt", "BR", "pt_BR"),
        ("pt", "PT", "pt_PT"),
        ("en", "DE", "en"),  # CLDR has one, but English has no standing there
        ("zh", "US", "zh_Hans"),  # nor is there one for every pair
        ("de", "FR", "de"),
        ("es", "", "es"),
        ("es", "ZZ", "es"),
    ],
)
def test_a_language_has_the_ways_of_a_country_where_it_has_standing(language: str, country: str, locale: str) -> None:
    assert locale_of(language, country) == locale


@pytest.mark.parametrize(
    ("place", "typed", "is_read"),
    [
        ("jp/ja", "3000", True),
        ("jp/ja", "３０００", True),
        ("jp/ja", "3,000", True),
        ("jp/ja", "３，０００", True),
        ("jp/ja", "￥3,000", True),
        ("jp/ja", "3000円", True),
        ("jp/ja", "3,5", False),
        ("us/es", "1,234.50", True),
        ("us/es", "$1,234.50", True),
        ("us/es", "1.234,50", False),
        ("world/es", "1.350", True),
        ("world/es", "1.350 US$", True),
        ("de/de", "1.000,50", True),
        ("de/de", "1 000", True),
        ("de/de", "1.0000", False),
        ("de/en", "1,000.50", True),
        ("de/en", "12,50", True),
        ("de/en", "1,00,000", False),
        ("de/en", "cheap", False),
    ],
)
def test_a_price_is_typed_as_the_page_writes_it(
    buyer: Client, abroad: Shop, place: str, typed: str, is_read: bool
) -> None:
    response = buyer.get(f"/{place}/c/kitchen/", {"price_to": typed})

    assert ('class="field-error"' in response.content.decode()) == (not is_read)


def test_a_price_with_a_sign_between_thousands_means_thousands(buyer: Client, abroad: Shop) -> None:
    assert "カップ" in text_of(buyer.get("/jp/ja/c/kitchen/", {"price_from": "2,999"}))
    assert "カップ" not in text_of(buyer.get("/jp/ja/c/kitchen/", {"price_from": "３，００１"}))
