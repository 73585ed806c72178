"""What a litre, kilogram or metre costs, beside every price of what is sold by amount, where the market's law asks for it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.editing_variants import as_draft, write_variants
from tradewind.catalog.models import Listing, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.models import Market, MarketCountry, MarketRule
from tradewind.markets.ruling import RuleVersion, record_rule

PER = ["1 kg", "1 l", "1 m", "1 m2"]


def wants_unit_prices(shop: Shop, least: str = "10") -> None:
    today = utc_now().date()
    version = RuleVersion("unit_price", {"per": PER, "least": least}, today, "PAngV", today, "S")
    record_rule(market=shop.de, version=version, at=shop.at, by="system")


def holds(shop: Shop, small: str, large: str = "") -> None:
    """What is in the two mugs, as the catalogue writes it."""
    product = Product.objects.get(pk=shop.product.pk)
    drafts = []
    for row, content in ((shop.small, small), (shop.large, large)):
        draft = as_draft(Variant.objects.get(pk=row.pk))
        drafts.append(type(draft)(**{**{n: getattr(draft, n) for n in draft.__slots__}, "net_content": content}))
    options = product.content["options"]
    write_variants(
        product=product, version=product.draft_version, options=options, variants=drafts, by="system", at=shop.at
    )


def words_of(buyer: Client, address: str) -> str:
    return text_of(buyer.get(address)).replace("\N{NO-BREAK SPACE}", " ")


def test_it_stands_beside_the_price_on_every_page_that_offers_the_goods(buyer: Client, shop: Shop) -> None:
    before = words_of(buyer, "/de/de/product/mug/?size=s")
    wants_unit_prices(shop)
    holds(shop, "250 ml", "250 ml")
    said = "250 ml · 40,00 € / 1 l"
    buyer.post("/de/de/cart/lines/", {"variant": shop.small.pk, "quantity": 2})
    buyer.post("/de/de/wishes/", {"variant": shop.small.pk})

    pages = {
        name: words_of(buyer, f"/de/de/{name}")
        for name in ("", "product/mug/?size=s", "c/kitchen/", "search/?q=becher", "cart/", "checkout/", "wishes/")
    }

    assert "/ 1 l" not in before
    assert [name for name, words in pages.items() if said not in words] == []
    assert "10,00 € 250 ml · 40,00 € / 1 l" in pages["product/mug/?size=s"]


def test_it_is_written_in_the_language_of_the_reader_and_only_where_the_law_asks(buyer: Client, shop: Shop) -> None:
    wants_unit_prices(shop)
    holds(shop, "250 ml")

    assert "250毫升 · €40.00 / 1升" in words_of(buyer, "/de/zh/product/mug/?size=s")
    assert "250 ml · €40.00 / 1 l" in words_of(buyer, "/de/en/product/mug/?size=s")
    assert "250" not in words_of(buyer, "/world/en/product/mug/?size=s")
    # The other choice does not say how much is in it.
    assert " / 1 l" not in words_of(buyer, "/de/en/product/mug/?size=l")


def test_a_small_package_has_none(buyer: Client, shop: Shop) -> None:
    wants_unit_prices(shop, least="300")
    holds(shop, "250 ml")

    assert " / 1 l" not in words_of(buyer, "/de/en/product/mug/?size=s")


def test_a_card_shows_that_of_what_costs_the_lowest_and_follows_prices_and_contents(buyer: Client, shop: Shop) -> None:
    wants_unit_prices(shop)
    holds(shop, "250 ml", "500 ml")
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1100, "EUR"), by="system", at=shop.at)

    assert Listing.objects.get(market_id=shop.de.pk).net_content == "500 ml"
    assert "from €10.00 500 ml · €20.00 / 1 l" in words_of(buyer, "/de/en/c/kitchen/")
    holds(shop, "250 ml", "400 ml")
    assert "from €10.00 400 ml · €25.00 / 1 l" in words_of(buyer, "/de/en/c/kitchen/")
    holds(shop, "250 ml", "")
    assert " / 1 l" not in words_of(buyer, "/de/en/c/kitchen/")


@pytest.mark.parametrize(
    ("countries", "least"),
    [(["DE"], "10"), (["FR"], "0"), (["GB"], "5"), (["AT", "BE"], "0"), (["JP"], None), (["DE", "CH"], None)],
)
def test_markets_that_were_opened_before_begin_with_the_rule_of_their_law(
    countries: list[str], least: str | None, shop: Shop
) -> None:
    MarketCountry.objects.all().delete()
    MarketCountry.objects.bulk_create(MarketCountry(market=shop.de, country=country) for country in countries)
    before = Market.objects.get(pk=shop.de.pk).version
    begin = import_module("tradewind.markets.migrations.0013_unit_prices").begin

    for _ in range(2):
        begin(apps, None)

    rules = MarketRule.objects.filter(key="unit_price")
    assert [(rule.market_id, rule.value["least"]) for rule in rules] == ([(shop.de.pk, least)] if least else [])
    assert Market.objects.get(pk=shop.de.pk).version == before + (1 if least else 0)
