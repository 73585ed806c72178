"""Owns how much of something is sold in a package, and what one litre, kilogram, metre or square metre of it costs.

Laws want that beside the price (Directive 98/6/EC; in Germany PAngV §§ 4 and 5), each in its own units: a `UnitPricing` says which.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from babel.numbers import format_decimal

from tradewind.lib.money import Money, half_up
from tradewind.lib.money_words import format_money

# The longest text that `read_content` gives back.
LONGEST: Final = 16


class Kind(StrEnum):
    WEIGHT = "weight"
    VOLUME = "volume"
    LENGTH = "length"
    AREA = "area"


# Each unit: of what, how many of the smallest unit of its kind, and its sign. CLDR has words for some languages: "1 litros".
_UNITS: Final = {
    "g": (Kind.WEIGHT, 1, "g"),
    "kg": (Kind.WEIGHT, 1000, "kg"),
    "ml": (Kind.VOLUME, 1, "ml"),
    "l": (Kind.VOLUME, 1000, "l"),
    "cm": (Kind.LENGTH, 1, "cm"),
    "m": (Kind.LENGTH, 100, "m"),
    "cm2": (Kind.AREA, 1, "cm²"),
    "m2": (Kind.AREA, 10_000, "m²"),
}
_CHINESE: Final = {
    "克": "g",
    "千克": "kg",
    "公斤": "kg",
    "毫升": "ml",
    "升": "l",
    "厘米": "cm",
    "米": "m",
    "平方厘米": "cm2",
    "平方米": "m2",
}
_CONTENT: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s*(\S+)", re.ASCII)


class UnreadableContent(ValueError):
    """The text is no amount above zero with one of our units: 250 ml, 1.5 m, 400 g."""


@dataclass(frozen=True, slots=True)
class Content:
    """So much of something. Its text is what `read_content` takes: "1.5 m", "0.25 m2"."""

    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"

    @property
    def kind(self) -> Kind:
        return _UNITS[self.unit][0]

    @property
    def thousandths(self) -> int:
        """Of the smallest unit of its kind: all contents of a kind are whole numbers of these."""
        return int(self.amount * 1000) * _UNITS[self.unit][1]


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What `per` costs of something of which `content` is sold."""

    price: Money
    per: Content
    content: Content


@dataclass(frozen=True, slots=True)
class UnitPricing:
    """Which unit counts for each kind, and from how many grams or millilitres on; a kind that is not named has no unit price."""

    per: Mapping[Kind, Content]
    least: Decimal = Decimal(0)

    def of(self, price: Money, content: Content) -> UnitPrice | None:
        """Rounded half up to the minor unit. None where none has to be shown."""
        per = self.per.get(content.kind)
        is_small = content.kind in {Kind.WEIGHT, Kind.VOLUME} and content.thousandths < self.least * 1000
        if per is None or is_small:
            return None
        amount = half_up(price.amount * per.thousandths, content.thousandths)
        return UnitPrice(Money(amount, price.currency), per, content)


def read_content(text: str) -> Content:
    """As people type it: `250 ml`, `1,5m`, `0.25 m²`, `400克`. Raises UnreadableContent."""
    found = _CONTENT.fullmatch(normalize("NFKC", text).strip().lower())
    unit = _CHINESE.get(found[2], found[2]) if found else ""
    if found is None or unit not in _UNITS or not Decimal(found[1].replace(",", ".")):
        raise UnreadableContent(text)
    return Content(Decimal(found[1].replace(",", ".")), unit)


def pricing_of(units: Sequence[str], least: str) -> UnitPricing:
    """From one content for each kind, and an amount in grams or millilitres. Raises UnreadableContent."""
    if not re.fullmatch(r"\d{1,4}", least, re.ASCII):
        raise UnreadableContent(least)
    contents = [read_content(unit) for unit in units]
    per = {content.kind: content for content in contents}
    if not per or len(per) != len(contents):
        raise UnreadableContent(", ".join(units))
    return UnitPricing(per, Decimal(least))


def content_words(content: Content, locale: str) -> str:
    """As the language writes it: "250 ml", "1,5 m", in Chinese "400克". The locale is CLDR's."""
    locale = locale.replace("-", "_")
    number = format_decimal(content.amount, "#,##0.###", locale=locale)
    if locale.startswith("zh"):
        return number + next(word for word, unit in _CHINESE.items() if unit == content.unit)
    return f"{number}\N{NO-BREAK SPACE}{_UNITS[content.unit][2]}"


def unit_price_words(unit: UnitPrice, locale: str) -> str:
    """ "250 ml · 40,00 € / 1 l". Where the price is that of the unit itself, it is not said twice: "1 l"."""
    content = content_words(unit.content, locale)
    if unit.content.thousandths == unit.per.thousandths:
        return content
    asked = "\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}".join(
        (format_money(unit.price, locale), content_words(unit.per, locale))
    )
    return f"{content} · {asked}"
