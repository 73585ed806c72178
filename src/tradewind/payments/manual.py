"""Bank transfers: no provider is called. A person reads the bank statement and writes down what arrived."""

from datetime import datetime

from django.db import transaction

from tradewind.core.models import Staff
from tradewind.core.trail import write_audit
from tradewind.lib.money import Money
from tradewind.payments.models import MANUAL, PaymentIntent
from tradewind.payments.settling import record_capture


class NotATransfer(Exception):
    """The money of this payment is confirmed by its provider, not by a person."""


class ReferenceMissing(Exception):
    """Without the bank's reference the same line of the statement could be entered twice."""


class AlreadyRecorded(Exception):
    """This line of the bank statement was entered before."""

    def __init__(self, intent_ref: str, reference: str) -> None:
        super().__init__(f"{reference} is already on record for {intent_ref}")
        self.intent_ref = intent_ref
        self.reference = reference


def confirm_transfer(*, intent: PaymentIntent, amount: Money, reference: str, by: Staff, at: datetime) -> PaymentIntent:
    """Write down money that a person saw on the bank statement, as much as arrived: parts add up, and more than was due
    is recorded as it is. `reference` is the bank's, as printed.

    Raises NotATransfer, ReferenceMissing, AlreadyRecorded, CurrencyMismatch, and settling's AmountNotPositive and
    MovementChanged (the reference is on record with another amount).
    """
    if intent.provider != MANUAL:
        raise NotATransfer(intent.ref)
    bank_reference = as_on_statement(reference)
    with transaction.atomic():
        if not record_capture(
            intent_id=intent.pk, external_id=bank_reference, amount=amount, by=f"staff:{by.pk}", at=at
        ):
            raise AlreadyRecorded(intent.ref, bank_reference)
        write_audit(
            "payment.transfer_confirmed",
            subject=("intent", intent.pk),
            by=f"staff:{by.pk}",
            at=at,
            after={"amount": amount.amount, "currency": amount.currency, "reference": bank_reference},
        )
    return PaymentIntent.objects.get(pk=intent.pk)


def as_on_statement(reference: str) -> str:
    """A bank's reference in one form, however it was typed. Raises ReferenceMissing."""
    plain = "".join(reference.split()).upper()[:160]
    if not plain:
        raise ReferenceMissing
    return plain
