"""What inventory writes down into the catalogue, so that a page decides without asking inventory."""

from typing import Final

from django.db.models import F

from tradewind.catalog.models import Product, Variant

# At this many units or fewer a page says how many are left: true, and no more than that.
FEW: Final = 3


def write_availability(variant_id: int, *, available: int, stocked_at: list[str]) -> tuple[int, int] | None:
    """Write a variant's sellable units and the warehouses that have any. Returns (before, after), or None for an
    unknown variant.

    The version of the product's pages is raised only when they say something else: sold out, back, few left, or
    another warehouse.
    """
    variant = Variant.objects.filter(pk=variant_id).only("id", "product_id", "available", "stocked_at").first()
    if variant is None:
        return None
    before = variant.available
    if before == available and variant.stocked_at == stocked_at:
        return before, available
    Variant.objects.filter(pk=variant_id).update(available=available, stocked_at=stocked_at)
    if shown(before) != shown(available) or variant.stocked_at != stocked_at:
        is_available = available > 0 or _has_other(variant)
        Product.objects.filter(pk=variant.product_id).update(
            stock_version=F("stock_version") + 1, is_available=is_available
        )
    return before, available


def shown(available: int) -> int:
    """The part of a number of units that a page shows: up to FEW the number itself, above it just "in stock"."""
    return min(max(available, 0), FEW + 1)


def _has_other(variant: Variant) -> bool:
    return Variant.objects.filter(product_id=variant.product_id, available__gt=0).exclude(pk=variant.pk).exists()
