"""Tables of rates as people write them: a row for each step of weight, in the columns in which forwarders quote.

A row without a zone, or with the one above, goes on with that zone; its countries stand in its first row. What cannot be read is
told by row and column, all of it at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from unicodedata import normalize

from django.utils.translation import gettext_noop

from tradewind.lib.countries import COUNTRIES, UnknownCountry, country_from_name
from tradewind.lib.freight import KILOGRAM, Rates, Step, Zone, postcode_key
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount

COLUMNS: Final = (
    "zone", "countries", "postcodes", "up_to", "first_kg", "first", "step_kg", "step", "per_kg", "fee",
)  # fmt: skip
MOST_ROWS: Final = 2000
_MOST_GRAMS: Final = 1_000_000
_MOST_AMOUNT: Final = 10**10
_LONGEST: Final = 40
# What forwarders, and our own pages in three languages, write above the columns.
_HEADINGS: Final[Mapping[str, str]] = {
    "zone": "zone zones 分区 区域 zonename zona",
    "countries": "countries country 国家 国家地区 目的国 land länder",
    "postcodes": "postcodes postcode zip 邮编 偏远邮编 plz postleitzahlen",
    "up_to": "upto uptokg weightto weight 重量 重量段 重量区间 重量至 重量上限 重量至kg 最大重量 bis biskg",
    "first_kg": "firstweight firstkg 首重 首重kg erstesgewicht",
    "first": "firstprice 首重价格 首重价 首重费 首重运费 erstespreis",
    "step_kg": "furtherstep stepkg 续重 续重单位 续重kg schritt",
    "step": "furtherprice stepprice 续重价格 续重价 续重费 续重运费 schrittpreis",
    "per_kg": "perkg priceperkg 每公斤 每kg 单价kg 运费kg 公斤价 jekg",
    "fee": "fee parcelfee 处理费 挂号费 操作费 每件 每票 处理费票 gebühr",
}
_BY_HEADING: Final = {name: column for column, names in _HEADINGS.items() for name in names.split()}
_OTHERS: Final = frozenset({"", "*", "others", "其他", "其它", "其他国家", "andere"})


class NoHeadings(Exception):
    """No row begins the table with the names of its columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """As typed. `line` is counted from 1, as spreadsheets do."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a row, and in which column; the words may name `value`."""

    line: int
    column: str
    words: str
    value: str = ""


@dataclass(slots=True)
class _Zone:
    name: str
    countries: frozenset[str]
    postcodes: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)


def rows_of(table: Iterable[Sequence[str]]) -> list[Row]:
    """The rows below the headings; columns of other names are left out. Raises NoHeadings."""
    columns: dict[int, str] = {}
    rows = []
    for line, cells in enumerate(table, start=1):
        if not columns:
            found = {place: _BY_HEADING.get(_key(cell), "") for place, cell in enumerate(cells)}
            if {"up_to"} <= set(found.values()):
                columns = {place: column for place, column in found.items() if column}
            continue
        row = {column: cells[place].strip() if place < len(cells) else "" for place, column in columns.items()}
        if any(row.values()):
            rows.append(Row(line, row))
    if not columns:
        raise NoHeadings
    return rows[:MOST_ROWS]


def rows_from(rates: Rates) -> list[Row]:
    """The table as somebody would have typed it."""
    rows: list[Row] = []
    for zone in rates.zones:
        for number, step in enumerate(zone.steps):
            begin = (zone.name, ", ".join(sorted(zone.countries)), ", ".join(zone.postcodes))
            cells = dict(zip(COLUMNS, begin if number == 0 else ("", "", ""), strict=False))
            cells |= {
                "up_to": _kilograms(step.to_g),
                "first_kg": _kilograms(step.first_g),
                "step_kg": _kilograms(step.step_g),
            }
            amounts = {"first": step.first, "step": step.step, "per_kg": step.per_kg, "fee": step.fee}
            cells |= {
                name: str(Money(amount, rates.currency).decimal) if amount else "" for name, amount in amounts.items()
            }
            rows.append(Row(len(rows) + 1, cells))
    return rows


def read_rows(rows: Sequence[Row], currency: str, *, must_rise: bool) -> tuple[Rates | None, list[Mistake]]:
    """The table, or what is wrong with it. With `must_rise` more weight may not cost less: buyers would send it in two."""
    mistakes: list[Mistake] = []
    zones: dict[str, _Zone] = {}
    zone: _Zone | None = None
    for row in rows:
        zone = _zone(row, zones, zone, mistakes)
        step = _step(row, currency, mistakes)
        if zone is None or step is None:
            continue
        last = zone.steps[-1] if zone.steps else None
        if last is not None and step.to_g <= last.to_g:
            mistakes.append(Mistake(row.line, "up_to", gettext_noop("Within a zone the weights rise from row to row.")))
        elif must_rise and last is not None and step.asks(last.to_g + 1) < last.asks(last.to_g):
            words = gettext_noop("A heavier parcel would cost less than the row above asks at its end.")
            mistakes.append(Mistake(row.line, "first", words))
        zone.steps.append(step)
    if not rows:
        mistakes.append(Mistake(0, "zone", gettext_noop("The table has no rows.")))
    if mistakes:
        return None, mistakes
    made = (Zone(each.name, each.countries, each.postcodes, tuple(each.steps)) for each in zones.values())
    return Rates(currency, tuple(made)), []


