"""Owns the tax of a whole order: one amount per rate, rounded once, and divided among the lines.

Tax is calculated on the sum of all lines of one rate, half up, and then split to the lines by largest remainder.
So what a buyer pays for goods priced with tax is exactly the sum of the prices that they saw, and the lines, the
groups and the totals always agree. Which rates apply is not decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradewind.lib.money import (
    CurrencyMismatch,
    Money,
    TaxRate,
    added_share,
    contained_share,
    half_up,
    largest_remainder,
    sum_of,
)


class NothingToTax(ValueError):
    """There are no lines, and so no currency in which a total could be given."""


class RateRefused(ValueError):
    """A tax rate is a percentage that is not negative."""

    def __init__(self, rate: object) -> None:
        super().__init__(f"{rate!r} is not a tax rate in percent")
        self.rate = rate


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What is sold; unit and discount are both with tax or both without. The discount is for the line, positive."""

    unit: Money
    quantity: int
    rate: TaxRate
    discount: Money | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.rate, Decimal) or not self.rate.is_finite() or self.rate < 0:
            raise RateRefused(self.rate)

    @property
    def amount(self) -> Money:
        """What the line costs after its discount, in the form in which the price was given."""
        full = self.unit * self.quantity
        return full if self.discount is None else full - self.discount


@dataclass(frozen=True, slots=True)
class TaxedLine:
    rate: TaxRate
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class RateGroup:
    """All lines of one rate together: what an invoice shows per rate."""

    rate: TaxRate
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class TaxedTotals:
    """Lines in the order given, groups by rising rate."""

    lines: tuple[TaxedLine, ...]
    groups: tuple[RateGroup, ...]
    net: Money
    tax: Money
    gross: Money


def tax_lines(lines: Sequence[TaxableLine], *, prices_include_tax: bool) -> TaxedTotals:
    """Tax per rate group of the order, half up, split to the lines. Raises NothingToTax and CurrencyMismatch."""
    if not lines:
        raise NothingToTax
    currency = lines[0].unit.currency
    taxes: list[Money] = [Money.zero(currency)] * len(lines)
    for rate in {line.rate for line in lines}:
        places = [place for place, line in enumerate(lines) if line.rate == rate]
        shares = _split_tax([lines[place].amount for place in places], rate, contained=prices_include_tax)
        for place, share in zip(places, shares, strict=True):
            taxes[place] = share
    taxed = tuple(_taxed_line(line, tax, contained=prices_include_tax) for line, tax in zip(lines, taxes, strict=True))
    return _totals(taxed, currency)


def _split_tax(amounts: Sequence[Money], rate: TaxRate, *, contained: bool) -> list[Money]:
    """The tax of one rate group, divided by the exact tax of each line, which also holds for lines below zero."""
    currency = amounts[0].currency
    total = sum_of(amounts, currency)
    numerator, denominator = contained_share(rate) if contained else added_share(rate)
    # A refund must mirror the sale, so a group below zero is divided as if it were above.
    sign = -1 if total.amount < 0 else 1
    exact = [sign * amount.amount * numerator for amount in amounts]
    parts = largest_remainder(exact, denominator, half_up(sum(exact), denominator))
    return [Money(sign * part, currency) for part in parts]


def _taxed_line(line: TaxableLine, tax: Money, *, contained: bool) -> TaxedLine:
    amount = line.amount
    if amount.currency != tax.currency:
        raise CurrencyMismatch(tax.currency, amount.currency)
    net, gross = (amount - tax, amount) if contained else (amount, amount + tax)
    return TaxedLine(rate=line.rate, net=net, tax=tax, gross=gross)


def _totals(lines: tuple[TaxedLine, ...], currency: str) -> TaxedTotals:
    groups = tuple(
        RateGroup(rate, *_sums([line for line in lines if line.rate == rate], currency))
        for rate in sorted({line.rate for line in lines})
    )
    net, tax, gross = _sums(lines, currency)
    return TaxedTotals(lines=lines, groups=groups, net=net, tax=tax, gross=gross)


def _sums(lines: Sequence[TaxedLine], currency: str) -> tuple[Money, Money, Money]:
    return (
        sum_of((line.net for line in lines), currency),
        sum_of((line.tax for line in lines), currency),
        sum_of((line.gross for line in lines), currency),
    )
