"""Money goes back once, and never more than came."""

import threading
from datetime import datetime, timedelta

import pytest

from tests.at_once import at_the_same_time
from tests.payments.parts import (
    CARD,
    SCRIPTED,
    TEN,
    TRANSFER,
    ScriptedProvider,
    intent_for,
    order_over,
    somebody,
    started,
)
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.connectors.simulator.models import SimulatedMovement
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import Delivery, FactRecord, Todo
from tradewind.core.work import Refused, retry
from tradewind.lib.money import CurrencyMismatch, Money
from tradewind.lib.refs import new_ref
from tradewind.payments.asking import ask_now
from tradewind.payments.manual import AlreadyRecorded, confirm_transfer
from tradewind.payments.models import LedgerEntry, PaymentIntent, Refund
from tradewind.payments.ports import ProviderSays, Refunded, Started
from tradewind.payments.queries import ledger_sum, refundable_of
from tradewind.payments.refunding import (
    AlreadyConfirmed,
    MoreThanCaptured,
    NotSentByHand,
    confirm_refund_sent,
    plan_refund,
)
from tradewind.payments.settling import AmountNotPositive, record_capture

pytestmark = pytest.mark.django_db
SIX = Money(600, "EUR")


def paid_by_card(now: datetime) -> PaymentIntent:
    intent = started(CARD, at=now)
    choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=now)
    return ask_now(intent, now=now)


def paid_by_transfer(now: datetime) -> PaymentIntent:
    intent = intent_for(order_over(TEN, at=now), TRANSFER, at=now)
    record_capture(intent_id=intent.pk, external_id="A", amount=TEN, by="staff:1", at=now)
    return intent


def refund(intent: PaymentIntent, amount: Money, now: datetime) -> Refund:
    return plan_refund(intent=intent, amount=amount, reason="cancelled", at=now, by="system")


def test_a_refund_is_made_by_the_provider_and_written_into_the_ledger(now: datetime) -> None:
    intent = paid_by_card(now)

    planned = refund(intent, SIX, now)
    assert ledger_sum("order", intent.subject_id, "EUR") == TEN
    run_deliveries(now=lambda: now)

    planned.refresh_from_db()
    assert (planned.state, planned.confirmed_at) == (Refund.State.CONFIRMED, now)
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(400, "EUR")
    assert SimulatedMovement.objects.get(amount__lt=0).amount == -600
    assert FactRecord.objects.get(name="payments.refund_confirmed").data == {
        "refund_id": planned.pk,
        "intent_id": intent.pk,
        "order_id": intent.subject_id,
        "amount": 600,
        "currency": "EUR",
    }


def test_what_is_planned_already_cannot_be_planned_again(now: datetime) -> None:
    intent = paid_by_card(now)
    refund(intent, SIX, now)

    with pytest.raises(MoreThanCaptured) as problem:
        refund(intent, SIX, now)

    assert problem.value.available == Money(400, "EUR")
    assert refund(intent, Money(400, "EUR"), now).amount == 400


def test_a_refund_of_nothing_or_in_another_currency_is_refused(now: datetime) -> None:
    intent = paid_by_card(now)

    with pytest.raises(AmountNotPositive):
        refund(intent, Money(0, "EUR"), now)
    with pytest.raises(CurrencyMismatch):
        refund(intent, Money(600, "USD"), now)


def test_a_worker_that_dies_after_the_call_refunds_once(now: datetime) -> None:
    intent = paid_by_card(now)
    planned = refund(intent, SIX, now)
    run_deliveries(now=lambda: now)
    # The call was made and the provider has booked it, then the power went before we wrote anything down.
    LedgerEntry.objects.filter(kind=LedgerEntry.Kind.REFUND).delete()
    Refund.objects.update(state=Refund.State.PLANNED, confirmed_at=None)
    Delivery.objects.filter(kind="payments.refund").update(
        state=Delivery.State.RUNNING, due_at=now + timedelta(minutes=3), finished_at=None, result=None
    )

    run_deliveries(now=lambda: now + timedelta(minutes=4))

    planned.refresh_from_db()
    assert planned.state == Refund.State.CONFIRMED
    assert SimulatedMovement.objects.filter(amount__lt=0).count() == 1
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(400, "EUR")


@pytest.fixture
def refused(now: datetime, scripted: ScriptedProvider) -> Refund:
    scripted.starts = Started("X-1", ProviderSays.PENDING)
    scripted.refunds = Refused("account_closed", "The account was closed.")
    intent = started(SCRIPTED, at=now)
    record_capture(intent_id=intent.pk, external_id="M", amount=TEN, by="provider:scripted", at=now)
    planned = refund(intent, SIX, now)
    run_deliveries(now=lambda: now)
    planned.refresh_from_db()
    return planned


