"""Reading a workbook cell by cell: each becomes what its column means, or a problem that names the cell.

Excel changes what people type: article numbers into numbers, sizes into dates. What may have been changed so is refused
rather than guessed at.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from unicodedata import category, normalize

from django.utils.translation import gettext_noop
from python_calamine import CalamineError, CalamineWorkbook

from tradewind.catalog import workbook
from tradewind.catalog.workbook import CellProblem, NoWorkbook
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount, minor_digits
from tradewind.lib.workbook_trial import WorkbookDamaged, WorkbookTooLarge, try_workbook

LARGEST_FILE: Final = 60_000_000
# A small archive may unfold into gigabytes.
LARGEST_UNPACKED: Final = 600_000_000
_LARGEST_NUMBER: Final = 10**9
_LARGEST_AMOUNT: Final = 10**12
# Digits behind which a number is only the noise of binary fractions.
_NOISE: Final = 9
_DATE: Final = gettext_noop("Excel has made a date of this. Format the cell as text and type it again.")
_NUMBER: Final = gettext_noop(
    "Excel has made a number of this, and zeros may be gone. Format the cell as text and type it again."
)
_SIGNS: Final = gettext_noop("This holds characters that cannot be stored. Please type it anew.")
_LONG: Final = gettext_noop("At most {longest} characters, please.")
_WHOLE: Final = gettext_noop("Please write a whole number above zero, like 12.")
_HEAD: Final = gettext_noop(
    "No column is called {name}. Columns here: {allowed}. A head that begins with # is left alone."
)
_TWICE: Final = gettext_noop("This stands in row {row} already.")
_MISSING: Final = gettext_noop("Please fill this in.")
_SHEET: Final = gettext_noop("No sheet is called {name}. Sheets: {allowed}.")
_YES: Final = frozenset({"yes", "y", "true", "1", "ja", "是"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "否"})

Problems = list[CellProblem]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet. What is wrong in it is added to the problems of the workbook."""

    sheet: str
    number: int
    values: Sequence[Any]
    columns: dict[str, int]
    problems: Problems

    def has(self, column: str) -> bool:
        return column in self.columns

    def cell(self, column: str) -> str:
        return f"{workbook.column_name(self.columns.get(column, 0))}{self.number}"

    def complain(self, column: str, message: str, **values: Any) -> None:
        self.problems.append(CellProblem(self.sheet, self.cell(column), message, values))

    def raw(self, column: str) -> Any:
        index = self.columns.get(column)
        value = self.values[index] if index is not None and index < len(self.values) else ""
        return value.strip() if isinstance(value, str) else value

    def name(self, column: str) -> str:
        """What the cell may name, for looking it up: not yet a judgement."""
        value = self.raw(column)
        return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)

    def code(self, column: str, *, known: object = ()) -> str:
        """A name of ours: a number is only believed where something is `known` by exactly these digits."""
        value = self.raw(column)
        if isinstance(value, float | int) and not isinstance(value, bool):
            digits = str(int(value)) if value == int(value) else str(value)
            if digits in known:  # type: ignore[operator]  # whatever can be asked with `in`
                return digits
            self.complain(column, _NUMBER)
            return ""
        return self.text(column)

    def text(self, column: str, *, longest: int = 200) -> str:
        value = self.raw(column)
        if isinstance(value, date | datetime | time | timedelta):
            self.complain(column, _DATE)
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float | int):
            value = str(int(value)) if value == int(value) else str(value)
        text = normalize("NFC", value.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n"))
        if any(category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
            self.complain(column, _SIGNS)
            return ""
        if len(text) > longest:
            self.complain(column, _LONG, longest=longest)
        return text

    def lines(self, column: str) -> list[str]:
        """A cell that holds a list."""
        text = self.text(column, longest=workbook.LONGEST)
        lines = [line.strip() for line in text.split("\n")]
        if column != "description":
            return [line for line in lines if line]
        return [block.strip() for block in "\n".join(lines).split("\n\n") if block.strip()]

    def whole(self, column: str) -> int | None:
        """A whole number above zero, None where the cell is empty."""
        value = self.raw(column)
        if value in ("", None):
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(_LARGEST_NUMBER)):
            value = int(value)
        is_number = isinstance(value, float | int) and not isinstance(value, bool)
        if not is_number or value != int(value) or not 0 < value <= _LARGEST_NUMBER:
            self.complain(column, _WHOLE)
            return None
        return int(value)

    def flag(self, column: str, *, otherwise: bool) -> bool:
        text = self.text(column).casefold()
        if not text:
            return otherwise
        if text not in _YES | _NO:
            self.complain(column, gettext_noop("Please write yes or no."))
        return text in _YES

    def amount(self, column: str, currency: str) -> Money | None:
        """A price, None where the cell is empty."""
        value = self.raw(column)
        if value in ("", None):
            return None
        digits = minor_digits(currency)
        example = "1280" if digits == 0 else f"1280.{'5':0<{digits}}"
        if isinstance(value, date | datetime | time | timedelta):
            self.complain(column, _DATE)
            return None
        if isinstance(value, float):
            value = f"{Decimal(repr(round(value, _NOISE))):f}"
        try:
            amount = Money.of(str(value)[:40], currency)
        except UnreadableAmount:
            self.complain(column, gettext_noop("Please write the amount like {example}."), example=example)
            return None
        except TooManyDigits:
            message = gettext_noop("{currency} has {digits} digits after the point. Please round it: like {example}.")
            self.complain(column, message, currency=currency, digits=digits, example=example)
            return None
        if not 0 < amount.amount <= _LARGEST_AMOUNT:
            self.complain(column, gettext_noop("The amount is above zero, and not too large to be true."))
            return None
        return amount


def read_rows(content: bytes, prices: Sequence[str], problems: Problems) -> dict[str, list[Row]]:
    """The rows of every sheet that is read; `prices` are the heads of the columns of prices. Raises NoWorkbook."""
    book = _open(content)
    heads = {**workbook.COLUMNS, workbook.PRICES: ("sku", *prices)}
    names = {name.casefold(): name for name in heads}
    rows: dict[str, list[Row]] = {name: [] for name in workbook.KEYS}
    for found in book.sheet_names:
        name = names.get(found.strip().casefold())
        if name is None:
            if not found.startswith(workbook.OWN):
                values = {"name": found, "allowed": ", ".join(heads)}
                problems.append(CellProblem(found, "A1", _SHEET, values))
            continue
        if name not in workbook.READ_ONLY:
            rows[name] = list(_rows(book, found, name, heads[name], problems))
    return rows


def _open(content: bytes) -> CalamineWorkbook:
    if len(content) > LARGEST_FILE:
        raise NoWorkbook("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise NoWorkbook("too_large")
        try_workbook(content)
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except WorkbookTooLarge as problem:
        raise NoWorkbook("reaches_far") from problem
    except (zipfile.BadZipFile, WorkbookDamaged, CalamineError) as problem:
        raise NoWorkbook("not_xlsx") from problem


def _rows(book: CalamineWorkbook, found: str, name: str, head: tuple[str, ...], problems: Problems) -> Iterator[Row]:
    lines = book.get_sheet_by_name(found).to_python(skip_empty_area=False)
    if not lines:
        return
    columns = _columns(name, lines[0], head, problems)
    keys = workbook.KEYS[name]
    if any(key not in columns for key in keys):
        missing = {"name": ", ".join(key for key in keys if key not in columns)}
        problems.append(CellProblem(name, "A1", gettext_noop("The column {name} is missing."), missing))
        return
    seen: dict[tuple[Any, ...], int] = {}
    for number, values in enumerate(lines[1:], start=2):
        if all(value in ("", None) or (isinstance(value, str) and not value.strip()) for value in values):
            continue
        row = Row(name, number, values, columns, problems)
        empty = [key for key in keys if row.raw(key) in ("", None)]
        for key in empty:
            row.complain(key, _MISSING)
        whole = tuple(row.name(key) for key in keys)
        if whole in seen and not empty:
            row.complain(keys[-1], _TWICE, row=seen[whole])
        elif not empty:
            seen[whole] = number
            yield row


def _columns(name: str, titles: Sequence[Any], head: tuple[str, ...], problems: Problems) -> dict[str, int]:
    known = {column.casefold(): column for column in head}
    columns: dict[str, int] = {}
    for index, title in enumerate(titles):
        text = str(title).strip()
        column = known.get(text.casefold())
        cell = f"{workbook.column_name(index)}1"
        if column is None and text and not text.startswith(workbook.OWN):
            problems.append(CellProblem(name, cell, _HEAD, {"name": text, "allowed": ", ".join(head)}))
        elif column in columns:
            problems.append(CellProblem(name, cell, _TWICE, {"row": 1}))
        elif column is not None:
            columns[column] = index
    return columns
