"""Files of carriers' events that somebody hands in: kept as they came, looked at, and then heard in pieces by the worker.

The file is an item of the inbox that is understood already; what is taken in of it are further items, each of some parcels. What
was heard before changes nothing, so that a file may be taken in again once the numbers that were unknown belong to orders.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core import inbox
from tradewind.core.models import InboxItem
from tradewind.core.reach import Reach
from tradewind.core.trail import write_audit
from tradewind.shipping.event_files import EventFile, cells_of, lines_of, read_events, told_from
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import number_key
from tradewind.shipping.ports import ParcelTold

LARGEST: Final = 10_000_000
_FILE: Final = "tracking.file"
_PIECE: Final = "tracking.file.events"
# A piece is heard in one transaction, which holds the database.
_EVENTS: Final = 200
_ASKED: Final = 500
# Before the first piece and behind the last, whatever their numbers.
_AFTER: Final = "."
_BEHIND: Final = "/"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file would do. `known` holds parcels by number; merged orders may have gone in one."""

    file: EventFile
    known: dict[str, list[int]]
    unknown: list[str]

    @property
    def parcels(self) -> int:
        return len({pk for found in self.known.values() for pk in found})

    @property
    def events(self) -> int:
        return sum(len(told.events) for told in self.file.parcels if told.number in self.known)


@dataclass(slots=True)
class Heard:
    """How far the worker has come with a file."""

    pieces: int = 0
    done: int = 0
    stuck: int = 0
    fresh: int = 0
    events: int = 0
    waiting: int = field(init=False, default=0)


def keep_file(content: bytes, *, name: str, zone: str, key: str, by: str, at: datetime) -> int:
    """Keep it to be looked at, once for each `key`. Returns its number. Raw files are forgotten with the rest of the inbox."""
    headers = {"name": name[:200], "zone": zone, "by": by}
    kept = {"body": content, "headers": headers, "due_at": at, "created_at": at, "finished_at": at}
    defaults = kept | {"state": InboxItem.State.DONE, "outcome": "kept to be looked at"}
    with transaction.atomic():
        item, _ = InboxItem.objects.get_or_create(source=_FILE, external_id=key, defaults=defaults)
    return item.pk


def file_kept(file_id: int) -> InboxItem | None:
    return InboxItem.objects.filter(pk=file_id, source=_FILE).first()


def look(item: InboxItem, reach: Reach) -> Looked:
    """What it says, and about which of our parcels. Raises WrongHeading, UnicodeDecodeError."""
    zone = item.headers.get("zone")
    found = read_events(lines_of(bytes(item.body)), zone=ZoneInfo(zone) if zone else None)
    known = _parcels_of([told.number for told in found.parcels], reach)
    return Looked(found, known, [told.number for told in found.parcels if told.number not in known])


def take_in(item: InboxItem, reach: Reach, *, by: str, at: datetime) -> None:
    """Let the worker hear it. A second time nothing happens. Raises what `look` raises."""
    looked = look(item, reach)
    with transaction.atomic():
        locked = InboxItem.objects.select_for_update().get(pk=item.pk)
        if locked.headers.get("taken_by"):
            return
        for number, piece in enumerate(_pieces(looked)):
            inbox.receive(
                _PIECE, f"{locked.external_id}{_AFTER}{number}", json.dumps(piece).encode(), headers={}, at=at
            )
        locked.headers = {**locked.headers, "taken_by": by}
        locked.save(update_fields=["headers"])
        after = {"name": locked.headers["name"], "events": looked.events, "parcels": looked.parcels}
        write_audit("event_file.taken", subject=("event_file", item.pk), by=by, at=at, after=after)


def heard(item: InboxItem) -> Heard:
    begins = item.external_id
    rows = InboxItem.objects.filter(source=_PIECE)
    rows = rows.filter(external_id__gt=f"{begins}{_AFTER}", external_id__lt=f"{begins}{_BEHIND}")
    found = Heard()
    for state, outcome in rows.values_list("state", "outcome"):
        found.pieces += 1
        found.done += state == InboxItem.State.DONE
        found.stuck += state in {InboxItem.State.STUCK, InboxItem.State.DROPPED}
        fresh, _, events = outcome.partition(" new of ")
        if state == InboxItem.State.DONE and fresh.isdecimal() and events.isdecimal():
            found.fresh, found.events = found.fresh + int(fresh), found.events + int(events)
    found.waiting = found.pieces - found.done - found.stuck
    return found


def accept_files() -> None:
    """Called by wiring."""
    inbox.register(_PIECE, _understand)


def _understand(item: InboxItem, now: datetime) -> str:
    fresh = events = 0
    for each in json.loads(bytes(item.body)):
        # Its order may have been erased, or thrown away with the account, since the file was looked at.
        for pk in Parcel.objects.filter(pk__in=each["parcels"]).values_list("pk", flat=True):
            told = [told_from(cells) for cells in each["events"]]
            fresh += hear(parcel_id=pk, told=told, source="file", at=now)
            events += len(told)
    return f"{fresh} new of {events}"


def _pieces(looked: Looked) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    held = 0
    for told in looked.file.parcels:
        for cells in _parts(told) if told.number in looked.known else ():
            piece.append({"parcels": looked.known[told.number], "events": cells})
            held += len(cells)
            if held >= _EVENTS:
                yield piece
                piece, held = [], 0
    if piece:
        yield piece


def _parts(told: ParcelTold) -> Iterator[list[dict[str, str]]]:
    for first in range(0, len(told.events), _EVENTS):
        yield [cells_of(told.number, event) for event in told.events[first : first + _EVENTS]]


def _parcels_of(numbers: Sequence[str], reach: Reach) -> dict[str, list[int]]:
    by_key: dict[str, list[int]] = {}
    keys = sorted({key for number in numbers if (key := number_key(number))})
    rows = reach.of(Parcel.objects.filter(replaced_at=None), field="order__account_id").order_by("pk")
    for first in range(0, len(keys), _ASKED):
        for pk, key in rows.filter(number_key__in=keys[first : first + _ASKED]).values_list("pk", "number_key"):
            by_key.setdefault(key, []).append(pk)
    return {number: found for number in numbers if (found := by_key.get(number_key(number)))}
