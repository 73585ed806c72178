"""Planning a message: written down in the transaction of its cause, as it will leave, and sent afterwards by a courier."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tradewind.core import deliveries
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


def is_planned(moment: str, subject: tuple[str, int]) -> bool:
    return Message.objects.filter(moment=moment, subject_kind=subject[0], subject_id=subject[1]).exists()


def _written(to: Addressee, content: Rendered, at: datetime) -> dict[str, object]:
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
