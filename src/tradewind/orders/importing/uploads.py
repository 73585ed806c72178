"""Uploads: what a file is that somebody hands in, before anything of it is kept.

A sales channel's file is recognised by its headings. Any other is a table, whose columns somebody has to name.
"""

import csv
import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say, spoken
from tradewind.orders.importing.mapping import known_encoding
from tradewind.orders.importing.marketplaces.opening import open_workbook
from tradewind.orders.importing.marketplaces.recognising import NAMES, REPORTS, advice_against, why_not
from tradewind.orders.importing.marketplaces.sheets import ExportFile
from tradewind.orders.importing.marketplaces.workbooks import rows_of_workbook
from tradewind.orders.importing.reading import REJECT_COLUMNS, UnusableFile

LARGEST: Final = 20_000_000
# The rows that a page shows beside its questions.
SHOWN: Final = 5
ENCODINGS: Final = ("utf-8", "utf-16", "gb18030", "cp1252")
DELIMITERS: Final = (",", ";", "\t", "|")
_WORKBOOKS: Final = (b"PK\3\4", b"\xd0\xcf\x11\xe0")
_PACKED: Final = (b"\xfd7zXZ\0", b"\x1f\x8b", b"BZh")
_MOST_COLUMNS: Final = 300
_EMPTY: Final = gettext_noop("The file is empty.")
_IS_PACKED: Final = gettext_noop("The file is compressed. Please unpack it, and choose what comes out.")
_NO_TABLE: Final = gettext_noop("This is no table that can be read. Please choose a CSV file or a workbook (.xlsx).")
_IS_REJECTS: Final = gettext_noop(
    "These are rows that were rejected. Put them right in the original file and choose that, so that orders stay whole."
)
_OTHER: Final = gettext_noop("This is an order file of {found}, not of {chosen}.")


class Unusable(Exception):
    """Nothing can be made of this file; the words, in the spoken language, say what to do."""

    def __init__(self, message: str, **values: object) -> None:
        self.words = say(spoken(), message, **values)
        super().__init__(self.words)


@dataclass(frozen=True, slots=True)
class Table:
    """A file of nobody's format. `content` is the same as CSV in `encoding`, whatever came."""

    content: bytes
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]  # the first ones
    encoding: str
    delimiter: str


def source_of(content: bytes, *, name: str, chosen: str = "", encoding: str = "") -> str:
    """Whose file it is, a key of REPORTS; empty where nobody is known to write such files. Raises Unusable.

    `chosen` is whose it is said to be.
    """
    _check(content)
    for source in (chosen, *REPORTS) if chosen else REPORTS:
        if _is_of(content, source, name=name, encoding=encoding):
            if chosen and source != chosen:
                raise Unusable(_OTHER, found=NAMES[source], chosen=NAMES[chosen])
            return source
    if chosen:
        raise Unusable("{words}", words=_why_not(content, chosen))
    return ""


def table_of(content: bytes, *, encoding: str = "", delimiter: str = "", language: str = "en") -> Table:
    """The file as a table. What is not said is found out, as far as it can be. Raises Unusable."""
    _check(content)
    if content.startswith(_WORKBOOKS):
        content, encoding, delimiter = _as_csv(content), "utf-8", ","
    text, encoding = _decoded(content, encoding, language)
    beginning = text[:64_000].partition("\n")[0]
    delimiter = delimiter if delimiter in DELIMITERS else max(DELIMITERS, key=beginning.count)
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = list(islice((row for row in read if any(cell.strip() for cell in row)), SHOWN + 1))
    except csv.Error:
        raise Unusable(_NO_TABLE) from None
    headings = [heading.strip() for heading in rows[0]] if rows else []
    if not headings or len(headings) > _MOST_COLUMNS or "\0" in text[:64_000]:
        raise Unusable(_NO_TABLE)
    if set(REJECT_COLUMNS) <= set(headings):
        raise Unusable(_IS_REJECTS)
    if advice := advice_against(headings):
        raise Unusable("{words}", words=advice)
    return Table(content, headings, rows[1:], encoding, delimiter)


def _check(content: bytes) -> None:
    if not content.strip():
        raise Unusable(_EMPTY)
    # A small archive may unfold into gigabytes.
    if content.startswith(_PACKED):
        raise Unusable(_IS_PACKED)


def _is_of(content: bytes, source: str, *, name: str, encoding: str) -> bool:
    try:
        file = ExportFile(io.BytesIO(content), source=source, encoding=encoding, name=name)
    except UnusableFile:
        return False
    with closing(file):
        return True


def _why_not(content: bytes, source: str) -> str:
    headings = table_of(content).headings
    told = why_not(headings, source=source)
    return say(spoken(), "This file {why}", why=told)


def _as_csv(content: bytes) -> bytes:
    try:
        workbook = open_workbook(io.BytesIO(content), is_archive=content.startswith(_WORKBOOKS[0]), name="")
        out = io.StringIO(newline="")
        csv.writer(out).writerows(cells for _, cells in rows_of_workbook(workbook))
    except UnusableFile:
        raise Unusable(_NO_TABLE) from None
    return out.getvalue().encode()


def _decoded(content: bytes, encoding: str, language: str) -> tuple[str, str]:
    """Western and Chinese text cannot be told apart by their bytes: the reader's language decides what is tried first."""
    try:
        encoding = encoding and known_encoding(encoding)
    except ValueError:
        encoding = ""
    marked = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ()
    others = ("gb18030", "cp1252") if language == "zh" else ("cp1252", "gb18030")
    for each in (encoding,) if encoding else (*marked, "utf-8", *others):
        try:
            return content.decode("utf-8-sig" if each == "utf-8" else each), each
        except UnicodeError:
            continue
    raise Unusable(_NO_TABLE)
