"""The shape of the catalogue as a workbook: its sheets, their columns, and what the columns mean.

A sheet or a column that a file does not have is left alone, and so is a row that it does not have: nothing is deleted by
leaving it out. An empty cell in a column that is there empties the text, and takes a part out of its set.
"""

from dataclasses import dataclass
from typing import Any, Final

from tradewind.core import words
from tradewind.core.words import LOCALES

LANGUAGES: Final = tuple(LOCALES)
PRODUCTS: Final = "Products"
TEXTS: Final = "Texts"
FACTS: Final = "Facts"
CHOICES: Final = "Choices"
SIZE_CHARTS: Final = "Size charts"
VARIANTS: Final = "Variants"
SETS: Final = "Sets"
PRICES: Final = "Prices"
STOCK: Final = "Stock"
MEDIA: Final = "Media"
# Written for the reader's eyes; what is typed there is not read.
READ_ONLY: Final = (STOCK, MEDIA)
# A column whose head begins so is the team's own and left alone.
OWN: Final = "#"

TEXT_LINES: Final = {"title": 200, "subtitle": 300}
TEXT_LISTS: Final = ("points", "description", "box", "warnings")
LONGEST: Final = 20_000
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    PRODUCTS: ("product", "category", "state"),
    TEXTS: ("product", "language", *TEXT_LINES, *TEXT_LISTS),
    FACTS: (
        "product",
        "key",
        "number",
        "choices",
        *(f"{part} {code}" for code in LANGUAGES for part in ("name", "value")),
    ),
    CHOICES: (
        "product",
        "choice",
        "value",
        "colour",
        *(f"{part} {code}" for code in LANGUAGES for part in ("choice", "value")),
    ),
    SIZE_CHARTS: ("product", "measured on", "sizes", *(f"measures {code}" for code in LANGUAGES)),
    VARIANTS: (
        *("sku", "product", "place", "choices", "weight g", "length mm", "width mm", "height mm"),
        *("hs code", "origin", "declared en", "declared zh", "traits", "sold", "barcode", "net content"),
    ),
    SETS: ("set", "part", "quantity"),
    STOCK: ("sku", "for sale", "warehouses"),
    MEDIA: (
        "product",
        "place",
        "shows",
        "role",
        "state",
        "origin",
        "permission",
        *(f"alt {code}" for code in LANGUAGES),
    ),
}
# What a row cannot do without.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    PRODUCTS: ("product",),
    TEXTS: ("product", "language"),
    FACTS: ("product", "key"),
    CHOICES: ("product", "choice", "value"),
    SIZE_CHARTS: ("product",),
    VARIANTS: ("sku",),
    PRICES: ("sku",),
    SETS: ("set", "part"),
}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell, and what would be right. `cell` is spelled as Excel does: C14."""

    sheet: str
    cell: str
    message: str
    values: dict[str, Any]

    @property
    def words(self) -> str:
        return words.say(words.spoken(), self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else than the catalogue: of what, before and after."""

    sheet: str
    cell: str
    what: str
    before: str
    after: str


class WorkbookRefused(Exception):
    """Nothing was imported: these cells cannot be used."""

    def __init__(self, problems: list[CellProblem]) -> None:
        super().__init__(f"{len(problems)} cells cannot be used")
        self.problems = problems


class NoWorkbook(Exception):
    """The file is no workbook that can be read. `code` is not_xlsx, too_large or reaches_far."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def column_name(index: int) -> str:
    """Zero is A, 25 is Z, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def write_choices(options: dict[str, str]) -> str:
    """colour=celadon; size=m"""
    return "; ".join(f"{key}={value}" for key, value in options.items())
