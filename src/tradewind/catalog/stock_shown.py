"""What inventory writes down into the catalogue, so that a page decides without asking inventory."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.db.models import F

from tradewind.catalog.listing import relist
from tradewind.catalog.models import Product, Variant

# At this many units or fewer a page says how many are left: true, and no more than that.
FEW: Final = 3


def hold_shown(variant_ids: Iterable[int]) -> list[Variant]:
    """The variants whose shown stock the caller is about to write, for its transaction alone. Unknown ones are left out.

    Hold first, count afterwards: two orders from different warehouses would otherwise each write a number that lacks
    the other. The order of the keys keeps any two of them from waiting for each other.
    """
    rows = Variant.objects.select_for_update(no_key=True).filter(pk__in=set(variant_ids))
    return list(rows.only("id", "product_id", "available", "stocked_at", "consists_of").order_by("pk"))


def write_availability(held: Collection[Variant], free: dict[int, list[tuple[str, int]]]) -> list[tuple[int, int]]:
    """Write what each of the held variants has free, (warehouse, units) in the order of preference. Returns (before,
    after) of each, in their order.

    The version of a product's pages is raised only when they say something else: sold out, back, few left, or another
    warehouse.
    """
    changes, stale = [], dict[int, bool]()
    for variant in held:
        places = free.get(variant.pk, [])
        available, stocked_at = sum(units for _, units in places), [code for code, units in places if units > 0]
        if (variant.available, variant.stocked_at) != (available, stocked_at):
            Variant.objects.filter(pk=variant.pk).update(available=available, stocked_at=stocked_at)
        if shown(variant.available) != shown(available) or variant.stocked_at != stocked_at:
            is_turned = (variant.available > 0) != (available > 0)
            stale[variant.product_id] = stale.get(variant.product_id, False) or is_turned
        changes.append((variant.available, available))
    _renew_pages(stale)
    return changes


def shown(available: int) -> int:
    """The part of a number of units that a page shows: up to FEW the number itself, above it just "in stock"."""
    return min(max(available, 0), FEW + 1)


def _renew_pages(products: Mapping[int, bool]) -> None:
    """After all variants, and in the order of the keys: variants of two products may alternate. The value says whether
    a variant is sold out or back.
    """
    for product_id in sorted(products):
        Product.objects.select_for_update(no_key=True).only("id").get(pk=product_id)
        # A statement of its own: only after the lock it sees what others have sold of the product's other variants.
        is_available = Variant.objects.filter(product_id=product_id, is_offered=True, available__gt=0).exists()
        Product.objects.filter(pk=product_id).update(stock_version=F("stock_version") + 1, is_available=is_available)
        relist(product_id, has_news=products[product_id])
