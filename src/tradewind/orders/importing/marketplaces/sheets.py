"""Sheets: a channel's file as a table, whatever it came as: text in any encoding with tabs or commas, or a workbook.

Lines above the headings and below the table are left out. What concerns the whole file raises UnusableFile before
anything is stored.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final

from tradewind.core.words import say, spoken
from tradewind.orders.importing.marketplaces.opening import Opened, open_export
from tradewind.orders.importing.marketplaces.recognising import could_be_headings, recognised, why_not
from tradewind.orders.importing.marketplaces.reports import Report, heading_key
from tradewind.orders.importing.marketplaces.workbooks import rounded_lines, rounded_words, rows_of_workbook
from tradewind.orders.importing.reading import RawRow, UnusableFile, fitted, lines_of

# How far down the headings may stand.
_SEARCHED: Final = 30
_DELIMITERS: Final = "\t,;"


class ExportFile:
    """A file of one source: `report` says of which kind, `headings` how they stand there. Closing leaves the stream alone."""

    def __init__(self, stream: IO[bytes], *, source: str, encoding: str = "", name: str) -> None:
        self._name = name
        self._source = source
        self._opened = open_export(stream, source=source, encoding=encoding, name=name)
        self._rows = self._all_rows(self._opened)
        try:
            self.report, self.headings = self._find_headings()
        except UnusableFile:
            self.close()
            raise

    @property
    def is_text(self) -> bool:
        return self._opened.text is not None

    def close(self) -> None:
        self._opened.close()

    def column(self, part: str) -> int | None:
        """Where the part stands; None where this file does not have it."""
        keys = [heading_key(heading) for heading in self.headings]
        return next((keys.index(key) for key in self.report.columns[part] if key in keys), None)

    def rows(self) -> Iterator[RawRow]:
        """Blank rows are left out, and what stands below the table."""
        wanted = len(self.headings)
        # Trailing cells may be left out where they are empty, but not those without which a row says nothing.
        least = max(place for part in self.report.needs if (place := self.column(part)) is not None) + 1
        rounded = self._rounded()
        for row in self._rows:
            if row.complaint:
                yield row
            elif any(cell.strip() for cell in row.cells) and not self.report.is_below_table(row.cells):
                if least <= len(row.cells) < wanted:
                    row.cells.extend([""] * (wanted - len(row.cells)))
                yield RawRow(row.line, row.cells, rounded_words()) if row.line in rounded else fitted(row, wanted)

    def _all_rows(self, opened: Opened) -> Iterator[RawRow]:
        if opened.workbook is not None:
            yield from (RawRow(line, cells) for line, cells in rows_of_workbook(opened.workbook))
        elif opened.text is not None:
            yield from _rows_of_text(opened.text, self._name)

    def _rounded(self) -> frozenset[int]:
        order = self.column("order")
        if self._opened.workbook is None or order is None:
            return frozenset()
        return rounded_lines(self._opened.workbook, order)

    def _find_headings(self) -> tuple[Report, list[str]]:
        best: list[str] = []
        for row in islice(self._rows, _SEARCHED):
            report = recognised(row.cells, source=self._source)
            if report is not None:
                return report, [cell.strip() for cell in row.cells]
            if could_be_headings(row.cells) and len(row.cells) > len(best):
                best = row.cells
        if not best:
            raise UnusableFile(self._name, say(spoken(), "has no line with headings that are known."))
        raise UnusableFile(self._name, why_not(best, source=self._source))


def _rows_of_text(text: io.TextIOWrapper, name: str) -> Iterator[RawRow]:
    beginning = text.read(64_000)
    text.seek(0)
    delimiter = max(_DELIMITERS, key=beginning.count)
    lines = lines_of(text, name)
    if delimiter == "\t":
        yield from (RawRow(number, _tabbed(line)) for number, line in enumerate(lines, start=1))
        return
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield RawRow(line, next(reader))
        except StopIteration:
            return
        except csv.Error as problem:
            yield RawRow(line, [], say(spoken(), "not CSV: {problem}", problem=str(problem)))


def _tabbed(line: str) -> list[str]:
    """Amazon quotes nothing, and titles may begin with an inch sign; who saves such a file in Excel gets quotes around some."""
    return [_unquoted(cell) for cell in line.rstrip("\r\n").split("\t")]


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"') if is_quoted else cell
