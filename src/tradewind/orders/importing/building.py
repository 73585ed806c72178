"""Building: the rows of one order become one record with its money, and a digest by which a change is seen.

What all rows must agree on (customer, country, currency, date) is taken from the first row that says it; a later row
that says otherwise is rejected and names that row. The other rows of the order stand.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from tradewind.core.words import say, spoken
from tradewind.lib.currencies import minor_digits
from tradewind.lib.money import half_up
from tradewind.orders.importing.mapping import Mapping
from tradewind.orders.importing.parsing import UNIT_PARTS, Parser, Place, Row, Unfit
from tradewind.orders.importing.reading import RawRow
from tradewind.orders.importing.rejects import Reject
from tradewind.orders.importing.telling import Told
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

# Part of every digest: raised when records are built in another way, so that a repeated import brings old ones up to date.
DIGEST_VERSION: Final = 1
MOST_LINES: Final = 32_767
# Together with the number of lines this keeps an order's total within what databases count.
_LARGEST_LINE: Final = 10**14


@dataclass(frozen=True, slots=True)
class LineRecord:
    kind: str
    sku: str
    title: str
    quantity: int
    unit: int  # in ten-thousandths of the currency's unit
    total: int  # in minor units
    options: str = ""
    dispatched: int = 0


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order as a file tells it. `exact` is its sum before rounding, in ten-thousandths of the currency's unit.

    `tax` is in minor units, and part of the total beside the lines where it is not included in them.
    """

    number: str
    kind: str
    placed_at: datetime
    customer: str
    place: Place
    currency: str
    lines: tuple[LineRecord, ...]
    rows: int
    exact: int
    digest: str
    tax: int = 0
    is_tax_included: bool = True
    told: Told | None = None  # where the file is a sales channel's
    # Of files with a mapping; a sales channel's stand in `told`.
    state: str = OrderState.COMPLETED
    ship_to: Pairs[str, str] = field(default_factory=dict)
    email: str = ""

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines) + (0 if self.is_tax_included else self.tax)

    def sum_of(self, kind: str) -> int:
        return sum(line.total for line in self.lines if line.kind == kind)


@dataclass(frozen=True, slots=True)
class _Head:
    """What all rows of the order agree on."""

    placed_at: datetime
    customer: str
    place: Place
    currency: str
    ship_to: Pairs[str, str]
    email: str


class Builder:
    """Builds the orders of a file that a mapping describes."""

    def __init__(self, parser: Parser, mapping: Mapping) -> None:
        self._parser = parser
        self._mapping = mapping

    def look_at(self, numbers: Iterable[str]) -> None:
        """A mapping says nothing of what numbers look like."""

    def order_number(self, raw: RawRow) -> str:
        """Raises Unfit."""
        return self._parser.order_number(raw)

    def build(self, number: str, raws: list[RawRow]) -> tuple[OrderRecord | None, list[Reject]]:
        return build_order(number, raws, self._parser, self._mapping)


def digest_of(record: OrderRecord) -> OrderRecord:
    """The record of a sales channel with its digest, which is another whenever anything in it is."""
    said: list[object] = [DIGEST_VERSION, record.placed_at.isoformat(), record.customer, record.currency]
    said += [record.place.country, record.place.region, record.tax, record.is_tax_included]
    told = record.told.as_data() if record.told else []
    parts = [
        [line.kind, line.sku, line.title, line.quantity, line.unit, line.total, line.options, line.dispatched]
        for line in record.lines
    ]
    return replace(record, digest=hashlib.sha256(json.dumps([said, told, parts]).encode()).hexdigest())


def build_order(
    number: str, raws: list[RawRow], parser: Parser, mapping: Mapping
) -> tuple[OrderRecord | None, list[Reject]]:
    """The record of one order, None when no row is left of it, and the rows that were rejected."""
    is_credit = parser.is_credit(number)
    rejects: list[Reject] = []
    rows: list[Row] = []
    for raw in raws:
        try:
            rows.append(parser.row(raw, is_credit=is_credit))
        except Unfit as reason:
            rejects.append(Reject(raw, str(reason)))
    try:
        rows, conflicting = _agreeing(rows, mapping)
        rejects += conflicting
        head = _head(rows, mapping) if rows else None
    except Unfit as reason:
        return None, rejects + [Reject(row.raw, str(reason)) for row in rows]
    if head is None:
        return None, rejects
    lines, unfit = _lines(rows, head.currency)
    rejects += unfit
    if not lines:
        return None, rejects
    kind = Order.Kind.CREDIT if is_credit else Order.Kind.SALE
    record = _record(number, kind.value, head, lines)
    return replace(record, state=mapping.state if kind == Order.Kind.SALE else OrderState.COMPLETED), rejects