def _zone(row: Row, zones: dict[str, _Zone], above: _Zone | None, mistakes: list[Mistake]) -> _Zone | None:
    name = row.cells.get("zone", "")[:_LONGEST]
    if not name or (above is not None and name == above.name):
        if above is None:
            mistakes.append(Mistake(row.line, "zone", gettext_noop("Give the zone a name.")))
        return above
    if name in zones:
        return zones[name]
    countries = _countries(row, mistakes)
    codes = tuple(filter(None, map(postcode_key, re.split(r"[,;、，；|]", row.cells.get("postcodes", "")))))
    if codes and not countries:
        words = gettext_noop("Beginnings of postcodes need the country that they belong to.")
        mistakes.append(Mistake(row.line, "countries", words))
    for other in zones.values() if not codes else ():
        same = countries & other.countries
        if not other.postcodes and (same or (not countries and not other.countries)):
            words = gettext_noop("Another zone has this already: {value}")
            mistakes.append(Mistake(row.line, "countries", words, ", ".join(sorted(same)) or other.name))
    zones[name] = _Zone(name, countries, codes)
    return zones[name]


def _countries(row: Row, mistakes: list[Mistake]) -> frozenset[str]:
    typed = row.cells.get("countries", "").strip()
    if typed.casefold() in _OTHERS:
        return frozenset()
    found = set()
    for part in filter(None, (each.strip() for each in re.split(r"[,;/、，；|]", typed))):
        codes = _codes(part)
        if not codes:
            words = gettext_noop("This is no country: {value}")
            mistakes.append(Mistake(row.line, "countries", words, part[:_LONGEST]))
        found.update(codes)
    return frozenset(found)


def _codes(part: str) -> list[str]:
    """Of "DE", of "DE AT CH", or of a name."""
    codes = part.upper().split()
    if all(code in COUNTRIES for code in codes):
        return codes
    for locale in ("zh_Hans", "de"):
        with suppress(UnknownCountry):
            code = country_from_name(part, locale)
            return [code] if code else []
    return []


def _step(row: Row, currency: str, mistakes: list[Mistake]) -> Step | None:
    before = len(mistakes)
    grams = {name: _grams(row, name, mistakes) for name in ("up_to", "first_kg", "step_kg")}
    prices = {name: _amount(row, name, currency, mistakes) for name in ("first", "step", "per_kg", "fee")}
    if len(mistakes) > before:
        return None
    if not grams["up_to"]:
        mistakes.append(Mistake(row.line, "up_to", gettext_noop("Up to which weight does this hold, in kilograms?")))
    elif not any(row.cells.get(name) for name in prices):
        mistakes.append(Mistake(row.line, "first", gettext_noop("This row has no price.")))
    elif bool(grams["step_kg"]) != bool(prices["step"]):
        words = gettext_noop("A price for further weight needs the step that it is for, and the step a price.")
        mistakes.append(Mistake(row.line, "step_kg", words))
    if len(mistakes) > before:
        return None
    return Step(
        to_g=grams["up_to"],
        first_g=grams["first_kg"],
        first=prices["first"],
        step_g=grams["step_kg"],
        step=prices["step"],
        per_kg=prices["per_kg"],
        fee=prices["fee"],
    )


def _grams(row: Row, name: str, mistakes: list[Mistake]) -> int:
    typed = re.sub(r"(?i)\s*kg$", "", normalize("NFKC", row.cells.get(name, "")).strip()).replace(",", ".")
    if name == "up_to":  # some write a range: "0.5-2", "0.5<W≤2"
        typed = re.sub(r"^.*[-–~≤<至]\s*", "", typed)
    if not typed:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", typed):
        mistakes.append(Mistake(row.line, name, gettext_noop("Please write kilograms like 0.5."), typed[:_LONGEST]))
        return 0
    grams = Decimal(typed) * KILOGRAM
    if grams != int(grams) or grams > _MOST_GRAMS:
        mistakes.append(Mistake(row.line, name, gettext_noop("Whole grams, and not above a ton: 0.125"), typed))
        return 0
    return int(grams)


def _amount(row: Row, name: str, currency: str, mistakes: list[Mistake]) -> int:
    typed = re.sub(r"[¥€$£\s]|(?i:rmb|" + currency + ")", "", normalize("NFKC", row.cells.get(name, "")))
    # Thousands come in threes; any other comma stands where others write a point.
    typed = typed.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", typed) else typed.replace(",", ".")
    if not typed:
        return 0
    try:
        amount = Money.of(typed[:_LONGEST], currency).amount
    except UnreadableAmount:
        amount = -1
    except TooManyDigits:
        words = gettext_noop("This has more digits than the currency: {value}")
        mistakes.append(Mistake(row.line, name, words, typed[:_LONGEST]))
        return 0
    if not 0 <= amount <= _MOST_AMOUNT:
        mistakes.append(Mistake(row.line, name, gettext_noop("This is no price: {value}"), typed[:_LONGEST]))
        return 0
    return amount


def _kilograms(grams: int) -> str:
    return f"{Decimal(grams) / KILOGRAM:f}" if grams else ""


def _key(heading: str) -> str:
    """As headings are compared: units in brackets do not count."""
    plain = re.sub(r"[(\[（].*?[)\]）]", "", normalize("NFKC", heading)).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
