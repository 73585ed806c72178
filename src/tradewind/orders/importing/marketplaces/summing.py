"""Summing: which of a file's amounts make up the total that the buyer paid.

Files do not say whether prices contain the tax, whether a discount is in the lines' prices already, or whether a price is
of one piece. The total does: the reading under which everything adds up is the right one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Reading:
    """`rest` is what nothing in the file explains. Amounts are minor units."""

    are_units: bool
    discount: int  # zero or more
    is_tax_on_top: bool
    rest: int = 0


def explained(
    total: int, *, goods: Sequence[tuple[bool, int]], others: int, discounts: Sequence[int], tax: int
) -> Reading:
    """The first reading that makes the total, up to the last digit, which rounding may have moved; else the usual one.

    `goods` are pairs of (prices are of one piece, sum of the goods); the first of `goods` and of `discounts` is the usual.
    """
    for (are_units, amount), discount, on_top in product(goods, discounts, (False, True)):
        rest = total - (amount + others - discount + (tax if on_top else 0))
        if abs(rest) <= 1:
            return Reading(are_units, discount, on_top, rest)
    are_units, amount = goods[0]
    rest = total - (amount + others - discounts[0])
    # What is lacking is more often the tax than anything else.
    on_top = tax > 0 and abs(rest - tax) < abs(rest)
    return Reading(are_units, discounts[0], on_top, rest - tax if on_top else rest)