def _agreeing(rows: list[Row], mapping: Mapping) -> tuple[list[Row], list[Reject]]:
    tolerance = timedelta(minutes=mapping.date.tolerance_minutes)
    rules: list[tuple[str, Callable[[Row], object], Callable[[Row, Row], bool]]] = [
        (say(spoken(), "customer"), lambda row: row.customer, lambda a, b: a.customer == b.customer),
        (say(spoken(), "country"), lambda row: row.place, lambda a, b: a.place == b.place),
        (say(spoken(), "currency"), lambda row: row.currency, lambda a, b: a.currency == b.currency),
        (say(spoken(), "date"), lambda row: row.placed_at, lambda a, b: _is_near(a, b, tolerance)),
    ]
    rejects: list[Reject] = []
    for what, said, is_same in rules:
        first = next((row for row in rows if said(row)), None)
        if first is None:
            continue
        words = say(spoken(), "{what} differs from line {line} of the same order", what=what, line=first.raw.line)
        agreeing = [row for row in rows if not said(row) or is_same(first, row)]
        rejects += [Reject(row.raw, words) for row in rows if said(row) and not is_same(first, row)]
        rows = agreeing
    return rows, rejects


def _is_near(first: Row, other: Row, tolerance: timedelta) -> bool:
    if first.placed_at is None or other.placed_at is None:
        return True
    return abs(other.placed_at - first.placed_at) <= tolerance


def _head(rows: list[Row], mapping: Mapping) -> _Head:
    """Raises Unfit when the order as a whole lacks something."""
    moments = [row.placed_at for row in rows if row.placed_at]
    if not moments:
        raise Unfit(say(spoken(), "the date is missing"))
    customer = next((row.customer for row in rows if row.customer), "")
    if not customer and mapping.customer.missing == "reject":
        raise Unfit(say(spoken(), "the customer is missing"))
    currency = next((row.currency for row in rows if row.currency), mapping.currency)
    if not currency:
        raise Unfit(say(spoken(), "the currency is missing"))
    place = next((row.place for row in rows if row.place), Place(""))
    ship_to = {part: text for row in reversed(rows) for part, text in row.ship_to.items()}
    email = next((row.email for row in rows if row.email), "")
    return _Head(min(moments), customer, place, currency, ship_to, email)


def _lines(rows: list[Row], currency: str) -> tuple[list[LineRecord], list[Reject]]:
    lines: list[LineRecord] = []
    rejects: list[Reject] = []
    minor = 10 ** minor_digits(currency)
    for row in rows:
        total = half_up(row.quantity * row.unit * minor, UNIT_PARTS)
        if abs(total) > _LARGEST_LINE:
            rejects.append(Reject(row.raw, say(spoken(), "the line's amount is too large")))
        elif len(lines) == MOST_LINES:
            words = say(spoken(), "the order has more than {most} lines", most=MOST_LINES)
            rejects.append(Reject(row.raw, words))
        else:
            lines.append(LineRecord(row.kind, row.sku, row.title, row.quantity, row.unit, total))
    return lines, rejects


def _record(number: str, kind: str, head: _Head, lines: list[LineRecord]) -> OrderRecord:
    said = [DIGEST_VERSION, kind, head.placed_at.isoformat(), head.customer, head.place.country, head.place.region]
    said += [head.currency]
    if head.ship_to or head.email:
        said += [json.dumps([head.ship_to, head.email], sort_keys=True)]
    parts = [[line.kind, line.sku, line.title, line.quantity, line.unit, line.total] for line in lines]
    return OrderRecord(
        number=number,
        kind=kind,
        placed_at=head.placed_at,
        customer=head.customer,
        place=head.place,
        currency=head.currency,
        lines=tuple(lines),
        rows=len(lines),
        exact=sum(line.quantity * line.unit for line in lines),
        digest=hashlib.sha256(json.dumps([said, parts]).encode()).hexdigest(),
        ship_to=head.ship_to,
        email=head.email,
    )
