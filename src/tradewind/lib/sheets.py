"""Cells of workbooks and of CSV files that no spreadsheet takes for a formula: what buyers type is never run on our machines."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from tradewind.lib.money import Money, minor_digits

TEXT_FORMAT: Final = "@"
# What spreadsheets take for the beginning of a formula, also after the file was saved as CSV.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
# So that spreadsheets read a CSV file as UTF-8.
BOM: Final = b"\xef\xbb\xbf"
_LINES_AT_ONCE: Final = 200


def text_styles(sheet: Any) -> tuple[Any, Any]:
    """The styles of plain and of risky texts, for `write_cell`."""
    return _text_style(sheet, is_quoted=False), _text_style(sheet, is_quoted=True)


def write_cell(sheet: Any, value: Any, styles: tuple[Any, Any]) -> Any:
    """A cell for a write-only sheet: every text as text, whatever it looks like, and amounts as numbers."""
    if value is None or value == "":
        return None
    if isinstance(value, Money):
        cell: Any = WriteOnlyCell(sheet, float(value.decimal))
        digits = minor_digits(value.currency)
        cell.number_format = f"0.{'0' * digits}" if digits else "0"
        return cell
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    # Past openpyxl's own reading of a value, which takes a text that begins with "=" for a formula; and the style as a
    # whole, because setting its parts anew for a million cells took most of the time.
    cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"  # noqa: SLF001
    cell._style = styles[value.startswith(RISKY)]  # noqa: SLF001
    return cell


def write_list(into: IO[bytes], name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet row by row: memory does not grow with them. Moments are given without a zone."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    append_rows(sheet, head, rows)
    book.save(into)


def append_rows(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Bold titles, and below them cells that a spreadsheet shows and never runs. Columns must have their widths by then."""
    titles = []
    for title in head:
        cell = WriteOnlyCell(sheet, title)
        cell.font = Font(bold=True)
        titles.append(cell)
    sheet.append(titles)
    styles = text_styles(sheet)
    for row in rows:
        sheet.append([write_cell(sheet, value, styles) for value in row])


def csv_parts(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in parts, as rows come: UTF-8 with its mark, risky texts behind an apostrophe."""
    into = io.StringIO()
    writer = csv.writer(into)
    writer.writerow(head)
    yield BOM
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_value(value) for value in row])
        if number % _LINES_AT_ONCE == 0:
            yield into.getvalue().encode()
            into.seek(0)
            into.truncate()
    yield into.getvalue().encode()


def _csv_value(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value.decimal)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return value


def _text_style(sheet: Any, *, is_quoted: bool) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.number_format, cell.quotePrefix = TEXT_FORMAT, is_quoted
    return cell._style  # noqa: SLF001  # what openpyxl's own manual copies
