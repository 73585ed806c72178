"""What a body may hold, read once: strict types, and words for each value that cannot be used."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from tradewind.inventory.shelves import LONGEST as LONGEST_SHELF
from tradewind.lib.clock import parse_day
from tradewind.lib.countries import COUNTRIES

# One line: no character that cannot be stored or shown.
_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
_SKU: Final = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,59}$"
LARGEST_QUANTITY: Final = 10**9
# As core.words.LOCALES has them; a test compares the two.
Language = Literal["en", "de", "zh", "fr", "es", "pt", "ja"]


class Asked(Schema):
    """Part of a body. A field that does not exist is refused: a misspelt one would be lost without a word."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _text(longest: int, pattern: str = _LINE, shortest: int = 0) -> Any:
    return StringConstraints(max_length=longest, min_length=shortest, pattern=pattern)


def _day(value: object) -> date:
    """Numbers and moments could be read as days too, and would be another one."""
    if not isinstance(value, str):
        raise ValueError(value)
    return parse_day(value)


Line = Annotated[str, _text(200)]
NeededLine = Annotated[str, _text(200, r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$", 1)]
LongLine = Annotated[str, _text(1000)]
Paragraph = Annotated[str, _text(5000)]
Slug = Annotated[str, _text(80, r"^[a-z0-9]+(-[a-z0-9]+)*$", 1)]
Sku = Annotated[str, _text(60, _SKU, 1)]
Key = Annotated[str, _text(60, r"^[a-z][a-z0-9_.-]{0,59}$", 1)]
Swatch = Annotated[str, _text(7, r"^(#[0-9a-fA-F]{6})?$")]
Country = Annotated[str, _text(2, r"^([A-Z]{2})?$"), Field(json_schema_extra={"examples": ["CN"]})]
Shelf = Annotated[str, _text(LONGEST_SHELF)]
Quantity = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Day = Annotated[date, BeforeValidator(_day)]
Texts = dict[Language, Line]
Lists = dict[Language, Annotated[list[LongLine], Field(max_length=50)]]
Paragraphs = dict[Language, Annotated[list[Paragraph], Field(max_length=50)]]


def is_country(code: str) -> bool:
    return code in COUNTRIES
