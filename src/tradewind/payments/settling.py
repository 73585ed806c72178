"""What becomes of a payment, by the word of its provider or of a person. The same news again changes nothing.

Money is never ignored: a capture is recorded in whatever state the intent is.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core import facts, todos
from tradewind.core.accounts import own_shop
from tradewind.core.work import NeedsAttention
from tradewind.lib.money import CurrencyMismatch, Money
from tradewind.payments.events import PaymentCancelled, PaymentCaptured, PaymentDeclined
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.ports import Movement, ProviderSays, ProviderState
from tradewind.payments.queries import captured_of

GIVEN_UP: Final = "given_up"
UNEXPECTED: Final = "payment.unexpected"
# A buyer whose money we should not have must not wait longer for somebody to look.
LOOK_WITHIN: Final = timedelta(days=1)

State = PaymentIntent.State


class AmountNotPositive(ValueError):
    """Nothing, or less than nothing, cannot be paid or given back."""

    def __init__(self, amount: Money) -> None:
        super().__init__(f"{amount} is not more than zero")
        self.amount = amount


class MovementChanged(NeedsAttention):
    """A movement that is in the ledger comes again with another amount: one of the two is wrong."""

    def __init__(self, external_id: str, known: Money, told: Money) -> None:
        super().__init__(f"{external_id} was {known} and is now said to be {told}")
        self.external_id = external_id
        self.known = known
        self.told = told


class NewsCannotBeTrue(NeedsAttention):
    """The provider tells of a movement that this payment cannot have, such as one in another currency."""


def record_capture(
    *, intent_id: int, external_id: str, amount: Money, by: str, at: datetime, moved_at: datetime | None = None
) -> bool:
    """Enter money that arrived; False when this movement is in the ledger already. `moved_at` is the provider's time.

    Raises AmountNotPositive, CurrencyMismatch, MovementChanged.
    """
    if amount.amount <= 0:
        raise AmountNotPositive(amount)
    with transaction.atomic():
        intent = lock_intent(intent_id)
        if amount.currency != intent.currency:
            raise CurrencyMismatch(intent.currency, amount.currency)
        if _is_known(intent, external_id, amount):
            return False
        LedgerEntry.objects.create(
            intent=intent,
            kind=LedgerEntry.Kind.CAPTURE,
            amount=amount.amount,
            currency=amount.currency,
            external_id=external_id,
            at=moved_at or at,
            by=by,
        )
        if intent.problem == GIVEN_UP:
            _ask_for_hand(intent, at)
        _move_after_capture(intent, at)
        happened = PaymentCaptured(intent.pk, intent.subject_id, amount.amount, amount.currency)
        facts.record(happened, by=by, at=at)
    return True


def record_decline(*, intent_id: int, problem: str, by: str, at: datetime) -> bool:
    """The provider refused, with a code. False when the intent was settled before, or declined."""
    with transaction.atomic():
        intent = lock_intent(intent_id)
        if intent.state not in PaymentIntent.OPEN:
            return False
        _close(intent, State.DECLINED, problem, at)
        facts.record(PaymentDeclined(intent.pk, intent.subject_id, intent.problem), by=by, at=at)
    return True


def record_cancelled(*, intent_id: int, problem: str = "", by: str, at: datetime) -> bool:
    """The buyer turned back at the provider's page. False when the intent was settled before."""
    with transaction.atomic():
        intent = lock_intent(intent_id)
        if intent.state not in PaymentIntent.OPEN:
            return False
        _close(intent, State.CANCELLED, problem, at)
        facts.record(PaymentCancelled(intent.pk, intent.subject_id, intent.problem), by=by, at=at)
    return True


def give_up_intents(*, subject: tuple[str, int], by: str, at: datetime) -> int:
    """What was to be paid for is not wanted any more: close its unpaid intents. Money that is here, or still comes, is
    put before a person. Returns how many were closed.
    """
    with transaction.atomic():
        unpaid = (
            PaymentIntent.objects.select_for_update()
            .filter(subject_kind=subject[0], subject_id=subject[1])
            .exclude(state=State.PAID)
            .exclude(problem=GIVEN_UP)
            .order_by("id")
        )
        for intent in unpaid:
            _close(intent, State.CANCELLED, GIVEN_UP, at)
            facts.record(PaymentCancelled(intent.pk, intent.subject_id, GIVEN_UP), by=by, at=at)
            if captured_of(intent):
                _ask_for_hand(intent, at)
    return len(unpaid)


def take_over(*, intent: PaymentIntent, told: ProviderState, by: str, at: datetime) -> None:
    """Apply all that the provider says of a payment. What is known already changes nothing.

    Raises NewsCannotBeTrue, MovementChanged.
    """
    with transaction.atomic():
        for movement in told.movements:
            _take_over_movement(intent, movement, by, at)
        if told.state == ProviderSays.DECLINED:
            record_decline(intent_id=intent.pk, problem=told.problem, by=by, at=at)
        elif told.state == ProviderSays.CANCELLED:
            record_cancelled(intent_id=intent.pk, problem=told.problem, by=by, at=at)


def lock_intent(intent_id: int) -> PaymentIntent:
    """The intent, for this transaction alone: whoever changes its state or its ledger holds it."""
    return PaymentIntent.objects.select_for_update().get(pk=intent_id)


def _take_over_movement(intent: PaymentIntent, movement: Movement, by: str, at: datetime) -> None:
    try:
        record_capture(
            intent_id=intent.pk,
            external_id=movement.external_id,
            amount=movement.amount,
            by=by,
            at=at,
            moved_at=movement.at,
        )
    except (CurrencyMismatch, AmountNotPositive) as problem:
        raise NewsCannotBeTrue(f"{intent.ref}, {movement.external_id}: {problem}") from problem


def _is_known(intent: PaymentIntent, external_id: str, amount: Money) -> bool:
    known = intent.entries.filter(kind=LedgerEntry.Kind.CAPTURE, external_id=external_id).first()
    if known is not None and known.amount != amount.amount:
        raise MovementChanged(external_id, Money(known.amount, known.currency), amount)
    return known is not None


def _move_after_capture(intent: PaymentIntent, at: datetime) -> None:
    if intent.state != State.PAID and captured_of(intent) >= intent.due:
        intent.state, intent.problem, intent.settled_at, intent.ask_at = State.PAID, "", at, None
        intent.save(update_fields=["state", "problem", "settled_at", "ask_at"])


def _close(intent: PaymentIntent, state: State, problem: str, at: datetime) -> None:
    # `ask_at` stays: providers do take money after they said no, and the notice of that may be lost as well.
    intent.state, intent.problem, intent.settled_at = state, problem[:200], at
    intent.save(update_fields=["state", "problem", "settled_at"])


def _ask_for_hand(intent: PaymentIntent, at: datetime) -> None:
    received = captured_of(intent)
    told = {"intent": intent.ref, "amount": received.amount, "currency": received.currency}
    subject = (intent.subject_kind, intent.subject_id)
    # Marketplaces take their buyers' money themselves: what we take is the own shop's.
    account_id = own_shop(at=at).pk
    todos.ask_for_hand(UNEXPECTED, subject=subject, account_id=account_id, due_at=at + LOOK_WITHIN, at=at, facts=told)
