"""Emptying letters to a buyer, and what they wrote to us. That something was sent, of which kind and when, stays."""

from collections.abc import Collection
from typing import Final

from django.db.models import Q

from tradewind.messaging.models import BuyerMessage, Message
from tradewind.orders.history import address_wishes
from tradewind.shipping.models import Trouble

_EMPTY: Final = dict.fromkeys(("recipient", "subject", "text", "html", "shown", "stop_url", "problem"), "")


class LetterOnItsWay(Exception):
    """A letter about the order has not left yet. In a minute it has, or stands on the work page."""


def erase_letters(order_id: int, withdrawal_ids: Collection[int]) -> None:
    """In the caller's transaction. Raises LetterOnItsWay."""
    changes = [wish.pk for wish in address_wishes(order_id)]
    about = (
        Q(subject_kind="order", subject_id=order_id)
        | Q(subject_kind="address_change", subject_id__in=changes)
        | Q(subject_kind="trouble", subject_id__in=Trouble.objects.filter(order_id=order_id).values("pk"))
        | Q(subject_kind="withdrawal", subject_id__in=list(withdrawal_ids))
    )
    letters = Message.objects.filter(about)
    if letters.filter(state=Message.State.PLANNED).exists():
        raise LetterOnItsWay
    letters.update(**_EMPTY)
    BuyerMessage.objects.filter(order_id=order_id).update(text="", reply_to="")


def erase_quotation_letters(version_ids: Collection[int]) -> None:
    """Those about versions of quotations; in the caller's transaction. Raises LetterOnItsWay."""
    letters = Message.objects.filter(subject_kind="quotation_version", subject_id__in=list(version_ids))
    if letters.filter(state=Message.State.PLANNED).exists():
        raise LetterOnItsWay
    letters.update(**_EMPTY)
