"""A letter to the one who looks after its words: sent for real, to their own address, and forgotten once it has left."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.models import Staff
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.models import Message
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered

MOMENT: Final = "letter_test"


def send_to_oneself(staff: Staff, content: Rendered, *, key: str, at: datetime) -> Message:
    """The letter as it was looked at. The same key again is the same letter. Raises UnsafeHeader."""
    with transaction.atomic():
        return plan_message(
            moment=f"{MOMENT}:{key}",
            subject=("staff", staff.pk),
            to=Addressee(staff.email, content.language),
            content=content,
            at=at,
        )


def _is_there(message: Message, _at: datetime) -> bool:
    return bool(message.text)


def _forget(message: Message, _at: datetime) -> None:
    """What it said is a buyer's, and erasing the buyer would not find it here."""
    Message.objects.filter(pk=message.pk).update(text="", html="", shown="")


look_before_sending(MOMENT, LastLook(_is_there, has_left=_forget, has_failed=_forget, was_dropped=_forget))
