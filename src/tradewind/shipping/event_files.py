"""Reading what carriers said from a file: one event a line, as CSV with a heading or as one JSON object each.

Columns: number, time, status (ours, as in docs/parcels.md, with a reason after a colon), and if they are known carrier, place and words.
A status that nobody knows is kept and claims nothing. Lines that cannot be read are given back with why; the rest goes on. It is read
in parts: a file of any size takes the memory of one.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final
from unicodedata import category
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.lib.batches import parts_of
from tradewind.shipping.event_lines import UnusableFile
from tradewind.shipping.event_times import moment_of
from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Meaning, Reason, Status, means

NEEDED: Final = ("number", "time", "status")
COLUMNS: Final = (*NEEDED, "carrier", "place", "words")
# Lines that are in memory at once.
_PART: Final = 1_000
_NO_TEXT: Final = frozenset({"Cc", "Cs"})
_GAPS: Final = str.maketrans("\t\r\n", "   ")
_LACKS: Final = gettext_noop("{names} is empty")
_SIGNS: Final = gettext_noop("{names} holds characters that are no text")
_NO_TIME: Final = gettext_noop("“{time}” is no time as in 2026-11-24T14:05+08:00")
_NO_ZONE: Final = gettext_noop("“{time}” has no zone: write it, or name one for the whole file")
_NO_OBJECT: Final = gettext_noop("This is no JSON object")
_NO_ROW: Final = gettext_noop("This is no line of a table: {problem}")
_NO_COLUMN: Final = gettext_noop("The file has no column {missing}. It needs {needed}.")


class _Unreadable(ValueError):
    def __init__(self, message: str, **values: str) -> None:
        self.message, self.values = message, values
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class WrongLine:
    """`message` and its values are said in the reader's language; `because` is the same in English."""

    line: int
    message: str
    cells: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def because(self) -> str:
        return self.message.format(**self.values)


@dataclass(frozen=True, slots=True)
class EventPart:
    """Some lines of a file: what they say, by number in the order of the file, and those that cannot be read."""

    parcels: list[ParcelTold]
    wrong: list[WrongLine]


_Row = tuple[int, Mapping[str, str] | _Unreadable]


def read_events(lines: Iterable[str], *, zone: ZoneInfo | None = None) -> Iterator[EventPart]:
    """`zone`: of times that have none; without one they cannot be read. Raises UnusableFile before the first part."""
    for rows in parts_of(_rows(lines), _PART):
        told: dict[str, list[Told]] = {}
        wrong: list[WrongLine] = []
        for line, cells in rows:
            try:
                number, event = _event(cells, zone)
            except _Unreadable as problem:
                known = cells if isinstance(cells, Mapping) else {}
                wrong.append(WrongLine(line, problem.message, known, problem.values))
            else:
                told.setdefault(number, []).append(event)
        yield EventPart([ParcelTold(number, tuple(events)) for number, events in told.items()], wrong)


def told_from(cells: Mapping[str, str]) -> Told:
    """One event that was read from a file before. Raises ValueError where its time has no zone."""
    return _event(cells, None)[1]


def cells_of(number: str, told: Told) -> dict[str, str]:
    """As `told_from` reads them."""
    cells = {"number": number, "time": told.at.isoformat(), "status": told.code}
    return cells | {"carrier": told.carrier, "place": told.place, "words": told.words}


def meaning_of(status: str) -> Meaning:
    """ "exception:lost"; what is not one of ours claims nothing."""
    name, _, reason = status.lower().partition(":")
    try:
        return means(Status(name), Reason(reason))
    except ValueError:
        return NOT_UNDERSTOOD


def _rows(lines: Iterable[str]) -> Iterator[_Row]:
    numbered = enumerate(lines, start=1)
    first = next(((line, text) for line, text in numbered if text.strip()), None)
    if first is None:
        return
    if first[1].lstrip("\ufeff ").startswith("{"):
        yield from ((line, _object(text)) for line, text in chain((first,), numbered) if text.strip())
    else:
        yield from _cells(first, numbered)


def _cells(first: tuple[int, str], numbered: Iterator[tuple[int, str]]) -> Iterator[_Row]:
    heading = [name.strip().lower() for name in next(csv.reader([first[1].lstrip("\ufeff")]))]
    if missing := [name for name in NEEDED if name not in heading]:
        raise UnusableFile(_NO_COLUMN, missing=", ".join(missing), needed=", ".join(NEEDED))
    rows = csv.reader(text for _, text in numbered)
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as problem:  # a quotation mark that nobody closes, say; the reader goes on behind it
            yield first[0] + rows.line_num, _Unreadable(_NO_ROW, problem=str(problem))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield first[0] + rows.line_num, dict(zip(heading, map(_one_line, cells), strict=False))


def _object(text: str) -> Mapping[str, str] | _Unreadable:
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return _Unreadable(_NO_OBJECT)
    return {str(name).lower(): _one_line(str(value)) for name, value in told.items() if value}


def _one_line(cell: str) -> str:
    return cell.translate(_GAPS).strip()


def _event(cells: Mapping[str, str] | _Unreadable, zone: ZoneInfo | None) -> tuple[str, Told]:
    if isinstance(cells, _Unreadable):
        raise cells
    if strange := [name for name in COLUMNS if any(category(sign) in _NO_TEXT for sign in cells.get(name, ""))]:
        raise _Unreadable(_SIGNS, names=", ".join(strange))
    if missing := [name for name in NEEDED if not cells.get(name)]:
        raise _Unreadable(_LACKS, names=", ".join(missing))
    time = cells["time"]
    at = moment_of(time)
    if at is None:
        raise _Unreadable(_NO_TIME, time=time[:40])
    if at.utcoffset() is None:
        if zone is None:
            raise _Unreadable(_NO_ZONE, time=time[:40])
        at = at.replace(tzinfo=zone)
    offset = at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    more = (cells.get("place", ""), cells.get("words", ""), cells.get("carrier", ""))
    return cells["number"], Told(at, meaning_of(cells["status"]), cells["status"], *more, minutes)
