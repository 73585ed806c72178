"""Planning a message: written down in the transaction of its cause, as it will leave, and sent afterwards by a courier."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from tradewind.core.models import Delivery
from tradewind.core.rows import insert_each
from tradewind.core.setting_rows import read_once
from tradewind.messaging.channels import require_allowed
from tradewind.messaging.couriers import MAIL, outgoing
from tradewind.messaging.letter import Letter
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.senders import own_domain, sender
from tradewind.orders.models import Order


class PlannedOutsideTransaction(Exception):
    """A message without the transaction of its cause could announce what never happened."""


@dataclass(frozen=True, slots=True)
class Addressee:
    recipient: str
    language: str
    buyer_id: int | None = None
    stop_url: str = ""  # becomes List-Unsubscribe


@dataclass(frozen=True, slots=True)
class ToSend:
    """One of many letters: about what, to whom, and what stands in it."""

    subject: tuple[str, int]
    to: Addressee
    content: Rendered


def plan_message(*, moment: str, subject: tuple[str, int], to: Addressee, content: Rendered, at: datetime) -> Message:
    """Write the message and plan its delivery. The same moment of the same subject again gives the message that exists.

    Raises UnsafeHeader when recipient, sender or subject hold line breaks, PlannedOutsideTransaction, and channels.NotAllowedThere.
    """
    if not connection.in_atomic_block:
        raise PlannedOutsideTransaction(moment)
    kind, subject_id = subject
    require_allowed(moment, kind, [subject_id], at=at)
    # Before the look-up, so that an unsafe header is refused while the cause can still be rolled back.
    planned = _written(to, content, at)
    outgoing(Message(**planned))
    message, is_new = Message.objects.get_or_create(
        moment=moment, subject_kind=kind, subject_id=subject_id, defaults=planned
    )
    if is_new:
        _plan_deliveries([message], at)
    return message


def plan_letter(order: Order, letter: Letter, *, at: datetime, subject: tuple[str, int] | None = None) -> Message:
    """To the order's buyer; about the order where no other subject is named. Raises what plan_message raises."""
    stop_url = letter.stop.url if letter.stop else ""
    return plan_message(
        moment=letter.moment,
        subject=subject or ("order", order.pk),
        to=Addressee(order.email, language_of(order), order.buyer_id, stop_url),
        content=render(letter),
        at=at,
    )


def plan_all(*, moment: str, letters: Sequence[ToSend], at: datetime) -> list[Message]:
    """Messages of one moment about different subjects, in a few statements.

    Raises IntegrityError where one of them is planned already, UnsafeHeader, PlannedOutsideTransaction, and channels.NotAllowedThere.
    """
    if not connection.in_atomic_block:
        raise PlannedOutsideTransaction(moment)
    for kind in {each.subject[0] for each in letters}:
        require_allowed(moment, kind, [each.subject[1] for each in letters if each.subject[0] == kind], at=at)
    # Asked once and not for each letter: both are settings.
    domain, senders = (
        own_domain(),
        {language: sender(language) for language in {_written_in(each.to, each.content) for each in letters}},
    )
    rows = [
        Message(
            moment=moment,
            subject_kind=each.subject[0],
            subject_id=each.subject[1],
            **_columns(each.to, each.content, at, domain=domain, writes=senders[_written_in(each.to, each.content)]),
        )
        for each in letters
    ]
    with read_once():
        for row in rows:
            outgoing(row)
    made = Message.objects.bulk_create(rows)
    _plan_deliveries(made, at)
    return made


def is_planned(moment: str, subject: tuple[str, int]) -> bool:
    return Message.objects.filter(moment=moment, subject_kind=subject[0], subject_id=subject[1]).exists()


# Of a call that nobody has tried yet.
_UNTOUCHED: Final = (Delivery.State.WAITING, 0, 0, "", "", None, None, False)
_PLANNED: Final = (
    *("kind", "key", "payload", "due_at", "created_at", "subject_kind", "subject_id"),
    *("state", "tries", "failures", "lease", "error", "finished_at", "result", "uncertain"),
)


def _plan_deliveries(messages: Sequence[Message], at: datetime) -> None:
    """Of messages that were just made: nobody can have planned to send what has had no Message-ID."""
    planned = (
        (MAIL, row.message_id, {"message": row.pk}, at, at, row.subject_kind, row.subject_id, *_UNTOUCHED)
        for row in messages
    )
    insert_each(Delivery, _PLANNED, planned)


def _written(to: Addressee, content: Rendered, at: datetime) -> dict[str, Any]:
    return _columns(to, content, at, domain=own_domain(), writes=sender(_written_in(to, content)))


def _written_in(to: Addressee, content: Rendered) -> str:
    """A letter may be in another language than the one that its reader chose."""
    return content.language or to.language


def _columns(to: Addressee, content: Rendered, at: datetime, *, domain: str, writes: str) -> dict[str, Any]:
    return {
        "message_id": f"{secrets.token_hex(16)}@{domain}",
        "language": _written_in(to, content),
        "buyer_id": to.buyer_id,
        "stop_url": to.stop_url,
        "sender": writes,
        "recipient": to.recipient,
        "subject": content.subject,
        "text": content.text,
        "html": content.html,
        "shown": content.shown,
        "created_at": at,
    }
