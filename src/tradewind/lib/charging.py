"""Owns what the state takes on a sale: tax in or on top of the prices, duties, and what is due at the door.

Pure: which charges hold where and when is decided by the markets' dated rules. Everything is counted in the market's
own currency. Goods that cross no customs border pay the tax and nothing else, and know no limits.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tradewind.lib.countries import is_eu_member
from tradewind.lib.money import Money, TaxRate, scale, sum_of
from tradewind.lib.taxing import TaxableLine, TaxedLine, tax_lines

# The first six digits of a customs code are the same in every country: a heading of the Harmonised System.
_HEADING_DIGITS: Final = 6


class Sort(StrEnum):
    TAX = "tax"  # on goods, delivery and the duties that are taxable
    DUTY = "duty"


class Kind(StrEnum):
    PERCENT = "percent"
    PER_HEADING = "per_heading"  # an amount for each kind of goods, however many of it


class Base(StrEnum):
    GOODS = "goods"
    GOODS_AND_DELIVERY = "goods_and_delivery"


class Collected(StrEnum):
    IN_PRICE = "in_price"  # contained in what is shown
    AT_CHECKOUT = "at_checkout"  # comes on top, and is paid to the shop
    AT_IMPORT = "at_import"  # the carrier asks for it at the door


@dataclass(frozen=True, slots=True)
class Charge:
    """One tax or duty. `up_to` and `above` are the value of the imported goods, without tax, between which it holds."""

    key: str
    name: Mapping[str, str]
    sort: Sort
    kind: Kind
    collected: Collected
    rate: TaxRate = Decimal(0)
    amount: Money | None = None  # for each heading
    less: Money | None = None  # taken off a percentage: 60 % less 20 dollars
    base: Base = Base.GOODS
    up_to: Money | None = None
    above: Money | None = None
    is_taxable: bool = False
    imports_only: bool = False
    countries: frozenset[str] = frozenset()  # empty: every country of the market
    shown_rate: str = ""  # where the law names another figure: 17 of the price with tax is 20.482 of the price without

    def holds_for(self, value: Money) -> bool:
        return (self.up_to is None or value <= self.up_to) and (self.above is None or value > self.above)

    @property
    def percent(self) -> Decimal:
        """The figure that people know it by."""
        return Decimal(self.shown_rate) if self.shown_rate else self.rate


@dataclass(frozen=True, slots=True)
class Good:
    """Some of one thing, at the price that is shown."""

    unit: Money
    quantity: int
    hs_code: str = ""


@dataclass(frozen=True, slots=True)
class Discount:
    """An amount above zero that is taken off the goods, or off their delivery, in the form in which prices are shown.

    It lowers what is taxed, and off the goods also their value at the border.
    """

    amount: Money
    is_off_delivery: bool = False


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """What a duty comes to. `tax` is the tax on it; below zero where a tax in the price is not ours to collect."""

    charge: Charge
    amount: Money
    tax: Money
    headings: int = 0

    @property
    def with_tax(self) -> Money:
        return self.amount + self.tax


@dataclass(frozen=True, slots=True)
class DueAtDoor:
    """What the carrier will ask for, as far as it can be known: a state may value goods in another way."""

    charge: Charge
    estimate: Money


@dataclass(frozen=True, slots=True)
class Bill:
    """What a buyer pays. `taxed` are the goods in the order given, then the delivery and the discount where there are any.

    The total is these as shown, and every line with its tax; on top the tax, where prices are without it.
    """

    taxed: tuple[TaxedLine, ...]
    tax_charge: Charge | None
    is_tax_contained: bool
    lines: tuple[ChargeLine, ...]
    at_door: tuple[DueAtDoor, ...]
    tax: Money
    total: Money

    def shown(self, line: ChargeLine) -> Money:
        """The line in the form in which prices are shown."""
        return line.with_tax if self.is_tax_contained else line.amount


def is_import(origin: str, destination: str) -> bool:
    """Do goods cross a customs border? The European Union is one customs territory."""
    return origin != destination and not (is_eu_member(origin) and is_eu_member(destination))


def headings_of(goods: Sequence[Good]) -> int:
    """How many different headings the goods fall under. Goods without a customs code count as one more together."""
    return len({re.sub(r"\D", "", good.hs_code)[:_HEADING_DIGITS] for good in goods})


def bill(
    goods: Sequence[Good],
    delivery: Money | None,
    charges: Sequence[Charge],
    *,
    imported: bool,
    discount: Discount | None = None,
    duty_paid: bool = False,
) -> Bill:
    """Everything that is due for goods and their delivery, which have prices of one currency.

    With `duty_paid` what a carrier would ask for at the door is paid with the order.

    Raises NothingToTax for no goods, and CurrencyMismatch.
    """
    valid = [charge for charge in charges if imported or not _is_of_imports(charge)]
    tax = next((c for c in valid if c.sort is Sort.TAX and c.collected is not Collected.AT_IMPORT), None)
    contained = tax is not None and tax.collected is Collected.IN_PRICE
    taxed = _taxed(goods, delivery, discount, tax.rate if tax else Decimal(0), contained=contained)
    net = _net(taxed, len(goods), discount)
    relief: tuple[ChargeLine, ...] = ()
    if tax is not None and imported and not tax.holds_for(net.goods):
        relief = _relief(tax, taxed) if contained else ()
        taxed = tuple(_untaxed(line.gross if contained else line.net) for line in taxed)
        tax = None
    lines = (*relief, *_duties(valid, goods, net, tax, imported=imported))
    door = _at_door(valid, goods, net, lines) if imported else ()
    if duty_paid:
        lines, door = (*lines, *(_paid_before(entry, goods) for entry in door)), ()
    total = [*(line.gross for line in taxed), *(line.with_tax for line in lines)]
    return Bill(
        taxed=taxed,
        tax_charge=tax,
        is_tax_contained=contained,
        lines=lines,
        at_door=door,
        tax=sum_of([*(line.tax for line in taxed), *(line.tax for line in lines)], net.currency),
        total=sum_of(total, net.currency),
    )


@dataclass(frozen=True, slots=True)
class _Net:
    """Goods and delivery without the tax: what customs values."""

    goods_lines: Sequence[TaxedLine]
    delivery_lines: Sequence[TaxedLine]

    @property
    def currency(self) -> str:
        return self.goods_lines[0].net.currency

    @property
    def goods(self) -> Money:
        return sum_of((line.net for line in self.goods_lines), self.currency)

    def base(self, charge: Charge) -> Money:
        if charge.base is Base.GOODS:
            return self.goods
        return self.goods + sum_of((line.net for line in self.delivery_lines), self.currency)


def _is_of_imports(charge: Charge) -> bool:
    return charge.imports_only or charge.collected is Collected.AT_IMPORT


def _taxed(
    goods: Sequence[Good], delivery: Money | None, discount: Discount | None, rate: TaxRate, *, contained: bool
) -> tuple[TaxedLine, ...]:
    lines = [TaxableLine(unit=good.unit, quantity=good.quantity, rate=rate) for good in goods]
    if delivery is not None:
        lines.append(TaxableLine(unit=delivery, quantity=1, rate=rate))
    if discount is not None:
        lines.append(TaxableLine(unit=-discount.amount, quantity=1, rate=rate))
    return tax_lines(lines, prices_include_tax=contained).lines


def _net(taxed: Sequence[TaxedLine], goods: int, discount: Discount | None) -> _Net:
    """The discount, which is the last line, goes with what it was taken off."""
    if discount is None or discount.is_off_delivery:
        return _Net(taxed[:goods], taxed[goods:])
    return _Net([*taxed[:goods], taxed[-1]], taxed[goods:-1])


def _relief(tax: Charge, taxed: Sequence[TaxedLine]) -> tuple[ChargeLine, ...]:
    """The tax that the prices contain and that is not ours to collect, taken off in one line."""
    nothing = Money.zero(taxed[0].tax.currency)
    contained = sum_of((line.tax for line in taxed), nothing.currency)
    return (ChargeLine(tax, -contained, nothing),) if contained else ()


def _untaxed(price: Money) -> TaxedLine:
    return TaxedLine(Decimal(0), price, Money.zero(price.currency), price)


def _duties(
    charges: Sequence[Charge], goods: Sequence[Good], net: _Net, tax: Charge | None, *, imported: bool
) -> tuple[ChargeLine, ...]:
    due = [
        charge
        for charge in charges
        if charge.sort is Sort.DUTY
        and charge.collected is Collected.AT_CHECKOUT
        and (not imported or charge.holds_for(net.goods))
    ]
    if not due:
        return ()
    amounts = [_amount(charge, goods, net) for charge in due]
    rates = [tax.rate if tax is not None and charge.is_taxable else Decimal(0) for charge in due]
    taxable = [TaxableLine(amount, 1, rate) for amount, rate in zip(amounts, rates, strict=True)]
    taxed = tax_lines(taxable, prices_include_tax=False).lines
    return tuple(
        ChargeLine(charge, line.net, line.tax, headings_of(goods) if charge.kind is Kind.PER_HEADING else 0)
        for charge, line in zip(due, taxed, strict=True)
        if line.net
    )


def _at_door(
    charges: Sequence[Charge], goods: Sequence[Good], net: _Net, paid: Sequence[ChargeLine]
) -> tuple[DueAtDoor, ...]:
    """Duties first: import tax is asked on them as well."""
    due = [c for c in charges if c.collected is Collected.AT_IMPORT and c.holds_for(net.goods)]
    duties = [DueAtDoor(charge, _amount(charge, goods, net)) for charge in due if charge.sort is Sort.DUTY]
    taxed_too = sum_of(
        [
            *(duty.estimate for duty in duties if duty.charge.is_taxable),
            *(line.amount for line in paid if line.charge.is_taxable),
        ],
        net.currency,
    )
    taxes = [
        DueAtDoor(charge, scale(net.base(charge) + taxed_too, charge.rate / 100))
        for charge in due
        if charge.sort is Sort.TAX
    ]
    return tuple(entry for entry in (*duties, *taxes) if entry.estimate)


def _paid_before(due: DueAtDoor, goods: Sequence[Good]) -> ChargeLine:
    headings = headings_of(goods) if due.charge.kind is Kind.PER_HEADING else 0
    return ChargeLine(due.charge, due.estimate, Money.zero(due.estimate.currency), headings)


def _amount(charge: Charge, goods: Sequence[Good], net: _Net) -> Money:
    if charge.kind is Kind.PER_HEADING and charge.amount is not None:
        return charge.amount * headings_of(goods)
    share = scale(net.base(charge), charge.rate / 100)
    return share if charge.less is None else max(share - charge.less, Money.zero(net.currency))
