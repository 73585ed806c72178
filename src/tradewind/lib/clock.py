"""Owns what a moment is: an aware datetime in UTC. Refuses datetimes without a zone.

`utc_now` is the only place that reads the clock. It is called at the edge (a view, a command, the worker's loop) and
the moment is handed down, so that everything below can be tested at any time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

BEIJING: Final = "Asia/Shanghai"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NaiveMoment(ValueError):
    """A datetime without a zone does not say which moment it means."""

    def __init__(self, moment: datetime | str) -> None:
        super().__init__(f"{moment!s} has no time zone")
        self.moment = moment


class UnreadableMoment(ValueError):
    """The text is not a date and time in ISO 8601."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not an ISO 8601 date and time")
        self.text = text


class BackwardsPeriod(ValueError):
    """A period cannot end before it starts."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__(f"{end.isoformat()} lies before {start.isoformat()}")
        self.start = start
        self.end = end


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises NaiveMoment."""
    if moment.utcoffset() is None:
        raise NaiveMoment(moment)
    return moment.astimezone(UTC)


def parse_moment(text: str) -> datetime:
    """Reads ISO 8601 with an offset or Z, as UTC. Raises UnreadableMoment, or NaiveMoment where the offset is missing."""
    try:
        # Python reads no further than a NUL and would take what stands before it.
        moment = datetime.fromisoformat(text.strip().replace("\0", "?"))
    except ValueError:
        raise UnreadableMoment(text) from None
    if moment.utcoffset() is None:
        raise NaiveMoment(text)
    return as_utc(moment)


def parse_day(text: str) -> date:
    """Reads 2026-12-03, as date fields and programs send a day, and none of the other ways of ISO 8601. Raises ValueError."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


def format_moment(moment: datetime) -> str:
    """ISO 8601 in UTC with Z: 2026-11-23T06:22:38Z; microseconds only where there are any. Raises NaiveMoment."""
    return as_utc(moment).replace(tzinfo=None).isoformat() + "Z"


def stamp(moment: datetime) -> str:
    """Day and time in Beijing as staff read them, the same width in every row: "2026-11-24 14:22"."""
    return moment.astimezone(ZoneInfo(BEIJING)).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Period:
    """From start, included, to end, excluded; both become UTC. A period may be empty, and then holds no moment."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # A frozen dataclass can only be completed this way.
        object.__setattr__(self, "start", as_utc(self.start))
        object.__setattr__(self, "end", as_utc(self.end))
        if self.end < self.start:
            raise BackwardsPeriod(self.start, self.end)

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def contains(self, moment: datetime) -> bool:
        return self.start <= as_utc(moment) < self.end

    def overlaps(self, other: "Period") -> bool:
        """Is there a moment that lies in both? Periods that only touch do not overlap."""
        return max(self.start, other.start) < min(self.end, other.end)
