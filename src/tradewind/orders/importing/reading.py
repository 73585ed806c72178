"""Reading: the rows of a CSV file, plain or compressed, from a path or a pipe, one at a time.

What concerns the whole file (no such file, another encoding, a missing column) raises UnusableFile before anything is
stored. What concerns one row is said with the row.
"""

import bz2
import csv
import difflib
import gzip
import io
import lzma
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final, Literal, cast

from tradewind.core.words import say, spoken
from tradewind.orders.importing.mapping import Mapping

# A CSV line of a million characters is another kind of file, and would be held in memory whole.
LONGEST_LINE: Final = 1_000_000
# The first columns of reject files, by which they are known again.
REJECT_COLUMNS: Final = ("rejected_line", "rejected_because")


class UnusableFile(Exception):
    """Nothing can be imported from this file; the message says why and what to do."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name} {words}")


@dataclass(frozen=True, slots=True)
class RawRow:
    """Cells as they stand in the file. `complaint` says why they cannot be used at all, or is empty."""

    line: int
    cells: list[str]
    complaint: str = ""


class Source:
    """A stream as a table: first its headings, then its rows. Closing leaves the stream itself to who opened it."""

    def __init__(self, stream: IO[bytes], mapping: Mapping, *, name: str) -> None:
        self.headings: list[str] = []
        self._name = name
        self._mapping = mapping
        self._text = io.TextIOWrapper(_unpacked(stream, name), encoding=_without_mark(mapping.encoding), newline="")
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if mapping.quote else csv.QUOTE_NONE
        self._reader = csv.reader(
            lines_of(self._text, name), delimiter=mapping.delimiter, quotechar=mapping.quote or None, quoting=quoting
        )

    def close(self) -> None:
        self._text.detach()

    def read_headings(self) -> list[str]:
        """Raises UnusableFile when a column of the mapping is not among them."""
        self.headings = [heading.strip() for heading in next((row.cells for row in self._rows()), [])]
        _check_headings(self.headings, self._mapping, self._name)
        return self.headings

    def rows(self) -> Iterator[RawRow]:
        """Blank rows are left out. Raises UnusableFile when a later part cannot be decoded or unpacked."""
        wanted = len(self.headings)
        for row in self._rows():
            if row.complaint:
                yield row
                continue
            yield fitted(row, wanted)

    def _rows(self) -> Iterator[RawRow]:
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield RawRow(line, [], say(spoken(), "not CSV: {problem}", problem=str(problem)))
            except UnicodeError as problem:
                raise _wrong_encoding(self._name, self._mapping.encoding, self._reader.line_num, problem) from None
            except (OSError, EOFError, lzma.LZMAError, zlib.error) as problem:
                raise UnusableFile(self._name, f"is damaged near line {line} ({problem}). Fetch it again.") from None
            else:
                if any(cell.strip() for cell in cells):
                    yield RawRow(line, cells)


def open_file(path: Path) -> IO[bytes]:
    """Raises UnusableFile."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UnusableFile(str(path), "does not exist. Name a CSV file, or - to read from a pipe.") from None
    except OSError as problem:
        raise UnusableFile(str(path), f"cannot be read: {problem.strerror}.") from None


def fitted(row: RawRow, wanted: int) -> RawRow:
    """The row with as many cells as there are headings, or with what is wrong with it."""
    cells = row.cells[:wanted] if not any(row.cells[wanted:]) else row.cells
    complaint = ""
    if len(cells) != wanted:
        complaint = say(spoken(), "{found} cells where the headings are {wanted}", found=len(cells), wanted=wanted)
    elif any("\0" in cell for cell in cells):
        complaint = say(spoken(), "a NUL byte")
    elif any(not cell.isascii() and _has_half_signs(cell) for cell in cells):
        complaint = say(spoken(), "signs that are not text")
    return RawRow(row.line, cells, complaint)


def unpacked(stream: IO[bytes]) -> IO[bytes]:
    """By what is in it, not by its name: pipes have none, and names are changed."""
    buffered = _buffered(stream)
    beginning = buffered.peek(6)
    if beginning.startswith(b"\xfd7zXZ\0"):
        return cast("IO[bytes]", lzma.open(buffered))
    if beginning.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(buffered))
    if beginning.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.open(buffered))
    return buffered


def _unpacked(stream: IO[bytes], name: str) -> IO[bytes]:
    buffered = _buffered(stream)
    if buffered.peek(4).startswith(b"PK\3\4"):
        raise UnusableFile(name, "is an Excel workbook or a ZIP archive. Save it as CSV (UTF-8) and import that.")
    return unpacked(buffered)


def _buffered(stream: IO[bytes]) -> io.BufferedReader:
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))


def lines_of(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    for line in iter(lambda: text.readline(LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise UnusableFile(name, f"has a line of more than {LONGEST_LINE} characters: it is not a CSV file.")
        yield line


def _without_mark(encoding: str) -> str:
    """Excel begins UTF-8 with a byte order mark, which would become part of the first heading."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding


def _has_half_signs(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _wrong_encoding(name: str, encoding: str, line: int, problem: UnicodeError) -> UnusableFile:
    start = problem.object[:2] if isinstance(problem, UnicodeDecodeError) else b""
    marked = line == 0 and start in {b"\xff\xfe", b"\xfe\xff"}
    others = ["utf-16"] if marked else [one for one in ("utf-8", "cp1252", "gb18030") if one != encoding.lower()]
    advice = " or ".join(f'encoding = "{one}"' for one in others)
    what = f"byte 0x{problem.object[problem.start]:02x}" if isinstance(problem, UnicodeDecodeError) else str(problem)
    return UnusableFile(name, f"is not {encoding} ({what} after line {line}). Try {advice} in the mapping.")


def _check_headings(headings: list[str], mapping: Mapping, name: str) -> None:
    if not headings:
        raise UnusableFile(name, "is empty: there is no line with headings.")
    if set(REJECT_COLUMNS) <= set(headings):
        words = (
            "is a reject file. Put the rows right in the original file and import that again, whole orders together."
        )
        raise UnusableFile(name, words)
    for key, column in _wanted(mapping):
        if headings.count(column) > 1:
            raise UnusableFile(name, f'has several columns "{column}" ({key} of the mapping). Rename one.')
        if column not in headings:
            raise UnusableFile(name, _missing_column(key, column, headings))


def _wanted(mapping: Mapping) -> Iterable[tuple[str, str]]:
    for part, table in (("columns", mapping.columns), ("address", mapping.address)):
        for key, value in table.model_dump().items():
            for column in value if isinstance(value, list) else [value] if value else []:
                yield f"{part}.{key}", column


def _missing_column(key: str, column: str, headings: list[str]) -> str:
    words = f'has no column "{column}" ({key} of the mapping). It has: {", ".join(islice(headings, 40))}.'
    if len(headings) == 1:
        found = next((sign for sign in ";\t,|" if sign in headings[0]), None)
        if found:
            return f"{words} Perhaps delimiter = {found!r}?".replace("'", '"')
        if "\0" in headings[0]:
            return 'reads as if it were UTF-16. Try encoding = "utf-16" in the mapping.'
    if near := difflib.get_close_matches(column, headings, n=1):
        words += f' Perhaps "{near[0]}"?'
    return words.replace("\n", " ").replace("\r", " ")[:600]
