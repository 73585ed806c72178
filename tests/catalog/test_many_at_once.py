"""Many products are written with as few statements as one, all or none, and in the order in which others hold them."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.at_once import at_the_same_time
from tests.catalog.test_workbook import everything, made, take
from tests.inventory.test_bundling import make_set
from tests.shop import Shop, open_shop
from tradewind.catalog.editing import NewProduct, Outdated, TextsDraft, create_products, write_texts_of
from tradewind.catalog.editing_variants import (
    SkuTaken,
    VariantDraft,
    VariantsDraft,
    as_draft,
    write_variants,
    write_variants_of,
)
from tradewind.catalog.leading_on import SlugTaken
from tradewind.catalog.models import Category, Listing, Price, PriceChange, Product, Variant
from tradewind.catalog.pricing import Asked, PriceRefused, set_prices
from tradewind.catalog.stock_shown import hold_shown
from tradewind.core import search
from tradewind.core.facts import timeline
from tradewind.core.models import AuditEntry
from tradewind.core.rows import hold_all
from tradewind.inventory.bundling import Part, set_parts
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money


def make(count: int, at: datetime, called: str = "many") -> list[Product]:
    """Drafts called many-0, many-1, … with two variants each."""
    shelf = Category.objects.get()
    content = {"title": {"en": "Bowl"}}
    wanted = [NewProduct(f"{called}-{n}", shelf, content) for n in range(count)]
    products = create_products(wanted, by="staff:1", at=at)
    size = [{"key": "size", "name": {"en": "Size"}, "values": [{"key": k, "name": {"en": k.upper()}} for k in "sl"]}]
    write_variants_of(
        [
            VariantsDraft(p.pk, 1, size, [VariantDraft(f"{p.slug}-{k}", {"size": k}, 100) for k in "sl"])
            for p in products
        ],
        by="staff:1",
        at=at,
    )
    return list(Product.objects.filter(pk__in=[p.pk for p in products]).order_by("pk"))


def asked(shop: Shop, products: list[Product], amount: int) -> list[Asked]:
    variants = Variant.objects.filter(product__in=products).order_by("pk")
    return [Asked(v.pk, v.product_id, shop.de.pk, Money(amount, "EUR")) for v in variants]


def renamed(products: list[Product], title: str) -> list[TextsDraft]:
    return [
        TextsDraft(p.pk, p.draft_version, {**p.content, "title": {"en": f"{title} {letters(n)}"}}, p.category)
        for n, p in enumerate(products)
    ]


def letters(number: int) -> str:
    """A word of its own for each number."""
    return chr(ord("a") + number) * 4


def statements(task: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        task()
    return len(seen)


def test_each_of_many_products_has_its_own_texts_variants_and_prices(shop: Shop) -> None:
    products = make(3, shop.at)
    versions = write_texts_of(renamed(products, "Dish"), by="staff:2", at=shop.at)
    set_prices(asked(shop, products, 1500), by="staff:2", at=shop.at, reason="spring")

    rows = list(Product.objects.filter(pk__in=versions).order_by("pk"))
    assert [row.content["title"]["en"] for row in rows] == [f"Dish {letters(n)}" for n in range(3)]
    assert [row.position for row in rows] == [1, 2, 3]
    assert versions == {row.pk: 3 for row in rows}
    assert [row.draft_version for row in rows] == [3, 3, 3]
    named = [[v.sku for v in row.variants.order_by("position")] for row in rows]
    assert named == [[f"many-{n}-s", f"many-{n}-l"] for n in range(3)]
    prices = Price.objects.filter(variant__product__in=rows)
    assert list(prices.values_list("amount", "currency")) == [(1500, "EUR")] * 6
    ledger = PriceChange.objects.filter(variant__product__in=rows).values_list("before", "by", "reason")
    assert list(ledger) == [(None, "staff:2", "spring")] * 6
    for n, row in enumerate(rows):
        facts = [fact.name for fact in timeline("product", row.pk)]
        assert facts == ["catalog.created", "catalog.edited", "catalog.edited", *["catalog.price_changed"] * 2]
        kinds = AuditEntry.objects.filter(subject_kind="product", subject_id=row.pk).order_by("pk")
        assert list(kinds.values_list("action", flat=True)) == [
            "product.created",
            "product.variants",
            "product.edited",
        ]
        assert search.find(f"dish {letters(n)}", kinds=["product"]) == [("product", row.pk)]


def test_many_take_as_many_statements_as_few(shop: Shop) -> None:
    few, many = make(2, shop.at), make(30, shop.at, "other")

    def counts(products: list[Product]) -> list[int]:
        drafts, first, then = renamed(products, "Dish"), asked(shop, products, 1500), asked(shop, products, 1600)
        return [
            statements(lambda: write_texts_of(drafts, by="x", at=shop.at)),
            statements(lambda: set_prices(first, by="x", at=shop.at)),
            statements(lambda: set_prices(then, by="x", at=shop.at)),
        ]

    assert counts(few) == counts(many)


def test_one_that_somebody_else_has_saved_and_none_is_written(shop: Shop) -> None:
    products = make(3, shop.at)
    drafts = renamed(products, "Dish")
    write_texts_of(renamed(products[1:2], "Somebody's"), by="staff:2", at=shop.at)
    before = everything()

    with pytest.raises(Outdated) as refusal:
        write_texts_of(drafts, by="staff:1", at=shop.at)

    assert (refusal.value.version, everything()) == (3, before)


def test_one_price_that_cannot_be_asked_and_none_is_asked(shop: Shop) -> None:
    wanted = asked(shop, make(2, shop.at), 1500)
    wanted.append(Asked(shop.small.pk, shop.product.pk, shop.de.pk, Money(900, "USD")))
    before = everything()

    with pytest.raises(PriceRefused, match="asks EUR"):
        set_prices(wanted, by="staff:1", at=shop.at)

    assert everything() == before


def test_what_is_asked_already_is_not_asked_again(shop: Shop) -> None:
    wanted = [Asked(v.pk, v.product_id, shop.de.pk, Money(1000, "EUR")) for v in shop.variants]
    wanted[0] = Asked(shop.small.pk, shop.product.pk, shop.de.pk, Money(1100, "EUR"))

    changes = set_prices(wanted, by="staff:1", at=shop.at)

    assert [(change.variant_id, change.before, change.amount) for change in changes] == [(shop.small.pk, 1000, 1100)]
    assert Listing.objects.get(product=shop.product, market_id=shop.de.pk).highest == 1100


def test_an_address_or_an_article_number_that_is_taken_refuses_all(shop: Shop) -> None:
    make(1, shop.at)
    before = everything()
    shelf = Category.objects.get()

    with pytest.raises(SlugTaken, match="many-0"):
        create_products([NewProduct("free", shelf, {}), NewProduct("many-0", shelf, {})], by="x", at=shop.at)
    with pytest.raises(SlugTaken):
        create_products([NewProduct("twice", shelf, {}), NewProduct("twice", shelf, {})], by="x", at=shop.at)
    draft = VariantsDraft(shop.product.pk, shop.product.draft_version, [], [VariantDraft("many-0-s", {}, 1)])
    with pytest.raises(SkuTaken):
        write_variants_of([draft], by="x", at=shop.at)

    assert everything() == before


def test_a_workbook_longer_than_one_batch_is_taken_over_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewind.catalog.workbook_importing._AT_ONCE", 2)
    products = make(5, shop.at)
    told: list[tuple[int, int]] = []
    texts = [["product", "language", "title"], *[[p.slug, "en", f"Dish {p.slug}"] for p in products]]
    skus = [f"{p.slug}-{size}" for p in products for size in "sl"]
    prices = [["sku", "de EUR"], *[[sku, 10 + n] for n, sku in enumerate(skus)]]
    variants = [["sku", "weight g"], *[[sku, 200 + n] for n, sku in enumerate(skus)]]

    take(
        made({"Texts": texts, "Variants": variants, "Prices": prices}), shop.at, on_progress=lambda *at: told.append(at)
    )

    rows = list(Product.objects.filter(slug__startswith="many-").order_by("pk"))
    assert [row.content["title"]["en"] for row in rows] == [f"Dish many-{n}" for n in range(5)]
    assert [row.draft_version for row in rows] == [4] * 5
    found = Variant.objects.filter(sku__in=skus).order_by("pk")
    assert list(found.values_list("weight_g", flat=True)) == [200 + n for n in range(10)]
    asked_now = Price.objects.filter(variant__sku__in=skus).order_by("variant_id")
    assert list(asked_now.values_list("amount", flat=True)) == [1000 + 100 * n for n in range(10)]
    assert told[-1] == (15, 15)
    assert len(told) == 8


def test_variants_that_were_opened_before_their_set_was_put_together_are_refused(shop: Shop) -> None:
    bundle = make_set(shop)
    shop.product.refresh_from_db()
    opened, options = shop.product.draft_version, shop.product.content.get("options", [])
    Variant.objects.filter(pk=shop.small.pk).update(customs={"traits": ["battery"]})

    set_parts(bundle=bundle, parts=[Part(shop.small.pk, 3)], by="staff:1", at=shop.at)

    drafts = [as_draft(each) for each in shop.product.variants.order_by("position", "id")]
    with pytest.raises(Outdated):
        write_variants(product=shop.product, version=opened, options=options, variants=drafts, by="x", at=shop.at)
    bundle.refresh_from_db()
    assert bundle.customs["traits"] == ["battery"]


def _beside_an_order(shop: Shop, write: Callable[[], object]) -> list[object]:
    """Somebody writes variants while an order has its article and is about to hold the product."""
    has_article = threading.Event()

    def order() -> None:
        with transaction.atomic():
            hold_shown([shop.small.pk])
            has_article.set()
            threading.Event().wait(0.5)
            hold_all(Product, [shop.product.pk])

    def edit() -> object:
        assert has_article.wait(10)
        return write()

    return at_the_same_time(order, edit)


@pytest.mark.django_db(transaction=True)
def test_variants_are_written_beside_an_order_without_either_failing(now: datetime) -> None:
    shop = open_shop(utc_now())
    drafts = [as_draft(each) for each in shop.variants]
    heavier = [VariantDraft(d.sku, d.options, 999, d.package_mm, d.customs, d.is_offered, d.id) for d in drafts]
    options, version = shop.product.content.get("options", []), shop.product.draft_version

    results = _beside_an_order(
        shop,
        lambda: write_variants(
            product=shop.product, version=version, options=options, variants=heavier, by="x", at=now
        ),
    )

    assert results == [None, version + 1]
    assert set(Variant.objects.values_list("weight_g", flat=True)) == {999}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case")
def test_who_holds_the_product_first_fails_beside_an_order(now: datetime) -> None:
    """The control: the other order of holding."""
    shop = open_shop(utc_now())

    def write() -> None:
        with transaction.atomic():
            hold_all(Product, [shop.product.pk])
            hold_all(Variant, [shop.small.pk])

    results = _beside_an_order(shop, write)

    assert len([each for each in results if isinstance(each, OperationalError)]) == 1
