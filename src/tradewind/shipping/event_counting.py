"""What a file of carriers' events would do: counted part by part, so that only the counts and the first few troubles are held."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core.reach import Reach
from tradewind.lib.batches import in_batches
from tradewind.shipping.event_files import EventPart, read_events
from tradewind.shipping.event_lines import UnusableFile, encoding_of
from tradewind.shipping.models import Parcel
from tradewind.shipping.notices import of_one_time
from tradewind.shipping.parcels import number_key
from tradewind.shipping.ports import ParcelTold

# Larger ones are read by the command, which hears while it reads.
MOST_LINES: Final = 100_000
# Of unknown numbers and of lines that cannot be read, so many are kept; all of them are counted.
SHOWN: Final = 100
_LONGEST_SHOWN: Final = 60
_ASKED: Final = 500

# Gets the parcels of ours and what is said about them.
Note = Callable[[list[int], ParcelTold], None]


class EmptyFile(UnusableFile):
    """It has no line that says anything."""

    def __init__(self) -> None:
        super().__init__(gettext_noop("The file is empty."))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that cannot be read; `message` with its values is said in the reader's language."""

    line: int
    message: str
    values: Mapping[str, str]


@dataclass(slots=True)
class Counted:
    """Of parcels within reach of who had it counted. `unknown` and `wrong` are the first of so many."""

    parcels: int = 0
    events: int = 0
    unknown: list[str] = field(default_factory=list)
    unknown_count: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    wrong_count: int = 0


def count_file(content: bytes, *, zone: str, reach: Reach, note: Note | None = None) -> Counted:
    """Raises UnusableFile. `zone`: of times that have none, may be empty. `note` is called for what is about parcels of ours."""
    counted = Counted()
    found: set[int] = set()
    strangers: dict[str, None] = {}  # in the order of the file
    stream = io.BytesIO(content)
    lines = io.TextIOWrapper(stream, encoding_of(stream, most=MOST_LINES), newline="")
    stream.seek(0)
    for part in read_events(lines, zone=ZoneInfo(zone) if zone else None):
        known = _parcels_of([told.number for told in part.parcels], reach)
        for told in part.parcels:
            if parcels := known.get(told.number):
                found.update(parcels)
                counted.events += len(told.events)
                if note is not None:
                    note(parcels, told)
            else:
                strangers[told.number] = None
        _count_wrong(part, counted)
    counted.parcels, counted.unknown_count = len(found), len(strangers)
    counted.unknown = [number[:_LONGEST_SHOWN] for number in list(strangers)[:SHOWN]]
    if not (found or strangers or counted.wrong_count):
        raise EmptyFile
    return counted


def _count_wrong(part: EventPart, counted: Counted) -> None:
    counted.wrong_count += len(part.wrong)
    for each in part.wrong[: SHOWN - len(counted.wrong)]:
        counted.wrong.append(Wrong(each.line, each.message, each.values))


def _parcels_of(numbers: Sequence[str], reach: Reach) -> dict[str, list[int]]:
    """By number; merged orders may have gone in one parcel."""
    by_key: dict[str, dict[int, datetime]] = {}
    keys = sorted({key for number in numbers if (key := number_key(number))})
    rows = reach.of(Parcel.objects.filter(replaced_at=None), field="order__account_id").order_by("pk")
    for some in in_batches(keys, _ASKED):
        asked = rows.filter(number_key__in=some).values_list("pk", "number_key", "handed_over_at")
        for pk, key, left_at in asked:
            by_key.setdefault(key, {})[pk] = left_at
    return {number: of_one_time(found) for number in numbers if (found := by_key.get(number_key(number)))}
