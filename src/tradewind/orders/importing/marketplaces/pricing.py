"""Pricing: the lines of one order with their amounts, its delivery, discount and tax, so that they add up to its total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.core.words import say, spoken
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.lib.money import half_up
from tradewind.orders.importing.building import LineRecord
from tradewind.orders.importing.marketplaces.amounts import read_amount
from tradewind.orders.importing.marketplaces.reports import MONEY_OF_ORDER, Cells, Report
from tradewind.orders.importing.marketplaces.summing import Reading, explained
from tradewind.orders.importing.parsing import UNIT_PARTS, Unfit, at_most, unshortened
from tradewind.orders.models import OrderLine

_LARGEST_QUANTITY: Final = 10**7
_LONGEST_TITLE: Final = 200
_LONGEST_OPTIONS: Final = 120
_LONGEST_SKU: Final = 60
_TAXES: Final = ("line_tax", "line_delivery_tax", "gift_wrap_tax")
_DISCOUNTS: Final = ("line_discount", "line_delivery_discount")


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of a file. Amounts are ten-thousandths of the currency's unit; None where the file does not tell."""

    kind: str
    sku: str
    title: str
    options: str
    quantity: int
    dispatched: int
    unit: int | None
    amount: int | None
    tax: int
    delivery: int
    discount: int
    gift_wrap: int

    @property
    def is_priced(self) -> bool:
        return not (self.quantity and self.unit is None and self.amount is None)

    def sum_if(self, *, are_units: bool) -> int:
        if self.amount is not None:
            return self.amount
        return (self.unit or 0) * (self.quantity if are_units else 1)


@dataclass(frozen=True, slots=True)
class Bill:
    """`tax` is in minor units, and part of the total beside the lines where it is not included in them."""

    lines: list[LineRecord]
    tax: int
    is_tax_included: bool


def read_goods(cells: Cells) -> Goods:
    """Raises Unfit."""
    sku = at_most(unshortened(cells.get("sku", "")), _LONGEST_SKU, say(spoken(), "article number"))
    title = cells.get("title", "")[:_LONGEST_TITLE].strip() or sku
    if not title:
        raise Unfit(say(spoken(), "neither article number nor title"))
    quantity = _whole(cells.get("quantity", ""))
    return Goods(
        kind=cells.get("kind", OrderLine.Kind.GOODS.value),
        sku=sku,
        title=title,
        options=cells.get("options", "")[:_LONGEST_OPTIONS],
        quantity=quantity,
        dispatched=min(_whole(cells.get("dispatched") or "0"), quantity),
        unit=_amount(cells, "unit"),
        amount=_amount(cells, "amount"),
        tax=sum(_amount(cells, part) or 0 for part in _TAXES),
        delivery=_amount(cells, "line_delivery") or 0,
        # Some files write what was taken off with a minus, some without.
        discount=sum(abs(_amount(cells, part) or 0) for part in _DISCOUNTS),
        gift_wrap=_amount(cells, "gift_wrap") or 0,
    )


def currency_told(head: Cells, otherwise: str) -> str:
    """What the file names, in a column of its own or with an amount; else what the person said. Raises Unfit."""
    named = head.get("currency", "").upper()
    signs = (read_amount(head[part])[1] for part in MONEY_OF_ORDER if head.get(part))
    code = named or next(filter(None, signs), "") or otherwise
    if not code:
        raise Unfit(say(spoken(), "the file names no currency. Say it with --currency"))
    if code not in MINOR_DIGITS:
        raise Unfit(say(spoken(), "currency “{text}” is unknown", text=code[:20]))
    return code


def priced(head: Cells, goods: Sequence[Goods], report: Report, *, has_left: bool) -> Bill:
    """The bill of the order. Raises Unfit."""
    minor = 10 ** MINOR_DIGITS[head["currency"]]

    def whole(amount: int) -> int:
        return half_up(amount * minor, UNIT_PARTS)

    told = {part: whole(_amount(head, part) or 0) for part in MONEY_OF_ORDER}
    delivery = told["delivery"] + sum(whole(line.delivery) for line in goods)
    gift_wrap = sum(whole(line.gift_wrap) for line in goods)
    tax = told["tax"] + told["other_tax"] + sum(whole(line.tax) for line in goods)
    reading = _reading(head, goods, report, minor=minor, others=delivery + gift_wrap, tax=tax)
    lines = [_line(line, minor, are_units=reading.are_units, has_left=has_left) for line in goods]
    extras = (
        (OrderLine.Kind.DELIVERY, head.get("service", ""), ("delivery", "line_delivery"), delivery),
        (OrderLine.Kind.FEE, "", ("gift_wrap",), gift_wrap),
        (OrderLine.Kind.DISCOUNT, "", ("discount", *_DISCOUNTS), -reading.discount),
        (OrderLine.Kind.FEE, "", ("total",), reading.rest),
    )
    for kind, title, parts, amount in extras:
        if amount:
            lines.append(_extra(kind.value, title or _heading(report.columns, parts), amount, minor))
    return Bill(lines, tax, is_tax_included=not reading.is_tax_on_top)


def _reading(head: Cells, goods: Sequence[Goods], report: Report, *, minor: int, others: int, tax: int) -> Reading:
    def sum_if(*, are_units: bool) -> int:
        return sum(half_up(line.sum_if(are_units=are_units) * minor, UNIT_PARTS) for line in goods)

    of_order = half_up(abs(_amount(head, "discount") or 0) * minor, UNIT_PARTS)
    of_lines = sum(half_up(line.discount * minor, UNIT_PARTS) for line in goods)
    discounts = list(dict.fromkeys([of_order or of_lines, of_order + of_lines, of_lines, 0]))
    total = _amount(head, "total")
    if total is None or not all(line.is_priced for line in goods):
        return Reading(are_units=True, discount=discounts[0], is_tax_on_top=report.is_tax_on_top(head))
    ways = [(True, sum_if(are_units=True))] + ([] if report.is_unit_sure else [(False, sum_if(are_units=False))])
    return explained(half_up(total * minor, UNIT_PARTS), goods=ways, others=others, discounts=discounts, tax=tax)


def _line(line: Goods, minor: int, *, are_units: bool, has_left: bool) -> LineRecord:
    amount = line.sum_if(are_units=are_units)
    unit = line.unit if line.unit is not None and are_units else half_up(amount, line.quantity or 1)
    return LineRecord(
        kind=line.kind,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        unit=unit,
        total=half_up(amount * minor, UNIT_PARTS),
        options=line.options,
        dispatched=line.quantity if has_left and line.kind == OrderLine.Kind.GOODS else line.dispatched,
    )


def _extra(kind: str, title: str, amount: int, minor: int) -> LineRecord:
    return LineRecord(kind, "", title[:_LONGEST_TITLE], 1, amount * UNIT_PARTS // minor, amount)


def _heading(columns: Mapping[str, tuple[str, ...]], parts: Sequence[str]) -> str:
    """Named as the file names it: it is the file's amount."""
    return next(columns[part][0] for part in parts if part in columns)


def _amount(cells: Cells, part: str) -> int | None:
    text = cells.get(part, "")
    return read_amount(text)[0] if text else None


def _whole(text: str) -> int:
    bare = text.removesuffix(".0").removesuffix(".00").replace(",", "")
    if not bare.isascii() or not bare.isdigit():
        raise Unfit(say(spoken(), "quantity “{text}” is not whole", text=text[:40]))
    if int(bare) > _LARGEST_QUANTITY:
        raise Unfit(say(spoken(), "quantity “{text}” is too large", text=text[:40]))
    return int(bare)
