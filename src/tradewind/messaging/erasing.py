"""Emptying letters to a buyer, and what they wrote to us. That something was sent, of which kind and when, stays."""

from collections.abc import Collection
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.buyers.registering import normal_email
from tradewind.core.models import Delivery, WorkItem
from tradewind.messaging.buyer_zones import forget_zone
from tradewind.messaging.models import BuyerMessage, Failure, Message, ReceivedMail, Suppression
from tradewind.messaging.returning import keys_of_repeats
from tradewind.messaging.subjects import about_order

_EMPTY: Final = dict.fromkeys(("recipient", "subject", "text", "html", "shown", "stop_url", "problem"), "")


class LetterOnItsWay(Exception):
    """A letter about the order has not left yet. In a minute it has, or stands on the work page."""


def erase_letters(order_id: int, withdrawal_ids: Collection[int]) -> None:
    """In the caller's transaction. Raises LetterOnItsWay."""
    declared = Q(subject_kind="withdrawal", subject_id__in=list(withdrawal_ids))
    letters = Message.objects.filter(about_order(order_id) | declared)
    _empty(letters)
    BuyerMessage.objects.filter(order_id=order_id).update(text="", reply_to="")
    forget_zone(order_id)


def erase_quotation_letters(version_ids: Collection[int]) -> None:
    """Those about versions of quotations; in the caller's transaction. Raises LetterOnItsWay."""
    letters = Message.objects.filter(subject_kind="quotation_version", subject_id__in=list(version_ids))
    _empty(letters)


def _empty(letters: QuerySet[Message]) -> None:
    """Raises LetterOnItsWay."""
    if letters.filter(state=Message.State.PLANNED).exists():
        raise LetterOnItsWay
    ids = letters.values_list("message_id", flat=True)
    repeats = Delivery.objects.filter(key__in=[key for message_id in ids for key in keys_of_repeats(message_id)])
    repeats.filter(state=WorkItem.State.WAITING).delete()
    if repeats.filter(state=WorkItem.State.RUNNING).exists():
        raise LetterOnItsWay
    erase_received(letters)
    letters.update(**_EMPTY)


def erase_received(letters: QuerySet[Message]) -> None:
    """Mail that came in about these letters of ours, or from whom they went to, and what was noted of their address."""
    recipients = {normal_email(one) for one in letters.values_list("recipient", flat=True)} - {""}
    told = Failure.objects.filter(Q(recipient__in=recipients) | Q(address__in=recipients))
    known = Q(about__in=letters) | Q(sender_compared__in=recipients) | Q(pk__in=told.values("mail"))
    ids = list(ReceivedMail.objects.filter(known).values_list("pk", flat=True))
    mails = ReceivedMail.objects.filter(Q(pk__in=ids) | Q(copy_of__in=ids))
    Failure.objects.filter(mail__in=mails).update(recipient="", address="", words="")
    mails.update(sender="", sender_compared="", subject="", message_id="", problem="", is_erased=True)
    Suppression.objects.filter(address__in=recipients).delete()
