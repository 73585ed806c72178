"""The goods that a discount code holds for, and how its discount is spread over them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tradewind.catalog.categories import ids_within
from tradewind.catalog.models import Product
from tradewind.checkout.models import DiscountCode
from tradewind.lib.money import Money, allocate


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of a cart: whose product, and what it costs as shown. Nothing where it cannot be bought."""

    product_id: int | None
    total: Money


def matching(row: DiscountCode, goods: Sequence[Priced]) -> list[Money]:
    """What each line counts for the code, in their order: its price, or nothing where the code does not hold for it."""
    if not row.is_limited:
        return [line.total for line in goods]
    products = _products_of(row, {line.product_id for line in goods if line.product_id is not None})
    return [line.total if line.product_id in products else Money.zero(line.total.currency) for line in goods]


def spread(discount: Money, counted: Sequence[Money]) -> tuple[Money, ...]:
    """Each line's part of a discount that is at most their sum. They add up to it, and none is above its line."""
    return tuple(allocate(discount, [line.amount for line in counted]))


def _products_of(row: DiscountCode, asked: Collection[int]) -> set[int]:
    """Those of the products that the code holds for, by themselves or by a category."""
    found = set(asked) & set(row.products)
    if row.categories:
        shelved = Product.objects.filter(pk__in=asked, category__in=ids_within(row.categories))
        found |= set(shelved.values_list("pk", flat=True))
    return found
