"""Reading what carriers said from a file: one event a line, as CSV with a heading or as one JSON object each.

Columns: number, time, status (ours, as in docs/parcels.md, with a reason after a colon), and if they are known carrier, place and words.
A status that nobody knows is kept and claims nothing. Lines that cannot be read are given back with why; the rest goes on.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Meaning, Reason, Status, means

NEEDED: Final = ("number", "time", "status")
COLUMNS: Final = (*NEEDED, "carrier", "place", "words")


class WrongHeading(ValueError):
    """The file is not such a file: columns are missing."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    line: int
    because: str
    cells: Mapping[str, str]


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
        except ValueError as problem:
            wrong.append(WrongLine(line, str(problem), cells))
        else:
            told.setdefault(number, []).append(event)
    return EventFile([ParcelTold(number, tuple(events)) for number, events in told.items()], wrong)


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
    heading = [name.strip().lower() for name in next(csv.reader([first[1].lstrip("\ufeff")]))]
    if missing := [name for name in NEEDED if name not in heading]:
        raise WrongHeading(f"The file has no column {', '.join(missing)}. It needs {', '.join(NEEDED)}.")
    rows = csv.reader(text for _, text in numbered)
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield first[0] + rows.line_num, dict(zip(heading, (cell.strip() for cell in cells), strict=False))


def _object(text: str) -> Mapping[str, str]:
    """Empty for what is none: the line is then refused for what it lacks."""
    try:
        told: Any = json.loads(text)
    except ValueError:
        return {}
    is_object = isinstance(told, dict)
    return {str(name).lower(): str(value).strip() for name, value in told.items() if value} if is_object else {}


def _event(cells: Mapping[str, str], zone: ZoneInfo | None) -> tuple[str, Told]:
    """Raises ValueError in words for the seller."""
    if missing := [name for name in NEEDED if not cells.get(name)]:
        raise ValueError(f"{', '.join(missing)} is empty")
    try:
        at = datetime.fromisoformat(cells["time"])
    except ValueError:
        raise ValueError(f"{cells['time']!r} is no time as in 2026-11-24T14:05+08:00") from None
    if at.utcoffset() is None:
        if zone is None:
            raise ValueError(f"{cells['time']!r} has no zone: write it, or name one for the whole file")
        at = at.replace(tzinfo=zone)
    offset = at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    more = (cells.get("place", ""), cells.get("words", ""), cells.get("carrier", ""))
    return cells["number"], Told(at, meaning_of(cells["status"]), cells["status"], *more, minutes)
