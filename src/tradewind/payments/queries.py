"""Named reads of payments."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tradewind.lib.money import Money, sum_of
from tradewind.payments.models import MANUAL, LedgerEntry, PaymentIntent, Refund


class UnknownIntent(LookupError):
    """No payment has this reference."""


def intents_for(kind: str, subject_id: int) -> QuerySet[PaymentIntent]:
    """Every attempt to pay for a subject, oldest first, each with its `entries` and `refunds`: three statements."""
    return (
        PaymentIntent.objects.filter(subject_kind=kind, subject_id=subject_id)
        .prefetch_related("entries", "refunds")
        .order_by("id")
    )


def intent_by_ref(ref: str) -> PaymentIntent:
    """Raises UnknownIntent."""
    try:
        return PaymentIntent.objects.get(ref=ref)
    except PaymentIntent.DoesNotExist:
        raise UnknownIntent(ref) from None


def ledger_sum(kind: str, subject_id: int, currency: str) -> Money:
    """What a subject has received in this currency, less what was given back."""
    entries = LedgerEntry.objects.filter(intent__subject_kind=kind, intent__subject_id=subject_id, currency=currency)
    return Money(entries.aggregate(total=Sum("amount", default=0))["total"], currency)


def promised_back(kind: str, subject_id: int, currency: str) -> Money:
    """What is on its way back to who paid for a subject: refunds that are decided and not confirmed yet."""
    planned = Refund.objects.filter(
        intent__subject_kind=kind, intent__subject_id=subject_id, currency=currency, state=Refund.State.PLANNED
    )
    return Money(planned.aggregate(total=Sum("amount", default=0))["total"], currency)


def captured_of(intent: PaymentIntent) -> Money:
    """What has arrived for one intent, whatever was given back since."""
    entries = LedgerEntry.objects.filter(intent=intent, kind=LedgerEntry.Kind.CAPTURE)
    return Money(entries.aggregate(total=Sum("amount", default=0))["total"], intent.currency)


def refundable_of(intent: PaymentIntent) -> Money:
    """What is here, less every refund that is planned or confirmed. To decide by it, hold the intent's lock."""
    return _here(intent) - _sum_of(Refund.objects.filter(intent=intent).exclude(state=Refund.State.FAILED), intent)


def movable_of(intent: PaymentIntent) -> Money:
    """What can go over to another subject: nobody has been promised it, also by a refund that failed and is still owed."""
    return _here(intent) - _sum_of(Refund.objects.filter(intent=intent), intent)


def movable(kind: str, subject_id: int, currency: str) -> Money:
    """What of a subject's money can go over to another. To decide by it, hold the subject's own lock."""
    found = PaymentIntent.objects.filter(subject_kind=kind, subject_id=subject_id, currency=currency)
    return sum_of((max(movable_of(intent), Money.zero(currency)) for intent in found), currency)


def _here(intent: PaymentIntent) -> Money:
    """What has arrived or came over from another subject, less what went over to one."""
    return _sum_of(LedgerEntry.objects.filter(intent=intent).exclude(kind=LedgerEntry.Kind.REFUND), intent)


def _sum_of(rows: QuerySet[LedgerEntry] | QuerySet[Refund], intent: PaymentIntent) -> Money:
    return Money(rows.aggregate(total=Sum("amount", default=0))["total"], intent.currency)


@dataclass(frozen=True, slots=True)
class OpenTransfer:
    """A bank transfer that somebody should find on the statement."""

    intent_id: int
    ref: str
    subject_kind: str
    subject_id: int
    due: Money
    received: Money
    created_at: datetime


def open_transfers(*, after: tuple[datetime, int] | None = None, limit: int = 50) -> list[OpenTransfer]:
    """Transfers that are awaited, oldest first. `after` is the (created_at, intent_id) of the last row seen."""
    rows = PaymentIntent.objects.filter(provider=MANUAL, state=PaymentIntent.State.PENDING)
    if after is not None:
        moment, key = after
        rows = rows.filter(Q(created_at__gt=moment) | Q(created_at=moment, id__gt=key))
    rows = rows.annotate(received=Coalesce(Sum("entries__amount"), 0)).order_by("created_at", "id")[:limit]
    return [
        OpenTransfer(
            intent_id=row.pk,
            ref=row.ref,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            due=row.due,
            received=Money(row.received, row.currency),
            created_at=row.created_at,
        )
        for row in rows
    ]
