"""Parsing: the cells of one row become typed values, or one sentence that says why they cannot."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.words import locale_of, say, spoken
from tradewind.lib.countries import UnknownCountry, country_from_name
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.orders.importing.mapping import Mapping as Mapped
from tradewind.orders.importing.reading import RawRow

# Prices are stored with four decimals; counting them in ten-thousandths keeps every product exact.
UNIT_PARTS: Final = 10_000
_LARGEST_QUANTITY: Final = 2**31 - 1
_LARGEST_PRICE: Final = 10**9
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
# What Excel makes of long numbers: the digits behind are lost.
_SHORTENED: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_LONGEST_PART: Final = 200
# Decimal's arithmetic is exact up to 28 digits.
_LONGEST_NUMBER: Final = 24


class Unfit(Exception):
    """This row cannot be used; the message is the reason in words."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country's code; or none, and the words that stood in its place ("Channel Islands")."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an order. What is None or empty stands on another row of the same order, or nowhere."""

    raw: RawRow
    kind: str
    sku: str
    title: str
    quantity: int
    unit: int  # in ten-thousandths of the currency's unit
    placed_at: datetime | None
    customer: str
    place: Place | None
    currency: str
    ship_to: Mapping[str, str] = field(default_factory=dict)  # parts of Order.ship_to, without empty ones
    email: str = ""


class Parser:
    """Reads rows as a mapping says. `at` is now: nothing was sold later. `weeks` moves every date."""

    def __init__(self, mapping: Mapped, headings: list[str], *, at: datetime, weeks: int = 0) -> None:
        self._mapping = mapping
        self._at = at
        self._shift = timedelta(weeks=weeks)
        self._zone = ZoneInfo(mapping.date.zone)
        columns = mapping.columns
        self._order = [headings.index(column) for column in columns.order]
        self._column = {
            key: headings.index(column)
            for key, column in columns.model_dump(exclude={"order"}).items()
            if column is not None
        }
        address = mapping.address.model_dump()
        self._address = {key: headings.index(column) for key, column in address.items() if column is not None}
        self._special = {sku.casefold(): kind for sku, kind in mapping.special.items()}
        thousands, decimal = re.escape(mapping.numbers.thousands), re.escape(mapping.numbers.decimal)
        grouped = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|" if thousands else ""
        self._number = re.compile(rf"[+-]?(?:(?:{grouped}[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+)")
        # Thousands of rows of one file share few dates.
        self._moment = lru_cache(maxsize=1024)(self._read_moment)

    def order_number(self, raw: RawRow) -> str:
        """Raises Unfit."""
        parts = [raw.cells[place].strip() for place in self._order]
        if not all(parts):
            raise Unfit(say(spoken(), "the order number is missing"))
        number = "/".join(unshortened(part) for part in parts)
        return at_most(number, 80, say(spoken(), "order number"))

    def is_credit(self, number: str) -> bool:
        return self._mapping.credits is not None and number.startswith(self._mapping.credits.prefix)

    def row(self, raw: RawRow, *, is_credit: bool) -> Row:
        """Raises Unfit."""
        sku = at_most(unshortened(self._cell(raw, "sku")), 60, say(spoken(), "article number"))
        title = self._cell(raw, "title")[:200].strip() or sku
        if not title:
            raise Unfit(say(spoken(), "neither article number nor title"))
        kind = self._special.get(sku.casefold(), "goods")
        quantity, unit = self._quantity(self._cell(raw, "quantity")), self._unit(self._cell(raw, "unit_price"))
        self._check_rules(kind, quantity, unit, is_credit=is_credit)
        address = self._read_address(raw)
        email = address.pop("email", "")
        return Row(
            raw=raw,
            kind=kind,
            sku=sku,
            title=title,
            quantity=quantity,
            unit=unit,
            placed_at=self._moment(self._cell(raw, "date")),
            customer=self._customer(self._cell(raw, "customer")),
            place=self._place(self._cell(raw, "country")),
            currency=self._currency(self._cell(raw, "currency")),
            ship_to=address,
            email=email if "@" in email else "",
        )

    def _cell(self, raw: RawRow, key: str) -> str:
        place = self._column.get(key)
        return "" if place is None else raw.cells[place].strip()

    def _read_address(self, raw: RawRow) -> dict[str, str]:
        told = {key: raw.cells[place].strip()[:_LONGEST_PART] for key, place in self._address.items()}
        return {key: text for key, text in told.items() if text}

    def _read_number(self, text: str, what: str) -> Decimal:
        if len(text) > _LONGEST_NUMBER or not self._number.fullmatch(text):
            raise Unfit(say(spoken(), "{what} “{text}” is not a number", what=what, text=text[:_LONGEST_NUMBER]))
        numbers = self._mapping.numbers
        return Decimal(text.replace(numbers.thousands, "").replace(numbers.decimal, "."))

    def _quantity(self, text: str) -> int:
        number = self._read_number(text, say(spoken(), "quantity"))
        if number != number.to_integral_value():
            raise Unfit(say(spoken(), "quantity “{text}” is not whole", text=text))
        if abs(number) > _LARGEST_QUANTITY:
            raise Unfit(say(spoken(), "quantity “{text}” is too large", text=text))
        return int(number)

    def _unit(self, text: str) -> int:
        number = self._read_number(text, say(spoken(), "price"))
        if abs(number) > _LARGEST_PRICE:
            raise Unfit(say(spoken(), "price “{text}” is too large", text=text))
        parts = number.scaleb(4)
        if parts != parts.to_integral_value():
            raise Unfit(say(spoken(), "price “{text}” has more than four decimals", text=text))
        return int(parts)

    def _check_rules(self, kind: str, quantity: int, unit: int, *, is_credit: bool) -> None:
        if kind == "reject":
            raise Unfit(say(spoken(), "the mapping leaves this article number out"))
        if is_credit and self._mapping.credits and self._mapping.credits.treat_as == "reject":
            raise Unfit(say(spoken(), "the mapping leaves credits out"))
        if kind != "goods":
            return
        rules = self._mapping.rules
        if unit == 0 and rules.zero_price == "reject":
            raise Unfit(say(spoken(), "the price is zero"))
        if unit < 0 and rules.negative_price == "reject":
            raise Unfit(say(spoken(), "the price is negative"))
        if quantity == 0 and rules.zero_quantity == "reject":
            raise Unfit(say(spoken(), "the quantity is zero"))
        if quantity < 0 and not is_credit and rules.negative_quantity == "reject":
            raise Unfit(say(spoken(), "the quantity is negative, and this is not a credit"))
        if quantity > 0 and is_credit and rules.positive_quantity_in_credit == "reject":
            raise Unfit(say(spoken(), "the quantity is positive, and this is a credit"))

    def _read_moment(self, text: str) -> datetime | None:
        if not text:
            return None
        unreadable = say(
            spoken(), "date “{text}” is not like {format}", text=text[:60], format=self._mapping.date.format
        )
        try:
            local = datetime.strptime(text, self._mapping.date.format) + self._shift  # noqa: DTZ007  # the zone follows
            moment = (local if local.utcoffset() is not None else local.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unfit(unreadable) from None
        if moment > self._at:
            raise Unfit(say(spoken(), "date “{text}” lies in the future", text=text))
        if moment < _EARLIEST:
            raise Unfit(say(spoken(), "date “{text}” lies before 1970", text=text))
        return moment

    def _customer(self, text: str) -> str:
        suffix = self._mapping.customer.drop_suffix
        return at_most(unshortened(text).removesuffix(suffix), 254, say(spoken(), "customer number"))

    def _place(self, text: str) -> Place | None:
        if not text:
            return None
        named = self._mapping.country.names.get(text)
        if named is not None:
            return Place(named) if named else None
        try:
            code = country_from_name(text, locale_of(self._mapping.country.language))
        except UnknownCountry:
            if self._mapping.country.unknown == "reject":
                raise Unfit(say(spoken(), "country “{text}” is unknown", text=text[:80])) from None
            code = None
        return Place(code) if code else Place("", region=text[:80])

    def _currency(self, text: str) -> str:
        code = text.upper()
        if code and code not in MINOR_DIGITS:
            raise Unfit(say(spoken(), "currency “{text}” is unknown", text=text[:20]))
        return code


def unshortened(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise Unfit(say(spoken(), "“{text}” was shortened by a spreadsheet; its digits are lost", text=text[:60]))
    return text


def at_most(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        raise Unfit(say(spoken(), "{what} is longer than {longest} signs", what=what, longest=longest))
    return text
