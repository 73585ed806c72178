"""The ledger takes every movement once, in whatever order the news come."""

from datetime import datetime, timedelta

import pytest

from tests.payments.parts import CARD, TEN, intent_for, order_over, started
from tradewind.core.models import FactRecord, Todo
from tradewind.lib.money import CurrencyMismatch, Money
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.ports import Movement, ProviderSays, ProviderState
from tradewind.payments.queries import ledger_sum
from tradewind.payments.settling import (
    AmountNotPositive,
    MovementChanged,
    give_up_intents,
    record_cancelled,
    record_capture,
    record_decline,
    take_over,
)

pytestmark = pytest.mark.django_db
State = PaymentIntent.State


def capture(intent: PaymentIntent, now: datetime, *, amount: Money = TEN, external_id: str = "MV-1") -> bool:
    return record_capture(intent_id=intent.pk, external_id=external_id, amount=amount, by="provider:test", at=now)


def state_of(intent: PaymentIntent) -> str:
    return PaymentIntent.objects.get(pk=intent.pk).state


def facts_recorded() -> list[str]:
    return list(FactRecord.objects.order_by("id").values_list("name", flat=True))


def test_a_capture_pays_the_intent_and_is_told_once(now: datetime) -> None:
    intent = started(CARD, at=now)

    assert capture(intent, now)

    entry = LedgerEntry.objects.get()
    assert (entry.amount, entry.currency, entry.external_id, entry.by) == (1000, "EUR", "MV-1", "provider:test")
    assert state_of(intent) == State.PAID
    assert facts_recorded() == ["payments.captured"]


def test_the_same_movement_again_changes_nothing(now: datetime) -> None:
    intent = started(CARD, at=now)
    capture(intent, now)

    assert [capture(intent, now), capture(intent, now)] == [False, False]
    assert ledger_sum("order", intent.subject_id, "EUR") == TEN
    assert facts_recorded() == ["payments.captured"]


def test_parts_add_up_until_the_whole_is_paid(now: datetime) -> None:
    intent = started(CARD, at=now)

    capture(intent, now, amount=Money(400, "EUR"), external_id="A")
    assert state_of(intent) == State.PENDING
    capture(intent, now, amount=Money(600, "EUR"), external_id="B")
    assert state_of(intent) == State.PAID


def test_a_decline_is_followed_by_success(now: datetime) -> None:
    intent = started(CARD, at=now)

    assert record_decline(intent_id=intent.pk, problem="card_declined", by="provider:test", at=now)
    assert state_of(intent) == State.DECLINED
    assert capture(intent, now)

    intent.refresh_from_db()
    assert (intent.state, intent.problem) == (State.PAID, "")
    assert Todo.objects.count() == 0


def test_a_decline_or_cancellation_after_the_money_is_late_news_and_ignored(now: datetime) -> None:
    intent = started(CARD, at=now)
    capture(intent, now)

    assert not record_decline(intent_id=intent.pk, problem="card_declined", by="provider:test", at=now)
    assert not record_cancelled(intent_id=intent.pk, by="provider:test", at=now)
    assert state_of(intent) == State.PAID


def test_money_for_something_given_up_is_recorded_and_put_before_a_person(now: datetime) -> None:
    intent = started(CARD, at=now)
    give_up_intents(subject=("order", intent.subject_id), by="system", at=now)

    assert capture(intent, now)

    todo = Todo.objects.get()
    assert (todo.kind, todo.subject_kind, todo.subject_id) == ("payment.unexpected", "order", intent.subject_id)
    assert todo.facts == {"intent": intent.ref, "amount": 1000, "currency": "EUR"}
    assert ledger_sum("order", intent.subject_id, "EUR") == TEN


def test_giving_up_what_is_partly_paid_puts_the_part_before_a_person(now: datetime) -> None:
    intent = started(CARD, at=now)
    capture(intent, now, amount=Money(400, "EUR"))

    assert give_up_intents(subject=("order", intent.subject_id), by="system", at=now) == 1
    assert give_up_intents(subject=("order", intent.subject_id), by="system", at=now) == 0

    assert Todo.objects.get().facts["amount"] == 400
    assert facts_recorded() == ["payments.captured", "payments.cancelled"]


def test_giving_up_leaves_what_is_paid_alone(now: datetime) -> None:
    intent = started(CARD, at=now)
    capture(intent, now)

    assert give_up_intents(subject=("order", intent.subject_id), by="system", at=now) == 0
    assert state_of(intent) == State.PAID


def test_a_movement_that_comes_back_with_another_amount_needs_a_person(now: datetime) -> None:
    intent = started(CARD, at=now)
    capture(intent, now)

    with pytest.raises(MovementChanged):
        capture(intent, now, amount=Money(999, "EUR"))
    assert ledger_sum("order", intent.subject_id, "EUR") == TEN


def test_money_in_another_currency_is_not_counted(now: datetime) -> None:
    intent = started(CARD, at=now)

    with pytest.raises(CurrencyMismatch):
        capture(intent, now, amount=Money(1000, "USD"))
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_a_capture_is_more_than_nothing(now: datetime, amount: int) -> None:
    intent = started(CARD, at=now)

    with pytest.raises(AmountNotPositive):
        capture(intent, now, amount=Money(amount, "EUR"))


def test_two_intents_of_one_order_are_summed(now: datetime) -> None:
    order = order_over(TEN, at=now)
    for ref in ("A", "B"):
        capture(intent_for(order, CARD, at=now), now, external_id=ref)

    assert ledger_sum("order", order.pk, "EUR") == Money(2000, "EUR")


@pytest.mark.parametrize(
    ("says", "becomes"),
    [
        (ProviderSays.PENDING, State.PENDING),
        (ProviderSays.DECLINED, State.DECLINED),
        (ProviderSays.CANCELLED, State.CANCELLED),
    ],
)
def test_whatever_the_provider_says_is_taken_over_once(now: datetime, says: ProviderSays, becomes: str) -> None:
    intent = started(CARD, at=now)

    for _ in range(3):
        take_over(intent=intent, told=ProviderState("SIM-1", says, problem="why"), by="provider:test", at=now)

    assert state_of(intent) == becomes
    assert len(facts_recorded()) == (0 if says == ProviderSays.PENDING else 1)


def test_the_ledger_keeps_the_providers_time_and_the_fact_keeps_ours(now: datetime) -> None:
    intent = started(CARD, at=now)
    told = ProviderState("SIM-1", ProviderSays.PAID, (Movement("MV-1", TEN, now - timedelta(hours=2)),))

    take_over(intent=intent, told=told, by="provider:test", at=now)

    assert LedgerEntry.objects.get().at == now - timedelta(hours=2)
    assert FactRecord.objects.get().recorded_at == now
