"""Planning a message: written down in the transaction of its cause, as it will leave, and sent afterwards by a courier."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.messaging.couriers import MAIL, outgoing
from tradewind.messaging.models import Message
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.senders import own_domain, sender


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

    Raises UnsafeHeader when recipient, sender or subject hold line breaks, and PlannedOutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise PlannedOutsideTransaction(moment)
    kind, subject_id = subject
    # Before the look-up, so that an unsafe header is refused while the cause can still be rolled back.
    planned = _written(to, content, at)
    outgoing(Message(**planned))
    message, is_new = Message.objects.get_or_create(
        moment=moment, subject_kind=kind, subject_id=subject_id, defaults=planned
    )
    if is_new:
        deliveries.plan(MAIL, message.message_id, {"message": message.pk}, at=at, subject=subject)
    return message


def plan_all(*, moment: str, letters: Sequence[ToSend], due: Callable[[int], datetime], at: datetime) -> list[Message]:
    """Messages of one moment about different subjects, in a few statements. `due` tells when the n-th of them may leave.

    Raises IntegrityError where one of them is planned already, UnsafeHeader, and PlannedOutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise PlannedOutsideTransaction(moment)
    rows = [
        Message(
            moment=moment,
            subject_kind=each.subject[0],
            subject_id=each.subject[1],
            **_written(each.to, each.content, at),
        )
        for each in letters
    ]
    for row in rows:
        outgoing(row)
    made = Message.objects.bulk_create(rows)
    Delivery.objects.bulk_create(
        Delivery(
            kind=MAIL,
            key=row.message_id,
            payload={"message": row.pk},
            due_at=due(number),
            created_at=at,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
        )
        for number, row in enumerate(made)
    )
    return made


def is_planned(moment: str, subject: tuple[str, int]) -> bool:
    return Message.objects.filter(moment=moment, subject_kind=subject[0], subject_id=subject[1]).exists()


def _written(to: Addressee, content: Rendered, at: datetime) -> dict[str, Any]:
    return {
        "message_id": f"{secrets.token_hex(16)}@{own_domain()}",
        "language": to.language,
        "buyer_id": to.buyer_id,
        "stop_url": to.stop_url,
        "sender": sender(to.language),
        "recipient": to.recipient,
        "subject": content.subject,
        "text": content.text,
        "html": content.html,
        "shown": content.shown,
        "created_at": at,
    }
