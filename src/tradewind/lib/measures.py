"""Owns lengths: whole millimetres, read from centimetres as people type them, and written in centimetres and inches."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final
from unicodedata import normalize

from babel.numbers import format_decimal

# Where people measure in inches. CLDR calls these systems US and UK.
INCH_COUNTRIES: Final = frozenset({"US", "GB"})
_CENTIMETRES: Final = re.compile(r"\d{1,4}(?:[.,]\d)?", re.ASCII)
_TO: Final = re.compile(r"\s*[-–—~\u301c]\s*")
_ENDS: Final = 2


class UnreadableLength(ValueError):
    """The text is neither a length in centimetres nor one from and to."""


def read_lengths(text: str) -> list[int]:
    """Millimetres of `50`, `50.5`, `50,5`; two of `86-90`, the shorter one first; none of nothing. Raises UnreadableLength."""
    typed = normalize("NFKC", text).strip().lower().removesuffix("cm").strip()
    if not typed:
        return []
    ends = _TO.split(typed)
    if len(ends) > _ENDS or not all(_CENTIMETRES.fullmatch(end) for end in ends):
        raise UnreadableLength(text)
    lengths = [int(Decimal(end.replace(",", ".")) * 10) for end in ends]
    if lengths[0] == 0 or sorted(set(lengths)) != lengths:
        raise UnreadableLength(text)
    return lengths


def write_lengths(lengths: Sequence[int]) -> str:
    """As `read_lengths` takes it: `50`, `50.5`, `86-90`."""
    return "-".join(f"{centimetres(length):f}".removesuffix(".0") for length in lengths)


def centimetres(millimetres: int) -> Decimal:
    return (Decimal(millimetres) / 10).quantize(Decimal("0.1"))


def inches(millimetres: int) -> Decimal:
    """Rounded half up to one decimal: an inch is 25.4 mm."""
    return Decimal((200 * millimetres + 254) // 508).scaleb(-1)


def in_centimetres(lengths: Sequence[int], locale: str) -> str:
    """The number alone, as the language writes it: `50.5`, `86–90`. The locale is CLDR's."""
    return _in_digits(lengths, centimetres, locale)


def in_inches(lengths: Sequence[int], locale: str) -> str:
    """The number alone, as the language writes it: `19.9`, `33.9–35.4`. The locale is CLDR's."""
    return _in_digits(lengths, inches, locale)


def _in_digits(lengths: Sequence[int], measure: Callable[[int], Decimal], locale: str) -> str:
    return "–".join(format_decimal(measure(length), "0.#", locale=locale) for length in lengths)
