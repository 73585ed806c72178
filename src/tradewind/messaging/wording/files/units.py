"""What every kind of file says of a sentence, and what is read from it again.

Each unit carries a mark: the digest of the English that stood beside it, and the number of the newest version that was known. By it is
seen what has changed since the file was made.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.messaging.wording.checking import LONGEST, LONGEST_SUBJECT
from tradewind.messaging.wording.finding import digest
from tradewind.messaging.wording.queries import Row, Standing

LARGEST_FILE: Final = 5_000_000
MOST_UNITS: Final = 5_000
_MARK: Final = re.compile(r"([0-9a-f]{16})-([0-9]{1,9})")


class Unreadable(Exception):
    """It is no file of this kind. `why`: damaged, large, foreign, or language; `what` holds particulars."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(f"{why}: {what}")
        self.why = why
        self.what = what


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence as a translator gets it. `words` are the newest, empty where there are none for this English."""

    key: str
    mark: str
    source: str
    words: str
    moments: Sequence[str]
    longest: int
    standing: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A unit as it came back. `place` is where it stands in the file, as people look for it."""

    place: str
    key: str
    mark: str
    words: str


def units_of(rows: Iterable[Row]) -> list[Unit]:
    return [_unit(row) for row in rows]


def mark_of(source: str, seen: int) -> str:
    return f"{digest(source)}-{seen}"


def read_mark(mark: str) -> tuple[str, int] | None:
    """The digest of the English and the number of the version. None for what is no mark."""
    found = _MARK.fullmatch(mark.strip())
    return (found[1], int(found[2])) if found else None


def _unit(row: Row) -> Unit:
    source = row.coming or row.source
    lacks = row.standing in {Standing.MISSING, Standing.STALE}
    return Unit(
        key=row.sentence.key,
        mark=mark_of(source, row.seen),
        source=source,
        words="" if lacks else row.shown,
        moments=row.sentence.moments,
        longest=LONGEST_SUBJECT if row.sentence.is_subject else LONGEST,
        standing=row.standing,
    )
