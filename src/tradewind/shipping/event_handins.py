"""Files of carriers' events that somebody hands in: kept as they came, counted, and then heard in pieces by the worker.

The file is an item of the inbox that is understood already, with what was counted: its page reads that and not the file. What is
taken in of it are further items, each of some parcels. What was heard before changes nothing, so that a file may be taken in again
once the numbers that were unknown belong to orders.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core import inbox
from tradewind.core.models import InboxItem
from tradewind.core.reach import Reach
from tradewind.core.trail import write_audit
from tradewind.shipping.event_counting import Counted, Wrong, count_file
from tradewind.shipping.event_files import cells_of, told_from
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.ports import ParcelTold

LARGEST: Final = 10_000_000
_FILE: Final = "tracking.file"
_PIECE: Final = "tracking.file.events"
# A piece is heard in one transaction, which holds the database.
_EVENTS: Final = 200
# Before the first piece and behind the last, whatever their numbers.
_AFTER: Final = "."
_BEHIND: Final = "/"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody chose it. `zone` is that of times without one. With `key`, the form's, a second click hands in nothing more."""

    content: bytes
    name: str
    zone: str
    key: str


@dataclass(slots=True)
class Heard:
    """How far the worker has come with a file."""

    pieces: int = 0
    done: int = 0
    stuck: int = 0
    fresh: int = 0
    events: int = 0
    waiting: int = field(init=False, default=0)


def hand_in(upload: Upload, reach: Reach, *, by: str, at: datetime) -> int:
    """Keep it with what it says, once. Returns its number. Raises UnusableFile. Raw files are forgotten with the rest of the inbox."""
    external_id = _external_id(upload, by)
    known = InboxItem.objects.filter(source=_FILE, external_id=external_id).values_list("pk", flat=True).first()
    if known is not None:
        return known
    counted = asdict(count_file(upload.content, zone=upload.zone, reach=reach))
    headers = {"name": upload.name[:200], "zone": upload.zone, "by": by, "counted": counted}
    kept = {"body": upload.content, "headers": headers, "due_at": at, "created_at": at, "finished_at": at}
    defaults = kept | {"state": InboxItem.State.DONE, "outcome": "kept to be looked at"}
    with transaction.atomic():
        item, _ = InboxItem.objects.get_or_create(source=_FILE, external_id=external_id, defaults=defaults)
    return item.pk


def file_kept(file_id: int) -> InboxItem | None:
    """What is in it is read when it is asked for."""
    return InboxItem.objects.filter(pk=file_id, source=_FILE, headers__has_key="counted").defer("body").first()


def counted_in(item: InboxItem) -> Counted:
    """As of when it was handed in, or else taken in."""
    counted = item.headers["counted"]
    return Counted(**{**counted, "wrong": [Wrong(**each) for each in counted["wrong"]]})


def take_in(item: InboxItem, reach: Reach, *, by: str, at: datetime) -> None:
    """Let the worker hear it, counted anew: parcels may have come since. A second time nothing happens."""
    if item.headers.get("taken_by"):
        return
    pieces = _Pieces()
    counted = count_file(bytes(item.body), zone=item.headers["zone"], reach=reach, note=pieces.add)
    with transaction.atomic():
        locked = InboxItem.objects.select_for_update().defer("body").get(pk=item.pk)
        if locked.headers.get("taken_by"):
            return
        for number, piece in enumerate(pieces.written()):
            inbox.receive(_PIECE, f"{locked.external_id}{_AFTER}{number}", piece, headers={}, at=at)
        locked.headers = {**locked.headers, "taken_by": by, "counted": asdict(counted)}
        locked.save(update_fields=["headers"])
        after = {"name": locked.headers["name"], "events": counted.events, "parcels": counted.parcels}
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


class _Pieces:
    """What is about parcels of ours, written in pieces as it is read."""

    def __init__(self) -> None:
        self._done: list[bytes] = []
        self._open: list[dict[str, Any]] = []
        self._held = 0

    def add(self, parcels: list[int], told: ParcelTold) -> None:
        for events in _parts(told):
            self._open.append({"parcels": parcels, "events": events})
            self._held += len(events)
            if self._held >= _EVENTS:
                self._close()

    def written(self) -> list[bytes]:
        if self._open:
            self._close()
        return self._done

    def _close(self) -> None:
        self._done.append(json.dumps(self._open).encode())
        self._open, self._held = [], 0


def _parts(told: ParcelTold) -> Iterator[list[dict[str, str]]]:
    for first in range(0, len(told.events), _EVENTS):
        yield [cells_of(told.number, event) for event in told.events[first : first + _EVENTS]]


def _understand(item: InboxItem, now: datetime) -> str:
    fresh = events = 0
    for each in json.loads(bytes(item.body)):
        # Its order may have been erased, or thrown away with the account, since the file was looked at.
        for pk in Parcel.objects.filter(pk__in=each["parcels"]).values_list("pk", flat=True):
            told = [told_from(cells) for cells in each["events"]]
            fresh += hear(parcel_id=pk, told=told, source="file", at=now)
            events += len(told)
    return f"{fresh} new of {events}"


def _external_id(upload: Upload, by: str) -> str:
    """Of all that was handed in: under the same form, a corrected file or another zone is another one."""
    form = json.dumps([upload.key, upload.zone, by])  # whatever signs somebody sends for a key
    return hashlib.sha256(form.encode() + b"\n" + upload.content).hexdigest()
