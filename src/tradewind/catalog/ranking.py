"""What stands earlier among the goods that a shop recommends, and before equals in search: what staff pin, then what sells.

What did not sell keeps the shop's own order; so does what sells about equally well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Final

from django.db import transaction

from tradewind.catalog.events import ProductPinned
from tradewind.catalog.listing import STRONGEST, relist
from tradewind.catalog.models import Product, Ranking
from tradewind.core.facts import record
from tradewind.lib.batches import in_batches

MOST_PINS: Final = 999
# How many steps twice the sales are: more would move goods about for every order, fewer would lift only the best.
_STEPS: Final = 4
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Sold:
    """How many orders held a product, and what these weigh today: 1 for a new one, less the longer ago."""

    orders: int
    weight: float

    @property
    def strength(self) -> int:
        return min(int(_STEPS * log2(1 + self.weight)), STRONGEST)


def note_sales(sold: Mapping[int, Sold]) -> int:
    """Write down what sold, by product; all others did not. Lists are touched where a place changes, and nowhere else.
    Returns the number of products that moved.
    """
    counted = Ranking.objects.filter(orders__gt=0).values_list("product_id", "orders", "strength")
    before = {pk: (orders, strength) for pk, orders, strength in counted}
    nothing = Sold(0, 0)
    wanted = {pk: sold.get(pk, nothing) for pk in sorted({*before, *sold})}
    changed = [pk for pk, each in wanted.items() if (each.orders, each.strength) != before.get(pk, (0, 0))]
    moved = {pk for pk in changed if wanted[pk].strength != before.get(pk, (0, 0))[1]}
    for batch in in_batches(changed, _AT_ONCE):
        with transaction.atomic():
            for pk in _held(batch):
                fields = {"orders": wanted[pk].orders, "strength": wanted[pk].strength}
                Ranking.objects.update_or_create(product_id=pk, defaults=fields)
                if pk in moved:
                    relist(pk)
    return len(moved)


def pin_product(*, product: Product, pin: int | None, by: str, at: datetime) -> None:
    """Put it before all that is not pinned, after those with a smaller number; None lets it go."""
    with transaction.atomic():
        for pk in _held([product.pk]):
            Ranking.objects.update_or_create(product_id=pk, defaults={"pin": pin})
            relist(pk)
        record(ProductPinned(product.pk, pin), by=by, at=at)


def _held(ids: Iterable[int]) -> list[int]:
    """Those that are still there, held for the caller's transaction in the order of their keys."""
    rows = Product.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))
