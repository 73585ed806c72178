"""Giving money back: never more than arrived, at the provider under a key, or by a person for bank transfers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tradewind.core import deliveries, facts, todos
from tradewind.core.accounts import own_shop
from tradewind.core.models import Delivery, Staff
from tradewind.core.trail import write_audit
from tradewind.core.work import Refused
from tradewind.lib.clock import parse_moment
from tradewind.lib.money import CurrencyMismatch, Money, sum_of
from tradewind.lib.refs import new_ref
from tradewind.payments.events import RefundConfirmed, RefundPlanned
from tradewind.payments.manual import AlreadyRecorded, as_on_statement
from tradewind.payments.models import MANUAL, LedgerEntry, PaymentIntent, Refund
from tradewind.payments.ports import RefundRequest, provider_named
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.settling import AmountNotPositive, lock_intent

REFUND: Final = "payments.refund"
BY_HAND: Final = "payment.refund_by_hand"
FAILED: Final = "payment.refund_failed"
SEND_WITHIN: Final = timedelta(days=2)


class MoreThanCaptured(Exception):
    """Only what arrived and is not yet promised back can be refunded."""

    def __init__(self, on: str, wanted: Money, available: Money) -> None:
        super().__init__(f"{wanted} cannot be refunded on {on}: {available} is left")
        self.on = on
        self.wanted = wanted
        self.available = available


class NotSentByHand(Exception):
    """This refund is made and confirmed by the provider."""


class AlreadyConfirmed(Exception):
    """The money has gone back before."""


def plan_refund(*, intent: PaymentIntent, amount: Money, reason: str, at: datetime, by: str) -> Refund:
    """Decide to give money back. `reason` is a code; `by` is "system" or "staff:ID".

    Raises AmountNotPositive, CurrencyMismatch, MoreThanCaptured.
    """
    if amount.amount <= 0:
        raise AmountNotPositive(amount)
    with transaction.atomic():
        held = lock_intent(intent.pk)
        _require_available(held, amount)
        refund = Refund.objects.create(
            ref=new_ref("R"),
            intent=held,
            amount=amount.amount,
            currency=amount.currency,
            reason=reason,
            by=by,
            created_at=at,
        )
        _set_going(refund, held, at)
        planned = RefundPlanned(refund.pk, held.pk, held.subject_id, amount.amount, amount.currency, reason)
        facts.record(planned, by=by, at=at)
    return refund


def plan_refunds(*, subject: tuple[str, int], amount: Money, reason: str, at: datetime, by: str) -> list[Refund]:
    """Decide to give money back on the ways on which it came for a subject, the newest first.

    Raises AmountNotPositive, CurrencyMismatch, and MoreThanCaptured where all of them together have less.
    """
    if amount.amount <= 0:
        raise AmountNotPositive(amount)
    with transaction.atomic():
        ways = _ways_back(subject, amount.currency)
        available = sum_of((left for _, left in ways), amount.currency)
        if amount > available:
            raise MoreThanCaptured(f"{subject[0]} {subject[1]}", amount, available)
        return _spread(ways, amount, reason=reason, at=at, by=by)


def plan_refunds_of_what_is_here(
    *, subject: tuple[str, int], amount: Money, reason: str, at: datetime, by: str
) -> Money:
    """The same with so much of an amount above zero as has come and not gone back. Returns what was decided."""
    with transaction.atomic():
        refunds = _spread(_ways_back(subject, amount.currency), amount, reason=reason, at=at, by=by)
        return sum_of((refund.owed for refund in refunds), amount.currency)


def confirm_refund_sent(*, refund: Refund, reference: str, by: Staff, at: datetime) -> Refund:
    """A person has sent the money by bank transfer. `reference` is the bank's, as printed.

    Raises NotSentByHand, manual.ReferenceMissing, manual.AlreadyRecorded, AlreadyConfirmed.
    """
    if refund.intent.provider != MANUAL:
        raise NotSentByHand(refund.ref)
    external_id = as_on_statement(reference)
    with transaction.atomic():
        if not _confirm(refund.pk, external_id, moved_at=at, by=f"staff:{by.pk}", at=at):
            raise AlreadyConfirmed(refund.ref)
        todos.settle_by_fact(BY_HAND, subject=("refund", refund.pk), at=at)
        write_audit(
            "payment.refund_sent",
            subject=("refund", refund.pk),
            by=f"staff:{by.pk}",
            at=at,
            after={"amount": refund.amount, "currency": refund.currency, "reference": external_id},
        )
    return Refund.objects.get(pk=refund.pk)


class RefundCourier:
    """Makes refunds. A call that was cut off is made again under the same key, which moves nothing twice."""

    kind = REFUND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        refund = _refund_of(delivery)
        _plan_again(refund)
        done = provider_named(refund.intent.provider).refund(
            RefundRequest(refund.intent.origin.provider_ref, refund.owed, refund.ref, refund.reason)
        )
        return {"external_id": done.external_id, "at": done.at.isoformat()}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the key alone answers: see above
        return None

    def settle(self, delivery: Delivery, result: Mapping[str, Any], now: datetime) -> None:
        refund = _refund_of(delivery)
        moved_at = parse_moment(result["at"])
        _confirm(refund.pk, result["external_id"], moved_at=moved_at, by=f"provider:{refund.intent.provider}", at=now)
        todos.settle_by_fact(FAILED, subject=("refund", refund.pk), at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        refund = _refund_of(delivery)
        code = problem.code if isinstance(problem, Refused) else type(problem).__name__
        planned = Refund.objects.filter(pk=refund.pk, state=Refund.State.PLANNED)
        if planned.update(state=Refund.State.FAILED, problem=code[:200]):
            _ask_for_hand(FAILED, refund, now)

    def drop(self, delivery: Delivery, problem: deliveries.Dropped, now: datetime) -> None:  # noqa: ARG002  # the port's shape
        """It counts as failed, and somebody has been asked for a hand. Money that has moved belongs into the ledger."""
        if delivery.result is not None:
            raise deliveries.HappenedOutside


def _ways_back(subject: tuple[str, int], currency: str) -> list[tuple[PaymentIntent, Money]]:
    """What can go back on each way, the newest first."""
    # In one order for everybody, so that two of these wait for each other instead of each holding what the other needs.
    held = [lock_intent(intent.pk) for intent in intents_for(*subject)]
    return [(intent, refundable_of(intent)) for intent in reversed(held) if intent.currency == currency]


def _spread(
    ways: Sequence[tuple[PaymentIntent, Money]], amount: Money, *, reason: str, at: datetime, by: str
) -> list[Refund]:
    refunds = []
    for intent, left in ways:
        part = min(amount, left)
        if part.amount > 0:
            refunds.append(plan_refund(intent=intent, amount=part, reason=reason, at=at, by=by))
            amount -= part
    return refunds


def _require_available(held: PaymentIntent, amount: Money) -> None:
    if amount.currency != held.currency:
        raise CurrencyMismatch(held.currency, amount.currency)
    available = refundable_of(held)
    if amount > available:
        raise MoreThanCaptured(held.ref, amount, available)


def _set_going(refund: Refund, intent: PaymentIntent, at: datetime) -> None:
    if intent.provider == MANUAL:
        _ask_for_hand(BY_HAND, refund, at)
        return
    subject = (intent.subject_kind, intent.subject_id)
    deliveries.plan(REFUND, f"{REFUND}:{refund.ref}", {"refund": refund.pk}, at=at, subject=subject)


def _plan_again(refund: Refund) -> None:
    """A failed refund that staff retry counts again, if what it would give back has not been promised elsewhere."""
    with transaction.atomic():
        held = lock_intent(refund.intent_id)
        failed = Refund.objects.filter(pk=refund.pk, state=Refund.State.FAILED)
        if failed.exists():
            try:
                _require_available(held, refund.owed)
            except MoreThanCaptured as problem:
                raise Refused("more_than_captured", str(problem)) from problem
            failed.update(state=Refund.State.PLANNED, problem="")


def _confirm(refund_id: int, external_id: str, *, moved_at: datetime, by: str, at: datetime) -> bool:
    intent = lock_intent(Refund.objects.values_list("intent_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.get(pk=refund_id)
    if refund.state == Refund.State.CONFIRMED:
        return False
    if intent.entries.filter(kind=LedgerEntry.Kind.REFUND, external_id=external_id).exists():
        raise AlreadyRecorded(intent.ref, external_id)
    LedgerEntry.objects.create(
        intent=intent,
        kind=LedgerEntry.Kind.REFUND,
        amount=-refund.amount,
        currency=refund.currency,
        external_id=external_id,
        at=moved_at,
        by=by,
    )
    refund.state, refund.problem, refund.confirmed_at = Refund.State.CONFIRMED, "", at
    refund.save(update_fields=["state", "problem", "confirmed_at"])
    confirmed = RefundConfirmed(refund.pk, intent.pk, intent.subject_id, refund.amount, refund.currency)
    facts.record(confirmed, by=by, at=at)
    return True


def _ask_for_hand(kind: str, refund: Refund, at: datetime) -> None:
    owed = {"refund": refund.ref, "intent": refund.intent.ref, "amount": refund.amount, "currency": refund.currency}
    account_id = own_shop(at=at).pk  # as in payments.settling
    subject = ("refund", refund.pk)
    todos.ask_for_hand(kind, subject=subject, account_id=account_id, due_at=at + SEND_WITHIN, at=at, facts=owed)


def _refund_of(delivery: Delivery) -> Refund:
    return Refund.objects.select_related("intent__source").get(pk=delivery.payload["refund"])
