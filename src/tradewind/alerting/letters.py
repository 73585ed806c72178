"""The same message as a letter, for somebody of the staff who is told by mail."""

from datetime import datetime
from typing import Final

from tradewind.alerting.composing import card_of
from tradewind.alerting.models import Note
from tradewind.alerting.ports import Card
from tradewind.alerting.reaching import drop, may_leave
from tradewind.markets.shop import shop_profile
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.letter import Button, Letter, Row, Section
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_parts import letterhead
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render

MOMENT: Final = "staff_alert"


def write_letter(note: Note, *, at: datetime) -> None:
    """In the caller's transaction. What becomes of it stands with the messages."""
    receiver = note.receiver
    if receiver.staff is None:
        raise TypeError(receiver.pk)
    content = render(_letter(card_of(note), receiver.language))
    to = Addressee(receiver.staff.email, receiver.language)
    message = plan_message(moment=MOMENT, subject=("alert_note", note.pk), to=to, content=content, at=at)
    note.state, note.sent_at, note.message_id = Note.State.SENT, at, message.pk
    note.save(update_fields=["state", "sent_at", "message_id"])


def _letter(card: Card, language: str) -> Letter:
    rows = tuple(Row("•", line.words, url=line.address) for line in card.lines)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop_profile(), language),
        subject=card.title,
        preview=card.lines[0].words if card.lines else card.title,
        title=card.title,
        paragraphs=(card.more,) if card.more else (),
        highlight=Section("", rows=rows) if rows else None,
        button=Button(card.open.words, card.open.address),
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=(),
    )


def _note_of(message: Message) -> Note | None:
    """None where the receiver was removed meanwhile."""
    found = Note.objects.select_related("receiver__staff", "receiver__created_by")
    return found.filter(pk=message.subject_id).first()


def _may_leave(message: Message, _at: datetime) -> bool:
    note = _note_of(message)
    return note is not None and may_leave(note)


def _drop(message: Message, _now: datetime) -> None:
    note = _note_of(message)
    if note is not None:
        drop(note)


look_before_sending(MOMENT, LastLook(_may_leave, _drop, is_strict=True))
