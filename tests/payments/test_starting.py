"""Opening a payment: never twice, never forgotten, never inside the order's transaction."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

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
from tradewind.connectors.simulator.models import SimulatedPayment
from tradewind.core.deliveries import drop, run_deliveries
from tradewind.core.models import Delivery, FactRecord
from tradewind.core.work import Refused, TryAgain
from tradewind.lib.money import Money
from tradewind.payments.asking import ask_due
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.ports import ProviderSays, Started
from tradewind.payments.settling import AmountNotPositive, give_up_intents
from tradewind.payments.starting import create_intent, start_now

pytestmark = pytest.mark.django_db
State = PaymentIntent.State


def test_a_waiting_buyer_gets_the_providers_page_at_once(now: datetime) -> None:
    intent = started(CARD, at=now)

    payment = SimulatedPayment.objects.get(idempotency_key=intent.ref)
    assert (intent.state, intent.provider_ref) == (State.PENDING, payment.ref)
    assert intent.action_url == f"{settings.BASE_URL}/simulator/pay/{payment.ref}/"
    assert payment.return_url == f"{settings.BASE_URL}/payment/{intent.ref}/"
    assert payment.price == TEN


def test_starting_twice_opens_one_payment(now: datetime) -> None:
    intent = started(CARD, at=now)

    again = start_now(intent, now=lambda: now)

    assert again.provider_ref == intent.provider_ref
    assert SimulatedPayment.objects.count() == 1


def test_an_intent_that_is_rolled_back_leaves_no_call_behind(now: datetime) -> None:
    order = order_over(TEN, at=now)

    with transaction.atomic():
        intent_for(order, CARD, at=now)
        assert (PaymentIntent.objects.count(), Delivery.objects.count()) == (1, 1)
        transaction.set_rollback(True)

    assert (PaymentIntent.objects.count(), Delivery.objects.count()) == (0, 0)


def test_a_bank_transfer_is_pending_at_once_and_calls_nobody(now: datetime) -> None:
    intent = start_now(intent_for(order_over(TEN, at=now), TRANSFER, at=now), now=lambda: now)

    assert (intent.state, intent.action_url) == (State.PENDING, "")
    assert Delivery.objects.count() == 0


def test_nothing_cannot_be_paid(now: datetime) -> None:
    with pytest.raises(AmountNotPositive):
        create_intent(subject=("order", 1), amount=Money(0, "EUR"), method=CARD, at=now)


def test_the_worker_opens_what_nobody_waited_for_but_leaves_the_buyers_request_a_head_start(now: datetime) -> None:
    intent = intent_for(order_over(TEN, at=now), CARD, at=now)

    assert run_deliveries(now=lambda: now) == 0
    assert run_deliveries(now=lambda: now + timedelta(seconds=5)) == 1
    assert PaymentIntent.objects.get(pk=intent.pk).state == State.PENDING


def test_a_decline_at_the_start_is_recorded_with_its_code(now: datetime, scripted: ScriptedProvider) -> None:
    scripted.starts = Started("X-1", ProviderSays.DECLINED, problem="country_not_served")

    intent = started(SCRIPTED, at=now)

    assert (intent.state, intent.problem, intent.settled_at) == (State.DECLINED, "country_not_served", now)
    assert FactRecord.objects.get(name="payments.declined").data["problem"] == "country_not_served"


def test_a_request_that_the_provider_refuses_declines_and_stays_visible(
    now: datetime, scripted: ScriptedProvider
) -> None:
    scripted.starts = Refused("bad_currency", "We do not take this currency.")

    intent = started(SCRIPTED, at=now)

    assert (intent.state, intent.problem) == (State.DECLINED, "bad_currency")
    assert Delivery.objects.get().state == Delivery.State.STUCK


def test_a_provider_that_is_away_is_tried_again(now: datetime, scripted: ScriptedProvider) -> None:
    scripted.starts = TryAgain()
    intent = started(SCRIPTED, at=now)
    assert intent.state == State.CREATED

    scripted.starts = Started("X-1", ProviderSays.PENDING, "https://pay.example/x")
    run_deliveries(now=lambda: now + timedelta(minutes=1))

    intent.refresh_from_db()
    assert (intent.state, intent.action_url) == (State.PENDING, "https://pay.example/x")


def test_what_was_given_up_meanwhile_is_not_opened(now: datetime, scripted: ScriptedProvider) -> None:
    order = order_over(TEN, at=now)
    intent = intent_for(order, SCRIPTED, at=now)
    give_up_intents(subject=("order", order.pk), by="system", at=now)

    intent = start_now(intent, now=lambda: now)

    assert (intent.state, scripted.asked) == (State.CANCELLED, [])


def test_a_worker_that_dies_between_call_and_result_opens_nothing_twice(now: datetime) -> None:
    intent, payment = cut_off_start(now)

    run_deliveries(now=lambda: now + timedelta(minutes=4))

    intent.refresh_from_db()
    assert (intent.state, intent.provider_ref) == (State.PENDING, payment.ref)
    assert SimulatedPayment.objects.count() == 1
    assert Delivery.objects.get(kind="payments.start").uncertain


def test_money_that_arrived_while_the_worker_was_dead_is_captured_exactly_once(now: datetime) -> None:
    intent, payment = cut_off_start(now)
    choose(ref=payment.ref, choice=Choice.PAY_LOST, at=now)

    for minutes in (4, 5, 6, 60):
        run_deliveries(now=lambda: now + timedelta(minutes=minutes))  # noqa: B023  # called within this round
        ask_due(now + timedelta(minutes=minutes))

    intent.refresh_from_db()
    assert (intent.state, LedgerEntry.objects.get().amount) == (State.PAID, 1000)
    assert FactRecord.objects.filter(name="payments.captured").count() == 1


def cut_off_start(now: datetime) -> tuple[PaymentIntent, SimulatedPayment]:
    """The call was made and the provider has its payment, then the power went: the row is running, its lease lost."""
    intent = started(CARD, at=now)
    PaymentIntent.objects.filter(pk=intent.pk).update(state=State.CREATED, provider_ref="", action_url="", ask_at=None)
    Delivery.objects.filter(kind="payments.start").update(
        state=Delivery.State.RUNNING, due_at=now + timedelta(minutes=3), finished_at=None, result=None
    )
    intent.refresh_from_db()
    return intent, SimulatedPayment.objects.get()


def test_a_payment_that_was_opened_is_asked_about_although_staff_dropped_its_opening(
    now: datetime, scripted: ScriptedProvider
) -> None:
    """The provider opened it, and what follows could not be written down: the buyer may pay all the same."""
    intent = intent_for(order_over(TEN, at=now), SCRIPTED, at=now)
    Delivery.objects.update(state="stuck", result={"provider_ref": "X-1"}, finished_at=now)

    assert drop(Delivery.objects.get().pk, reason="looks done", by=somebody(now), at=now)

    intent.refresh_from_db()
    assert (intent.state, intent.ask_at) == (State.CREATED, now)
