"""Named reads of messages for the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.messaging.models import Message

PAGE: Final = 50
COUNTED: Final = 1000

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class MessageRow:
    id: int
    moment: str
    language: str
    recipient: str
    title: str
    state: str
    problem: str
    about: tuple[str, int]
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page, newest first. `older` is the key to go on from, or None at the end."""

    rows: Sequence[MessageRow]
    older: Key | None


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message with the words as they left."""

    row: MessageRow
    sender: str
    message_id: str
    text: str


def message_list(*, state: str = "", after: Key | None = None, size: int = PAGE) -> MessagePage:
    """A page of messages, newest first, of one state or all."""
    found = Message.objects.filter(state=state) if state else Message.objects.all()
    if after is not None:
        at, pk = after
        found = found.filter(Q(created_at__lte=at), Q(created_at__lt=at) | Q(pk__lt=pk))
    rows = _rows(found.order_by("-created_at", "-id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return MessagePage(rows[:size], (last.created_at, last.id) if last else None)


def messages_of(kind: str, subject_id: int) -> list[MessageRow]:
    """What was said about a subject, oldest first."""
    return _rows(Message.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("created_at", "id"))


def message_text(message_id: int) -> MessageText | None:
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        return None
    return MessageText(_row(message), message.sender, message.message_id, message.text)


def count_failed() -> int:
    return Message.objects.filter(state=Message.State.FAILED)[: COUNTED + 1].count()


def _rows(messages: QuerySet[Message]) -> list[MessageRow]:
    return [_row(message) for message in messages.defer("text", "html")]


def _row(message: Message) -> MessageRow:
    return MessageRow(
        id=message.pk,
        moment=message.moment,
        language=message.language,
        recipient=message.recipient,
        title=message.subject,
        state=message.state,
        problem=message.problem,
        about=(message.subject_kind, message.subject_id),
        created_at=message.created_at,
        sent_at=message.sent_at,
    )
