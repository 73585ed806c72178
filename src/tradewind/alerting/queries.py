"""Named reads of who is told, and of what was sent to them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Prefetch

from tradewind.alerting.models import Alert, Note, NoteTry, Receiver
from tradewind.alerting.robots import origin_of
from tradewind.core.sealing import CannotOpen, unseal


class NoSuchReceiver(LookupError):
    """Nobody of this number is told anything."""


class NoSuchNote(LookupError):
    """No message of this number was sent to them."""


@dataclass(frozen=True, slots=True)
class NotePage:
    rows: Sequence[Note]
    older: int | None


def receivers() -> list[Receiver]:
    """In the order in which they were made."""
    return list(Receiver.objects.select_related("staff", "created_by").order_by("pk"))


def receiver_of(pk: int) -> Receiver:
    """Raises NoSuchReceiver."""
    row = Receiver.objects.select_related("staff", "created_by").filter(pk=pk).first()
    if row is None:
        raise NoSuchReceiver(pk)
    return row


def is_used(way: str) -> bool:
    """Does anybody hear by robots of this company?"""
    return Receiver.objects.filter(way=way, is_active=True).exists()


def origins_of(way: str) -> list[str]:
    """Where the robots of this company are called that somebody hears by. What another installation sealed cannot be called."""
    rows = Receiver.objects.filter(way=way, is_active=True).order_by("pk")
    found = set()
    for row in rows:
        with suppress(CannotOpen):
            found.add(origin_of(unseal(row.sealed_address)))
    return sorted(found)


def notes_of(receiver: Receiver, *, after: int | None = None, size: int = 30) -> NotePage:
    """A page of what was sent, newest first, each with its tries, oldest first. The same statements for one as for many."""
    rows = receiver.notes.order_by("-pk")
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.prefetch_related(Prefetch("tries", NoteTry.objects.order_by("pk")))[: size + 1])
    return NotePage(found[:size], found[size - 1].pk if len(found) > size else None)


def note_of(pk: int) -> Note:
    """Raises NoSuchNote."""
    note = Note.objects.select_related("receiver").filter(pk=pk).first()
    if note is None:
        raise NoSuchNote(pk)
    return note


def alerts_of(note: Note) -> list[Alert]:
    """What it told of, the older first."""
    return list(note.alerts.order_by("pk"))
