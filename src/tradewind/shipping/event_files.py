"""Reading what carriers said from a file: one event a line, as CSV with a heading or as one JSON object each.

Columns: number, time, status (ours, as in docs/parcels.md, with a reason after a colon), and if they are known carrier, place and words.
A status that nobody knows is kept and claims nothing. Lines that cannot be read are given back with why; the rest goes on.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Meaning, Reason, Status, means

NEEDED: Final = ("number", "time", "status")
COLUMNS: Final = (*NEEDED, "carrier", "place", "words")
# Far from here nobody scans parcels, and such times cannot be told in every zone.
_YEARS: Final = range(2000, 2100)
_LACKS: Final = gettext_noop("{names} is empty")
_NO_TIME: Final = gettext_noop("“{time}” is no time as in 2026-11-24T14:05+08:00")
_NO_ZONE: Final = gettext_noop("“{time}” has no zone: write it, or name one for the whole file")
_NO_COLUMN: Final = gettext_noop("The file has no column {missing}. It needs {needed}.")
_NO_TABLE: Final = gettext_noop("The file cannot be read as a table: {problem}.")


class WrongHeading(ValueError):
    """The file is not such a file: columns are missing, or it is no table. To be said in the reader's language."""

    def __init__(self, message: str, **values: str) -> None:
        self.message, self.values = message, values
        super().__init__(message.format(**values))


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
class EventFile:
    """By number, in the order of the file."""

    parcels: list[ParcelTold]
    wrong: list[WrongLine]


def read_events(lines: Iterable[str], *, zone: ZoneInfo | None = None) -> EventFile:
    """`zone`: of times that have none; without one they cannot be read. Raises WrongHeading."""
    told: dict[str, list[Told]] = {}
    wrong: list[WrongLine] = []
    for line, cells in _rows(lines):
        try:
            number, event = _event(cells, zone)
        except _Unreadable as problem:
            wrong.append(WrongLine(line, problem.message, cells, problem.values))
        else:
            told.setdefault(number, []).append(event)
    return EventFile([ParcelTold(number, tuple(events)) for number, events in told.items()], wrong)


def lines_of(content: bytes) -> Iterable[str]:
    """The file in lines: UTF-8, or else what spreadsheets in China write. Raises UnicodeDecodeError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return io.StringIO(text, newline="")


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


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    numbered = enumerate(lines, start=1)
    first = next(((line, text) for line, text in numbered if text.strip()), None)
    if first is None:
        return
    if first[1].lstrip("\ufeff ").startswith("{"):
        for line, text in (first, *numbered):
            if text.strip():
                yield line, _object(text)
        return
    try:
        yield from _cells(first, numbered)
    except csv.Error as problem:
        raise WrongHeading(_NO_TABLE, problem=str(problem)) from problem


def _cells(first: tuple[int, str], numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    heading = [name.strip().lower() for name in next(csv.reader([first[1].lstrip("\ufeff")]))]
    if missing := [name for name in NEEDED if name not in heading]:
        raise WrongHeading(_NO_COLUMN, missing=", ".join(missing), needed=", ".join(NEEDED))
    rows = csv.reader(text for _, text in numbered)
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield first[0] + rows.line_num, dict(zip(heading, (cell.strip() for cell in cells), strict=False))


def _object(text: str) -> Mapping[str, str]:
    """Empty for what is none: the line is then refused for what it lacks."""
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    is_object = isinstance(told, dict)
    return {str(name).lower(): str(value).strip() for name, value in told.items() if value} if is_object else {}


def _event(cells: Mapping[str, str], zone: ZoneInfo | None) -> tuple[str, Told]:
    if missing := [name for name in NEEDED if not cells.get(name)]:
        raise _Unreadable(_LACKS, names=", ".join(missing))
    time = cells["time"]
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        raise _Unreadable(_NO_TIME, time=time[:40]) from None
    if at.year not in _YEARS:
        raise _Unreadable(_NO_TIME, time=time[:40])
    if at.utcoffset() is None:
        if zone is None:
            raise _Unreadable(_NO_ZONE, time=time[:40])
        at = at.replace(tzinfo=zone)
    offset = at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    more = (cells.get("place", ""), cells.get("words", ""), cells.get("carrier", ""))
    return cells["number"], Told(at, meaning_of(cells["status"]), cells["status"], *more, minutes)
