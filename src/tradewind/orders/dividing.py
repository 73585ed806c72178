"""Dividing what an order comes to among two: each amount goes over in part, and both parts always add up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradewind.lib.money import Money, allocate
from tradewind.orders.models import OrderLine

Kind = OrderLine.Kind


@dataclass(frozen=True, slots=True)
class Share:
    """What one of two orders has of a line, in minor units."""

    quantity: int
    total: int
    tax: int
    discount: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """What an order comes to, in minor units, as its columns have it."""

    goods: int
    delivery: int
    discount: int
    tax: int
    total: int


Shares = dict[int, tuple[Share, Share]]  # by line: what stays, what goes


def divide(lines: Sequence[OrderLine], moved: Mapping[int, int], currency: str) -> Shares:
    """The shares of what stays and of what goes, where so many units of each line of goods go.

    Goods go by their units. What belongs to all goods, such as delivery and duties, goes by what these cost after the discount, and where
    they cost nothing by their number. A discount on goods is the sum of their shares in it.
    """
    goods = {line.pk: _goods(line, moved.get(line.pk, 0), currency) for line in lines if line.kind == Kind.GOODS}
    weights = weights_of(list(goods.values()))
    off_goods = [sum(share[side].discount for share in goods.values()) for side in (0, 1)]
    shares: Shares = {}
    for line in lines:
        if line.kind == Kind.GOODS:
            shares[line.pk] = goods[line.pk]
        elif line.kind == Kind.DISCOUNT and sum(off_goods) == line.total:
            shares[line.pk] = _discount(line, off_goods, weights, currency)
        else:
            shares[line.pk] = _belonging(line, weights, currency)
    return shares


def weights_of(goods: Sequence[tuple[Share, Share]]) -> list[int]:
    """How what belongs to all goods is divided."""
    value = [sum(each[side].total + each[side].discount for each in goods) for side in (0, 1)]
    return value if sum(value) and min(value) >= 0 else [sum(each[side].quantity for each in goods) for side in (0, 1)]


def sums_of(shares: Sequence[tuple[str, Share]], *, tax_included: bool) -> Sums:
    """(kind of line, share) of all lines of one order. Tax on top of the prices is part of the total, tax in them is not once more."""

    def total_of(*kinds: str) -> int:
        return sum(share.total for kind, share in shares if kind in kinds)

    tax = sum(share.tax for _, share in shares)
    total = sum(share.total for _, share in shares) + (0 if tax_included else tax)
    return Sums(total_of(Kind.GOODS), total_of(Kind.DELIVERY), total_of(Kind.DISCOUNT), tax, total)


def whole(line: OrderLine) -> Share:
    return Share(line.quantity, line.total, line.tax, line.discount)


def is_kept(kind: str, share: Share) -> bool:
    """Does an order with this share of a line have the line?"""
    if kind == Kind.GOODS:
        return share.quantity > 0
    return kind == Kind.DELIVERY or bool(share.total or share.tax)


def _goods(line: OrderLine, moved: int, currency: str) -> tuple[Share, Share]:
    units = [line.quantity - moved, moved]
    totals, taxes, discounts = (_split(each, units, currency) for each in (line.total, line.tax, line.discount))
    stays, goes = (Share(units[side], totals[side], taxes[side], discounts[side]) for side in (0, 1))
    return stays, goes


def _discount(line: OrderLine, off_goods: Sequence[int], weights: list[int], currency: str) -> tuple[Share, Share]:
    sizes = [abs(each) for each in off_goods]
    taxes = _split(line.tax, sizes if sum(sizes) else weights, currency)
    return Share(line.quantity, off_goods[0], taxes[0]), Share(line.quantity, off_goods[1], taxes[1])


def _belonging(line: OrderLine, weights: list[int], currency: str) -> tuple[Share, Share]:
    totals, taxes = _split(line.total, weights, currency), _split(line.tax, weights, currency)
    return Share(line.quantity, totals[0], taxes[0]), Share(line.quantity, totals[1], taxes[1])


def _split(amount: int, weights: list[int], currency: str) -> list[int]:
    return [part.amount for part in allocate(Money(amount, currency), weights)]
