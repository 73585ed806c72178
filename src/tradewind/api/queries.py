"""Named reads for programs: by what they know a thing by, and lists that go on by key."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from tradewind.api.problems import NotFound
from tradewind.catalog.models import Media, Product, Variant
from tradewind.core import search
from tradewind.inventory.models import StockLevel, Warehouse
from tradewind.markets.models import Market

Row = TypeVar("Row", bound=Model)
_FOUND_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows by their numbers. `older` is the number to go on after, or None at the end."""

    rows: list[Row]
    older: int | None


def page_of(rows: QuerySet[Row], *, after: int | None, size: int) -> Page[Row]:
    """Lowest number first, so that what is made meanwhile stands at the end and shifts nothing."""
    found = list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def product_list(*, state: str, category: str, text: str, after: int | None, size: int) -> Page[Product]:
    found = Product.objects.select_related("category")
    if state:
        found = found.filter(state=state)
    if category:
        found = found.filter(category__slug=category)
    if text:
        hits = search.find(text, kinds=["product"], limit=_FOUND_AT_MOST)
        found = found.filter(pk__in=[subject_id for _, subject_id in hits])
    return page_of(found, after=after, size=size)


def product_named(slug: str) -> Product:
    """Raises NotFound."""
    product = Product.objects.select_related("category").filter(slug=slug).first() if "\0" not in slug else None
    if product is None:
        raise NotFound("no_such_product", "No product has this slug. Find it with /api/v1/products?q=…")
    return product


def variant_named(sku: str) -> Variant:
    """Raises NotFound."""
    variant = Variant.objects.filter(sku=sku).first() if "\0" not in sku else None
    if variant is None:
        raise NotFound("no_such_variant", "No variant has this article number. Each product names its own in variants.")
    return variant


def market_named(code: str) -> Market:
    """Raises NotFound."""
    market = Market.objects.filter(code=code).first() if "\0" not in code else None
    if market is None:
        there = ", ".join(Market.objects.order_by("position", "id").values_list("code", flat=True))
        raise NotFound("no_such_market", f"No market has this code. There are: {there or 'none yet'}.")
    return market


def stock_in(place: Warehouse, variant: Variant) -> StockLevel:
    """What lies there; one that is not stored where none ever did."""
    level = StockLevel.objects.filter(warehouse=place, variant_id=variant.pk).select_related("warehouse").first()
    return level or StockLevel(warehouse=place, variant_id=variant.pk)


def warehouse_named(code: str) -> Warehouse:
    """Raises NotFound."""
    place = Warehouse.objects.filter(code=code).first() if "\0" not in code else None
    if place is None:
        there = ", ".join(Warehouse.objects.order_by("position", "id").values_list("code", flat=True))
        raise NotFound("no_such_warehouse", f"No warehouse has this code. There are: {there or 'none yet'}.")
    return place


def variants_of(product: Product) -> list[Variant]:
    return list(product.variants.order_by("position", "id"))


def media_of(product: Product) -> list[Media]:
    return list(product.media.order_by("position", "id"))


def stock_list(*, sku: str, warehouse: str, after: int | None, size: int) -> tuple[Page[StockLevel], dict[int, str]]:
    """A page of levels, and the article numbers of their variants."""
    found = StockLevel.objects.select_related("warehouse")
    if sku:
        found = found.filter(variant_id__in=Variant.objects.filter(sku=sku).values("pk"))
    if warehouse:
        found = found.filter(warehouse__code=warehouse)
    page = page_of(found, after=after, size=size)
    ids = {level.variant_id for level in page.rows}
    return page, dict(Variant.objects.filter(pk__in=ids).values_list("pk", "sku"))
