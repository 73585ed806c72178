"""A notice may be late or lost; asking settles what it would have said."""

from datetime import datetime, timedelta

import pytest

from tests.payments.parts import CARD, SCRIPTED, TEN, TRANSFER, ScriptedProvider, intent_for, order_over, started
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.lib.money import Money
from tradewind.payments.asking import ask_due, ask_now
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.ports import Movement, ProviderSays, ProviderState, Started

pytestmark = pytest.mark.django_db
State = PaymentIntent.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pending(now: datetime, scripted: ScriptedProvider) -> PaymentIntent:
    scripted.starts = Started("X-1", ProviderSays.PENDING)
    scripted.tells = ProviderState("X-1", ProviderSays.PENDING)
    intent = started(SCRIPTED, at=now)
    scripted.asked.clear()
    return intent


def test_a_lost_notice_is_made_good_by_the_schedule(now: datetime) -> None:
    intent = started(CARD, at=now)
    choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=now)

    assert ask_due(now + timedelta(seconds=59)) == 0
    assert ask_due(now + MINUTE) == 1

    intent.refresh_from_db()
    assert (intent.state, intent.ask_at) == (State.PAID, None)
    assert LedgerEntry.objects.get().amount == 1000


def test_a_buyer_who_comes_back_is_settled_at_once(now: datetime) -> None:
    intent = started(CARD, at=now)
    choose(ref=intent.provider_ref, choice=Choice.PAY_LATE, at=now)

    assert ask_now(intent, now=now).state == State.PAID
    assert ask_now(intent, now=now + MINUTE).state == State.PAID
    assert LedgerEntry.objects.count() == 1


def test_questions_become_rarer_with_age_and_end(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    minutes = 40 * 24 * 60
    asked_at = []
    moment = now
    while moment < now + minutes * MINUTE:
        pending.refresh_from_db()
        if pending.ask_at is None:
            break
        moment = max(pending.ask_at, moment + MINUTE)
        ask_due(moment)
        asked_at.append(moment - now)

    assert asked_at[:3] == [MINUTE, 2 * MINUTE, 3 * MINUTE]
    assert len([age for age in asked_at if age < timedelta(hours=1)]) < 20
    assert len(asked_at) < 200
    assert timedelta(days=30) < asked_at[-1] < timedelta(days=31)
    assert len(scripted.asked) == len(asked_at)


def test_money_taken_after_a_decline_is_found_though_its_notice_is_lost(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    scripted.tells = ProviderState("X-1", ProviderSays.DECLINED, problem="card_declined")
    ask_due(now + MINUTE)
    scripted.tells = ProviderState("X-1", ProviderSays.PAID, (Movement("M", TEN, now),))

    ask_due(now + 2 * MINUTE)

    pending.refresh_from_db()
    assert pending.state == State.PAID


def test_a_provider_that_is_away_is_not_asked_for_each_of_its_payments(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    scripted.starts = Started("X-2", ProviderSays.PENDING)
    started(SCRIPTED, at=now)
    scripted.asked.clear()
    scripted.tells = TryAgain()

    assert ask_due(now + MINUTE) == 0
    assert scripted.asked == ["ask X-1"]


def test_one_payment_that_cannot_be_asked_about_does_not_hold_up_the_others(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    scripted.tells = NeedsAttention("the account is blocked")
    paid = started(CARD, at=now)
    choose(ref=paid.provider_ref, choice=Choice.PAY_LOST, at=now)

    assert ask_due(now + MINUTE) == 1

    paid.refresh_from_db()
    assert paid.state == State.PAID


def test_reloading_the_return_page_does_not_ask_each_time(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    for _ in range(5):
        assert ask_now(pending, now=now).state == State.PENDING
    ask_now(pending, now=now + timedelta(seconds=2))

    assert scripted.asked == ["ask X-1", "ask X-1"]


def test_a_provider_that_does_not_answer_leaves_the_return_page_as_it_was(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent
) -> None:
    scripted.tells = None

    assert ask_now(pending, now=now).state == State.PENDING
    assert scripted.asked == ["ask X-1"]


def test_nobody_is_asked_about_bank_transfers(now: datetime) -> None:
    intent = intent_for(order_over(TEN, at=now), TRANSFER, at=now)

    assert ask_now(intent, now=now).state == State.PENDING
    assert ask_due(now + timedelta(days=1)) == 0


@pytest.mark.parametrize("amount", [Money(1000, "USD"), Money(0, "EUR"), Money(-1000, "EUR")])
def test_news_that_cannot_be_true_hold_up_neither_the_buyer_nor_other_payments(
    now: datetime, scripted: ScriptedProvider, pending: PaymentIntent, amount: Money
) -> None:
    scripted.tells = ProviderState("X-1", ProviderSays.PAID, (Movement("M", amount, now),))
    paid = started(CARD, at=now)
    choose(ref=paid.provider_ref, choice=Choice.PAY_LOST, at=now)

    assert ask_now(pending, now=now).state == State.PENDING
    assert ask_due(now + MINUTE) == 1

    paid.refresh_from_db()
    assert paid.state == State.PAID
    assert LedgerEntry.objects.count() == 1
