"""Money that goes over from one subject of ours to another: nothing moves at the provider, and the ledger shows both sides.

Whoever paid gets money back the way it came: a share refers to the payment under which it arrived. Each side can give back
what is on its side and no more, so that both together never give back more than came.
"""

from datetime import datetime

from django.db import transaction

from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.queries import movable_of
from tradewind.payments.settling import AmountNotPositive, lock_intent


class MoreThanHeld(Exception):
    """So much is not there, or promised back to who paid it."""

    def __init__(self, subject: tuple[str, int], wanted: Money) -> None:
        super().__init__(f"{wanted} cannot go over from {subject[0]} {subject[1]}")
        self.wanted = wanted


def transfer(*, origin: tuple[str, int], target: tuple[str, int], amount: Money, by: str, at: datetime) -> None:
    """Attribute money of one subject to another, what came first first. The caller holds both subjects.

    Raises AmountNotPositive, MoreThanHeld.
    """
    if amount.amount <= 0:
        raise AmountNotPositive(amount)
    left = amount
    with transaction.atomic():
        intents = PaymentIntent.objects.filter(subject_kind=origin[0], subject_id=origin[1], currency=amount.currency)
        for intent_id in intents.order_by("pk").values_list("pk", flat=True):
            intent = lock_intent(intent_id)
            part = min(left, movable_of(intent))
            if part.amount > 0:
                _move(intent, target, part, by, at)
                left -= part
        if left.amount > 0:
            raise MoreThanHeld(origin, amount)


def _move(intent: PaymentIntent, target: tuple[str, int], part: Money, by: str, at: datetime) -> None:
    receiver = _receiver(intent.origin, target, part, at)
    key = new_ref("T")
    for side, amount in ((intent, -part.amount), (receiver, part.amount)):
        LedgerEntry.objects.create(
            intent=side,
            kind=LedgerEntry.Kind.TRANSFER,
            amount=amount,
            currency=part.currency,
            external_id=key,
            at=at,
            by=by,
        )


def _receiver(payment: PaymentIntent, target: tuple[str, int], part: Money, at: datetime) -> PaymentIntent:
    """Where the target's share of a payment stands: the payment itself where it was the target's, else a share of it."""
    if (payment.subject_kind, payment.subject_id) == target:
        return payment
    share = payment.shares.filter(subject_kind=target[0], subject_id=target[1]).first()
    if share is not None:
        share.amount += part.amount
        share.save(update_fields=["amount"])
        return share
    return PaymentIntent.objects.create(
        ref=new_ref("P"),
        source=payment,
        subject_kind=target[0],
        subject_id=target[1],
        amount=part.amount,
        currency=part.currency,
        method=payment.method,
        provider=payment.provider,
        state=PaymentIntent.State.PAID,
        created_at=at,
        settled_at=at,
    )
