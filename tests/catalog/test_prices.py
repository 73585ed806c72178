"""Prices per market, and a ledger that nobody edits."""

from datetime import timedelta

import pytest

from tests.shop import Shop
from tradewind.catalog.models import Price, PriceChange, Product
from tradewind.catalog.pricing import PriceRefused, set_price
from tradewind.catalog.queries import page_key
from tradewind.core.facts import load, timeline
from tradewind.lib.money import Money


def test_a_new_price_is_asked_at_once_and_the_old_one_stays_on_record(shop: Shop) -> None:
    later = shop.at + timedelta(hours=1)

    set_price(
        variant=shop.small,
        market_id=shop.de.pk,
        price=Money(1250, "EUR"),
        by="staff:1",
        at=later,
        reason="clay is dear",
    )

    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1250
    ledger = PriceChange.objects.filter(variant=shop.small, market_id=shop.de.pk).order_by("pk")
    assert list(ledger.values_list("before", "amount", "valid_from", "by", "reason")) == [
        (None, 1000, shop.at, "system", ""),
        (1000, 1250, later, "staff:1", "clay is dear"),
    ]


def test_another_market_keeps_its_price(shop: Shop) -> None:
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1250, "EUR"), by="staff:1", at=shop.at)

    world = Price.objects.get(variant=shop.small, market_id=shop.world.pk)
    assert (world.amount, world.currency) == (900, "USD")


def test_the_page_has_a_new_key_when_the_price_changes_and_the_same_when_it_does_not(shop: Shop) -> None:
    before = page_key("mug", "de", "de")

    assert set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1000, "EUR"), by="x", at=shop.at) is None
    assert page_key("mug", "de", "de") == before
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(999, "EUR"), by="x", at=shop.at)
    after = page_key("mug", "de", "de")
    assert before is not None
    assert after is not None
    assert after.cache_key != before.cache_key


@pytest.mark.parametrize(("price", "words"), [(Money(0, "EUR"), "above zero"), (Money(1000, "USD"), "asks EUR")])
def test_a_price_that_cannot_be_asked_is_refused_and_changes_nothing(shop: Shop, price: Money, words: str) -> None:
    with pytest.raises(PriceRefused, match=words):
        set_price(variant=shop.small, market_id=shop.de.pk, price=price, by="staff:1", at=shop.at)

    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1000
    assert PriceChange.objects.filter(variant=shop.small, market_id=shop.de.pk).count() == 1


def test_the_product_remembers_who_changed_what(shop: Shop) -> None:
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(1250, "EUR"), by="staff:7", at=shop.at)

    last = [fact for fact in timeline("product", shop.product.pk) if fact.name == "catalog.price_changed"][-1]
    assert (last.actor, load(last).before, load(last).amount) == ("staff:7", 1000, 1250)
    assert Product.objects.get(pk=shop.product.pk).price_version == 5
