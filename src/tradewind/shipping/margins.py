"""What is left of a sale when delivery is free. Pure.

Nothing here knows what goods were bought for: the owner states a share, and without one the sums are before buying the goods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradewind.lib.money import Money, scale


@dataclass(frozen=True, slots=True)
class Stated:
    """Percent of the goods without tax that is left after buying them; what handling a payment takes, in percent and for each."""

    goods_percent: Decimal
    fee_percent: Decimal
    fee: Money


@dataclass(frozen=True, slots=True)
class Sale:
    """`goods` is what they are worth to a threshold, as shown; `net` without tax and discount; `paid` all but delivery."""

    order_id: int
    goods: Money
    net: Money
    paid: Money
    carrier: Money


@dataclass(frozen=True, slots=True)
class Reached:
    """What free delivery from an amount on would have done to the sales that reach it. None: none did."""

    from_: Money
    sales: int
    mean: Money | None
    lowest: Money | None
    lowest_order: int
    below_zero: int


def left_of(sale: Sale, stated: Stated) -> Money:
    """Goods less what they cost, less fees, less the carrier."""
    kept = scale(sale.net, stated.goods_percent / 100)
    fees = scale(sale.paid, stated.fee_percent / 100) + stated.fee
    return kept - fees - sale.carrier


def reached(sales: Sequence[Sale], from_: Money, stated: Stated) -> Reached:
    left = [(left_of(sale, stated), sale.order_id) for sale in sales if sale.goods >= from_]
    if not left:
        return Reached(from_, 0, None, None, 0, 0)
    lowest, order_id = min(left, key=lambda each: (each[0].amount, each[1]))
    mean = Money(round(sum(each.amount for each, _ in left) / len(left)), from_.currency)
    below = sum(1 for each, _ in left if each.amount < 0)
    return Reached(from_, len(left), mean, lowest, order_id, below)


def thresholds(sales: Sequence[Sale], asked: Sequence[Money]) -> list[Money]:
    """Those that were asked for, none at all, and where a half, a quarter and a tenth of the sales would reach it."""
    if not sales:
        return sorted(set(asked), key=lambda each: each.amount)
    values = sorted((sale.goods for sale in sales), key=lambda each: each.amount)
    places = (len(values) // 2, len(values) * 3 // 4, len(values) * 9 // 10)
    nothing = Money.zero(values[0].currency)
    return sorted({nothing, *asked, *(values[place] for place in places)}, key=lambda each: each.amount)