def test_a_refused_refund_is_put_before_a_person_and_frees_its_amount(now: datetime, refused: Refund) -> None:
    assert (refused.state, refused.problem) == (Refund.State.FAILED, "account_closed")
    todo = Todo.objects.get()
    assert (todo.kind, todo.subject_id, todo.facts["amount"]) == ("payment.refund_failed", refused.pk, 600)
    assert refundable_of(refused.intent) == TEN


def test_a_refused_refund_that_staff_retry_is_confirmed(
    now: datetime, refused: Refund, scripted: ScriptedProvider
) -> None:
    scripted.refunds = Refunded("RF-1", now)
    retry(Delivery, Delivery.objects.get(kind="payments.refund").pk, by=somebody(now), at=now)

    run_deliveries(now=lambda: now)

    refused.refresh_from_db()
    assert refused.state == Refund.State.CONFIRMED
    assert Todo.objects.get().state == Todo.State.DONE


def test_a_retried_refund_cannot_give_back_what_was_promised_elsewhere_meanwhile(
    now: datetime, refused: Refund, scripted: ScriptedProvider
) -> None:
    scripted.refunds = Refunded("RF-1", now)
    refund(refused.intent, SIX, now)
    retry(Delivery, Delivery.objects.order_by("id").get(payload={"refund": refused.pk}).pk, by=somebody(now), at=now)

    run_deliveries(now=lambda: now)

    refused.refresh_from_db()
    assert refused.state == Refund.State.FAILED
    assert ledger_sum("order", refused.intent.subject_id, "EUR") == Money(400, "EUR")


def test_a_transfer_is_refunded_by_a_person_who_says_when_it_is_sent(now: datetime) -> None:
    intent = paid_by_transfer(now)
    planned = refund(intent, SIX, now)
    todo = Todo.objects.get()
    assert (todo.kind, todo.facts["amount"], todo.facts["refund"]) == ("payment.refund_by_hand", 600, planned.ref)
    assert Delivery.objects.count() == 0

    done = confirm_refund_sent(refund=planned, reference="out 7", by=somebody(now), at=now)

    todo.refresh_from_db()
    assert (done.state, todo.state) == (Refund.State.CONFIRMED, Todo.State.DONE)
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(400, "EUR")


def test_a_refund_sent_by_hand_is_confirmed_once_and_under_a_reference_of_its_own(now: datetime) -> None:
    mei, intent = somebody(now), paid_by_transfer(now)
    first, second = refund(intent, SIX, now), refund(intent, Money(400, "EUR"), now)
    confirm_refund_sent(refund=first, reference="OUT7", by=mei, at=now)

    with pytest.raises(AlreadyConfirmed):
        confirm_refund_sent(refund=first, reference="OUT8", by=mei, at=now)
    with pytest.raises(AlreadyRecorded):
        confirm_refund_sent(refund=second, reference="OUT7", by=mei, at=now)
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(400, "EUR")


def test_a_providers_refund_is_not_confirmed_by_hand(now: datetime) -> None:
    planned = refund(paid_by_card(now), SIX, now)

    with pytest.raises(NotSentByHand):
        confirm_refund_sent(refund=planned, reference="A", by=somebody(now), at=now)


def test_a_transfer_after_a_refund_counts_for_what_can_be_refunded(now: datetime) -> None:
    mei, intent = somebody(now), paid_by_transfer(now)
    refund(intent, TEN, now)

    confirm_transfer(intent=intent, amount=SIX, reference="B", by=mei, at=now)

    assert refundable_of(intent) == SIX


@pytest.mark.django_db(transaction=True)
def test_refunds_planned_at_the_same_time_never_exceed_what_came(now: datetime) -> None:
    intent = paid_by_card(now)

    results = at_the_same_time(*[lambda: refund(intent, SIX, now)] * 6)

    assert sorted(type(result).__name__ for result in results) == ["MoreThanCaptured"] * 5 + ["Refund"]
    assert refundable_of(intent) == Money(400, "EUR")


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_more_than_came_would_be_promised_back(now: datetime) -> None:
    intent = paid_by_card(now)

    def without_lock() -> None:
        if refundable_of(intent) >= SIX:
            meet_others.wait(10)
            Refund.objects.create(
                ref=new_ref("R"), intent=intent, amount=600, currency="EUR", reason="race", by="test", created_at=now
            )

    meet_others = threading.Barrier(2)
    at_the_same_time(without_lock, without_lock)

    assert refundable_of(intent) == Money(-200, "EUR")
