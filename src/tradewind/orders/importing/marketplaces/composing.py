"""Composing: the rows of one order of a channel's file become one record, as building does for files with a mapping."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.words import say, spoken
from tradewind.lib.currencies import minor_digits
from tradewind.orders.importing.building import MOST_LINES, OrderRecord, digest_of
from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.marketplaces.addressing import address_of, email_of
from tradewind.orders.importing.marketplaces.moments import read_moment
from tradewind.orders.importing.marketplaces.pricing import Goods, currency_told, priced, read_goods
from tradewind.orders.importing.marketplaces.reports import MOMENTS, OF_ORDER, Cells, heading_key
from tradewind.orders.importing.marketplaces.sheets import ExportFile
from tradewind.orders.importing.marketplaces.stating import stated
from tradewind.orders.importing.marketplaces.workbooks import is_long, look_rounded, rounded_words
from tradewind.orders.importing.parsing import UNIT_PARTS, Unfit, at_most, unshortened
from tradewind.orders.importing.reading import RawRow
from tradewind.orders.importing.rejects import Reject
from tradewind.orders.importing.telling import Told
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

_LONGEST_NUMBER: Final = 80
_LONGEST_BUYER: Final = 254
_OTHERS: Final = ("refunded", "tracking", "service", "fulfilled_by", "sales_channel", "customs_number")
_HAS_LEFT: Final = frozenset({OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED})


class Composer:
    """Builds the orders of one file. `how` is what the person says of files that do not; `at` is now."""

    def __init__(self, file: ExportFile, how: Export, *, at: datetime) -> None:
        report, headings = file.report, file.headings
        self._is_text = file.is_text
        self._report = report
        self._at = at
        self._currency = how.currency
        self._zone = ZoneInfo(how.zone or report.zone)
        keys = [heading_key(heading) for heading in headings]
        self._columns = [
            (part, keys.index(heading))
            for part, names in report.columns.items()
            if (heading := next((name for name in names if name in keys), None))
        ]
        self._order = dict(self._columns)["order"]
        self._are_rounded = False
        # Thousands of rows share few moments.
        self._moment = lru_cache(maxsize=4096)(self._read_moment)

    def look_at(self, numbers: Iterable[str]) -> None:
        """All numbers of a text file, before its orders are built: that Excel has rounded them shows in all together."""
        self._are_rounded = self._is_text and look_rounded(numbers)

    def order_number(self, raw: RawRow) -> str:
        """Raises Unfit."""
        number = raw.cells[self._order].strip()
        if not number:
            raise Unfit(say(spoken(), "the order number is missing"))
        return at_most(unshortened(number), _LONGEST_NUMBER, say(spoken(), "order number"))

    def build(self, number: str, raws: list[RawRow]) -> tuple[OrderRecord | None, list[Reject]]:
        """The record of one order, None when no row of it can be used, and the rows that were rejected."""
        if self._are_rounded and is_long(number):
            return None, [Reject(raw, rounded_words()) for raw in raws]
        rows = [self._report.prepare(self._cells(raw)) for raw in raws]
        head = {part: text for part, text in self._report.head(rows).items() if part in OF_ORDER}
        rejects: list[Reject] = []
        try:
            head["currency"] = currency_told(head, self._currency)
            goods, rejects = self._goods(raws, rows, head["currency"])
            if not goods:
                return None, rejects or [Reject(raw, say(spoken(), "the order has no article")) for raw in raws]
            return digest_of(self._record(number, head, goods, len(raws) - len(rejects))), rejects
        except Unfit as reason:
            said = {reject.row.line for reject in rejects}
            return None, rejects + [Reject(raw, str(reason)) for raw in raws if raw.line not in said]

    def _cells(self, raw: RawRow) -> Cells:
        return {part: text for part, place in self._columns if (text := raw.cells[place].strip())}

    def _goods(self, raws: list[RawRow], rows: list[Cells], currency: str) -> tuple[list[Goods], list[Reject]]:
        """A row of which one line cannot be read is rejected; the other rows of the order stand."""
        goods: list[Goods] = []
        rejects: list[Reject] = []
        for raw, row in zip(raws, rows, strict=True):
            try:
                if (row.get("currency") or currency).upper() != currency:
                    what, line = say(spoken(), "currency"), raws[0].line
                    words = say(spoken(), "{what} differs from line {line} of the same order", what=what, line=line)
                    raise Unfit(words)
                if refused := self._report.refuses(row):
                    raise Unfit(say(spoken(), refused))
                goods += [read_goods(line) for line in self._report.lines(row)]
            except Unfit as reason:
                rejects.append(Reject(raw, str(reason)))
        return goods, rejects

    def _record(self, number: str, head: Cells, goods: list[Goods], rows: int) -> OrderRecord:
        placed_at = self._placed_at(head)
        place, ship_to = address_of(head, self._report.locale)
        told = replace(self._told(head), ship_to=ship_to, is_priced=all(line.is_priced for line in goods))
        bill = priced(head, goods, self._report, has_left=told.state in _HAS_LEFT)
        if len(bill.lines) > MOST_LINES:
            raise Unfit(say(spoken(), "the order has more than {most} lines", most=MOST_LINES))
        record = OrderRecord(
            number=number,
            kind=Order.Kind.SALE.value,
            placed_at=placed_at,
            customer=at_most(unshortened(head.get("buyer", "")), _LONGEST_BUYER, say(spoken(), "customer number")),
            place=place,
            currency=head["currency"],
            lines=tuple(bill.lines),
            rows=rows,
            exact=0,
            digest="",
            tax=bill.tax,
            is_tax_included=bill.is_tax_included,
            told=told,
        )
        return replace(record, exact=record.total * UNIT_PARTS // 10 ** minor_digits(record.currency))

    def _told(self, head: Cells) -> Told:
        moments = {key: self._moment(head[key]) for key in MOMENTS if head.get(key)}
        how_far = stated(self._report, head, moments)
        return Told(
            report=self._report.code,
            status=how_far.status,
            state=how_far.state,
            is_sure=how_far.is_sure,
            is_status_known=how_far.is_known,
            is_priced=True,
            updated_at=self._moment(head["updated_at"]) if head.get("updated_at") else None,
            moments=moments,
            ship_to={},
            email=email_of(head),
            others={key: head[key][:200] for key in _OTHERS if head.get(key)},
        )

    def _read_moment(self, text: str) -> datetime:
        return read_moment(text, formats=self._report.times, zone=self._zone)

    def _placed_at(self, head: Cells) -> datetime:
        if not head.get("placed_at"):
            raise Unfit(say(spoken(), "the date is missing"))
        moment = self._moment(head["placed_at"])
        if moment > self._at:
            raise Unfit(say(spoken(), "date “{text}” lies in the future", text=head["placed_at"]))
        return moment
