"""What buyers write to us about an order: kept as written, put before a person, and marked when it is answered.

The answer itself leaves by mail from a person's own program. How soon it comes is nowhere promised here.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tradewind.core import todos
from tradewind.core.facts import record
from tradewind.core.models import Staff
from tradewind.core.words import say
from tradewind.messaging.events import MessageAnswered, MessageReceived
from tradewind.messaging.models import BuyerMessage
from tradewind.orders.models import Order

WROTE: Final = "order.buyer_wrote"
LOOK_WITHIN: Final = timedelta(days=1)
LONGEST: Final = 4000
LONGEST_ADDRESS: Final = 254
MOST: Final = 5
WITHIN: Final = timedelta(hours=1)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Written:
    """What a buyer wrote, as read. `topic` is a code of BuyerMessage."""

    topic: str
    text: str
    reply_to: str


class BadMessage(Exception):
    """Some fields cannot be used: field -> words in the buyer's language."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class TooManyMessages(Exception):
    """This order has written often enough for now."""


class AlreadyAnswered(Exception):
    """Somebody else was faster."""


def read_message(typed: dict[str, str], *, own: str, language: str) -> Written:
    """`own` is the order's address, to which we answer where no other is typed.

    Raises BadMessage with every field that cannot be used.
    """
    # Browsers send line ends as two signs, which nobody has typed.
    text = _UNSEEN.sub(" ", typed["text"].replace("\r\n", "\n")).strip()
    reply_to = typed["email"].strip() or own
    errors = {}
    if typed["topic"] not in BuyerMessage.Topic.values:
        errors["topic"] = say(language, "Please choose what it is about.")
    if not text:
        errors["text"] = say(language, "Please fill in this field.")
    if len(text) > LONGEST:
        errors["text"] = say(language, "Please use at most {longest} characters.", longest=LONGEST)
    try:
        validate_email(reply_to)
    except ValidationError:
        errors["email"] = say(language, "This is not an e-mail address: check it, the answer goes there.")
    if len(reply_to) > LONGEST_ADDRESS:
        errors["email"] = say(language, "Please use at most {longest} characters.", longest=LONGEST_ADDRESS)
    if errors:
        raise BadMessage(errors)
    return Written(typed["topic"], text, reply_to)


def receive_message(written: Written, *, order_id: int, key: str, language: str, at: datetime) -> BuyerMessage:
    """Keep it and ask a person to answer. The same words with the same key give the message that exists.

    Raises TooManyMessages.
    """
    key = _key_of(key, written)
    with transaction.atomic():
        # The lock makes two clicks, and two windows, count each other.
        order = Order.objects.select_for_update().get(pk=order_id)
        known = BuyerMessage.objects.filter(order=order, key=key).first()
        if known is not None:
            return known
        if BuyerMessage.objects.filter(order=order, received_at__gt=at - WITHIN).count() >= MOST:
            raise TooManyMessages
        message = BuyerMessage.objects.create(
            order=order,
            buyer_id=order.buyer_id,
            key=key,
            topic=written.topic,
            text=written.text,
            reply_to=written.reply_to,
            language=language,
            received_at=at,
        )
        todos.ask_for_hand(
            WROTE, subject=("order", order.pk), account_id=order.account_id, due_at=at + LOOK_WITHIN, at=at
        )
        record(MessageReceived(message.pk, order.pk, order.buyer_id, message.topic), by="buyer", at=at)
    return message


def mark_answered(message: BuyerMessage, *, by: Staff, at: datetime) -> None:
    """A person has written back. With the last one of an order, its to-do is done. Raises AlreadyAnswered."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=message.order_id)
        unanswered = BuyerMessage.objects.filter(order_id=message.order_id, answered_at__isnull=True)
        if not unanswered.filter(pk=message.pk).update(answered_at=at, answered_by=by):
            raise AlreadyAnswered
        if not unanswered.exists():
            todos.settle_by_fact(WROTE, subject=("order", message.order_id), at=at)
        answered = MessageAnswered(message.pk, message.order_id, message.buyer_id, message.topic)
        record(answered, by=f"staff:{by.pk}", at=at)


def export_messages(*, buyer_id: int) -> list[dict[str, str]]:
    """What a buyer wrote, oldest first."""
    return [
        {"received_at": row.received_at.isoformat(), "topic": row.topic, "text": row.text, "email": row.reply_to}
        for row in BuyerMessage.objects.filter(buyer_id=buyer_id).order_by("pk")
    ]


def erase_messages(*, buyer_id: int) -> int:
    """Forget words and address; that something was written and answered stays. Returns how many rows knew them."""
    with transaction.atomic():
        return BuyerMessage.objects.filter(buyer_id=buyer_id).exclude(text="").update(text="", reply_to="")


def _key_of(key: str, written: Written) -> str:
    parts = f"{key}\0{written.topic}\0{written.text}\0{written.reply_to}"
    return hashlib.sha256(parts.encode()).hexdigest()[:40]
