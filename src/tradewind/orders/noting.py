"""Internal notes: what staff tell each other about an order. Their author edits them and takes them back; nobody else does."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.orders.models import Order, OrderNote

LONGEST: Final = 2000


class NotTheAuthor(Exception):
    """Somebody else wrote this note."""


class NoteChanged(Exception):
    """The note is another one than was looked at: changed in another window, or erased with the buyer."""


def write_note(*, order_id: int, key: str, text: str, by: str, at: datetime) -> OrderNote:
    """Add a note. The same key again gives the note that is there. Raises Order.DoesNotExist."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order_id)
        known = OrderNote.objects.filter(key=key).first()
        if known is not None:
            return known
        note = OrderNote.objects.create(order_id=order_id, key=key, text=text, by=by, written_at=at)
        # What it says stays in the row alone: the trail is never erased.
        write_audit("order.noted", subject=("order", order_id), by=by, at=at)
    return note


def edit_note(*, note_id: int, seen: int, text: str, by: str, at: datetime) -> None:
    """Write a note anew. `seen` is the version that was looked at. Raises NotTheAuthor, NoteChanged."""
    with transaction.atomic():
        note = _mine(note_id, seen, by)
        note.text, note.edited_at, note.version = text, at, note.version + 1
        note.save(update_fields=["text", "edited_at", "version"])
        write_audit("order.note_edited", subject=("order", note.order_id), by=by, at=at)


def take_note_back(*, note_id: int, seen: int, by: str, at: datetime) -> None:
    """Raises NotTheAuthor, NoteChanged."""
    with transaction.atomic():
        note = _mine(note_id, seen, by)
        note.delete()
        write_audit("order.note_removed", subject=("order", note.order_id), by=by, at=at)


def notes_of(order_id: int) -> list[OrderNote]:
    """The newest first."""
    return list(OrderNote.objects.filter(order_id=order_id).order_by("-pk"))


def _mine(note_id: int, seen: int, by: str) -> OrderNote:
    note = OrderNote.objects.select_for_update().filter(pk=note_id).first()
    if note is None or note.version != seen:
        raise NoteChanged(note_id)
    if note.by != by:
        raise NotTheAuthor(note_id)
    return note
