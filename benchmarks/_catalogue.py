"""A large catalogue with real texts: the demo's products, copied under other names until there are enough.

Written in bulk, because ten thousand products published one by one measure something else.
"""

import copy
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import cycle, islice
from typing import Final, TypeVar

from django.db import models, transaction

from tradewind.catalog.models import AttributeValue, Listing, Media, Price, Product, PublishedVersion, Variant
from tradewind.core.models import SearchDocument
from tradewind.core.words import LOCALES
from tradewind.demo.goods import load_goods
from tradewind.demo.setting_up import set_up_shop
from tradewind.inventory.models import StockLevel, Warehouse

Row = TypeVar("Row", bound=models.Model)
# Stock of each variant in each warehouse: nothing runs out while we measure.
STOCK: Final = 100_000
_AT_ONCE: Final = 500
# Has many variants; with it twice in the round there are three of them to a product.
_TWICE: Final = "rain-boots"


def build_catalogue(products: int, *, at: datetime) -> dict[str, int]:
    """Fill an empty database. The copies are called copy-0, copy-1, …; returns how many rows there are of each kind."""
    with transaction.atomic():
        set_up_shop(at=at)
        load_goods(at=at)
        originals = list(Product.objects.prefetch_related("variants__prices", "media", "published").order_by("pk"))
        models_of_copies = cycle([*originals, *(product for product in originals if _TWICE in product.slug)])
        numbered = enumerate(islice(models_of_copies, products))
        for batch in _batches(numbered):
            _copy(batch)
    counted = (Product, Variant, Media, Price, PublishedVersion, StockLevel, Listing, AttributeValue, SearchDocument)
    return {model._meta.model_name or "": model._default_manager.count() for model in counted}


def slug_of(number: int) -> str:
    return f"copy-{number}"


def _copy(batch: list[tuple[int, Product]]) -> None:
    products = Product.objects.bulk_create(
        _fresh(original, slug=slug_of(number), position=number) for number, original in batch
    )
    pairs = [(product, original) for product, (_, original) in zip(products, batch, strict=True)]
    Media.objects.bulk_create(_fresh(m, product=product) for product, original in pairs for m in original.media.all())
    PublishedVersion.objects.bulk_create(
        _fresh(version, product=product) for product, original in pairs for version in original.published.all()
    )
    _list(pairs)
    places = list(Warehouse.objects.order_by("position"))
    codes = [place.code for place in places]
    models_of_variants = [(product, variant) for product, original in pairs for variant in original.variants.all()]
    variants = Variant.objects.bulk_create(
        _fresh(v, product=product, sku=f"{v.sku}-{product.pk}", available=STOCK * len(places), stocked_at=codes)
        for product, v in models_of_variants
    )
    twins: dict[int, dict[int, Variant]] = {}
    for variant, (product, original) in zip(variants, models_of_variants, strict=True):
        twins.setdefault(product.pk, {})[original.pk] = variant
    _describe([(product, original, twins[product.pk]) for product, original in pairs])
    Price.objects.bulk_create(
        _fresh(price, variant=variant)
        for variant, (_, original) in zip(variants, models_of_variants, strict=True)
        for price in original.prices.all()
    )
    StockLevel.objects.bulk_create(
        StockLevel(variant_id=variant.pk, warehouse=place, on_hand=STOCK) for variant in variants for place in places
    )


def _list(pairs: list[tuple[Product, Product]]) -> None:
    """What lists and search are made of; a copy's address is found as well."""
    originals = {original.pk for _, original in pairs}
    listed, found = _by_product(Listing, originals), _by_product(SearchDocument, originals, "subject_id")
    Listing.objects.bulk_create(
        _fresh(row, product=product, recommended=product.position)
        for product, original in pairs
        for row in listed.get(original.pk, [])
    )
    SearchDocument.objects.bulk_create(
        _fresh(row, subject_id=product.pk, tokens=f"{row.tokens} {row.kind.removeprefix('goods.')}tcopy{number}")
        for product, original in pairs
        for number in [product.slug.removeprefix("copy-")]
        for row in found.get(original.pk, [])
    )


def _describe(copies: list[tuple[Product, Product, dict[int, Variant]]]) -> None:
    """Choices only: numbers and texts stand on no list."""
    values = _by_product(AttributeValue, {original.pk for _, original, _ in copies})
    AttributeValue.objects.bulk_create(
        _fresh(row, product=product, variant=variants.get(row.variant_id or 0))
        for product, original, variants in copies
        for row in values.get(original.pk, [])
        if row.choice_id is not None
    )


def _by_product(model: type[Row], products: set[int], name: str = "product_id") -> dict[int, list[Row]]:
    kinds = {"kind__in": [f"goods.{language}" for language in LOCALES]} if model is SearchDocument else {}
    found: dict[int, list[Row]] = {}
    for row in model._default_manager.filter(**{f"{name}__in": products}, **kinds).order_by("pk"):
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _fresh(row: Row, **changes: object) -> Row:
    """The row once more, as one that is not in the database."""
    again = copy.copy(row)
    again.pk = None
    again._state = models.base.ModelState()  # noqa: SLF001  # Django's documented way to copy a row
    for name, value in changes.items():
        setattr(again, name, value)
    return again


def _batches(numbered: Iterable[tuple[int, Product]]) -> Iterator[list[tuple[int, Product]]]:
    rest = iter(numbered)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
