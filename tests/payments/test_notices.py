"""Notices early, late, tripled and at the same time: one settlement."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.at_once import at_the_same_time
from tests.payments.parts import (
    CARD,
    SCRIPTED,
    TEN,
    ScriptedProvider,
    intent_for,
    order_over,
    paid_notice,
    signed,
    started,
)
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.connectors.simulator.models import SimulatedMovement
from tradewind.connectors.simulator.provider import SimulatedProvider
from tradewind.core import inbox
from tradewind.core.models import FactRecord, InboxItem, WorkItem
from tradewind.core.reacting import run_reactions
from tradewind.core.worker import run_until_idle
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.asking import ask_now
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.notices import accept_from
from tradewind.payments.ports import Notice, ProviderSays, Started, StartRequest
from tradewind.payments.starting import start_now

pytestmark = pytest.mark.django_db
State = PaymentIntent.State


def arrive(notice: object, now: datetime) -> bool:
    body, headers = signed(notice)
    return inbox.receive("payments.simulator", str(hash(body)), body, headers=headers, at=now)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_a_notice_settles_the_intent_and_the_order(now: datetime) -> None:
    intent = started(CARD, at=now)
    arrive(paid_notice(intent.provider_ref), now)

    run_until_idle(now=at(now))

    intent.refresh_from_db()
    assert intent.state == State.PAID
    assert InboxItem.objects.get().outcome == f"{intent.ref}: paid"
    assert Order.objects.get(pk=intent.subject_id).state == OrderState.PAID


def test_a_notice_that_overtakes_our_own_commit_waits_for_it(now: datetime) -> None:
    intent = intent_for(order_over(TEN, at=now), CARD, at=now)
    # The provider has opened the payment; we have not written its reference down yet.
    opened = SimulatedProvider().start(StartRequest(intent.ref, TEN, intent.ref, "", "https://shop.example/", "en"))
    arrive(paid_notice(opened.provider_ref), now)
    inbox.run_inbox(now=at(now))
    item = InboxItem.objects.get()
    assert (item.state, LedgerEntry.objects.count()) == (WorkItem.State.WAITING, 0)

    start_now(intent, now=at(now))
    inbox.run_inbox(now=at(now + timedelta(seconds=2)))

    intent.refresh_from_db()
    item.refresh_from_db()
    assert (intent.state, item.state) == (State.PAID, WorkItem.State.DONE)


def test_a_notice_about_a_payment_that_never_appears_ends_before_a_person(now: datetime) -> None:
    arrive(paid_notice("SIM-NOBODY"), now)

    moment = now
    while InboxItem.objects.get().state == WorkItem.State.WAITING and moment < now + timedelta(hours=3):
        inbox.run_inbox(now=at(moment))
        moment += timedelta(minutes=1)

    item = InboxItem.objects.get()
    assert item.state == WorkItem.State.STUCK
    assert timedelta(hours=1) <= moment - now <= timedelta(hours=1, minutes=10)
    assert item.error.startswith("NeedsAttention: there is no payment SIM-NOBODY")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'"paid"',
        b'{"id": "N", "payment": "S", "state": "sold", "problem": "", "movements": []}',
        b'{"id": "N", "payment": "S\\u0000", "state": "paid", "problem": "", "movements": []}',
        b'{"id": "N", "payment": "S", "state": "paid", "problem": "", "movements": [{"id": "M"}]}',
        b'{"id": "N", "payment": "S", "state": "paid", "problem": "", "movements": "MV-1"}',
        paid_notice("S", amount=10.5),
        paid_notice("S", amount="10"),
        paid_notice("S", currency="ZZZ"),
        paid_notice("S", moved_at="2026-11-23T06:00:00"),
        paid_notice("S", moved_at="yesterday"),
    ],
)
def test_a_notice_that_cannot_be_read_stays_visible(now: datetime, body: object) -> None:
    arrive(body, now)

    inbox.run_inbox(now=at(now))

    item = InboxItem.objects.get()
    assert item.state == WorkItem.State.STUCK
    assert item.error.startswith("NeedsAttention: the notice cannot be read")


def test_a_notice_with_another_amount_for_a_known_movement_is_not_believed(now: datetime) -> None:
    intent = started(CARD, at=now)
    arrive(paid_notice(intent.provider_ref), now)
    arrive(paid_notice(intent.provider_ref, notice_id="N-2", amount=1), now)

    run_until_idle(now=at(now))

    assert LedgerEntry.objects.get().amount == 1000
    assert sorted(InboxItem.objects.values_list("state", flat=True)) == [WorkItem.State.DONE, WorkItem.State.STUCK]


def test_a_notice_that_only_says_look_again_makes_the_schedule_ask_at_once(
    now: datetime, scripted: ScriptedProvider
) -> None:
    accept_from(scripted)
    scripted.starts = Started("X-1", ProviderSays.PENDING)
    scripted.notice = Notice("N-1", "X-1")
    intent = started(SCRIPTED, at=now)
    inbox.receive("payments.scripted", "N-1", b"", headers={}, at=now)

    inbox.run_inbox(now=at(now + timedelta(seconds=3)))

    intent.refresh_from_db()
    assert intent.ask_at == now + timedelta(seconds=3)


@pytest.mark.django_db(transaction=True)
def test_notices_questions_and_workers_at_the_same_time_settle_once(now: datetime) -> None:
    intent = started(CARD, at=now)
    choose(ref=intent.provider_ref, choice=Choice.PAY_LOST, at=now)
    movement = SimulatedMovement.objects.get().external_id
    for number in range(6):
        arrive(paid_notice(intent.provider_ref, notice_id=f"N-{number}", id=movement), now)

    def work() -> int:
        return inbox.run_inbox(now=at(now)) + run_reactions(now=at(now))

    def one_item(item: InboxItem) -> Callable[[], None]:
        return lambda: inbox.understand(item, now=now)

    # Three workers claim what they can; three threads of a worker that was thought dead do the same rows again.
    rows = list(InboxItem.objects.all()[:3])
    results = at_the_same_time(work, work, lambda: ask_now(intent, now=now), *[one_item(row) for row in rows])
    run_until_idle(now=at(now + timedelta(minutes=2)))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert LedgerEntry.objects.get().amount == 1000
    told = list(FactRecord.objects.order_by("id").values_list("name", flat=True))
    assert told == ["payments.captured", "orders.paid"]
    order = Order.objects.get()
    assert (order.state, order.paid) == (OrderState.PAID, 1000)
    assert set(InboxItem.objects.values_list("state", flat=True)) == {WorkItem.State.DONE}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_and_the_constraint_the_money_would_be_entered_twice(now: datetime) -> None:
    intent = started(CARD, at=now)
    meet = threading.Barrier(2)

    def without_lock() -> None:
        if not intent.entries.filter(external_id="MV-1").exists():
            meet.wait(10)
            # Another id, because the constraint would refuse the same: it is the second line of defence.
            LedgerEntry.objects.create(
                intent=intent,
                kind="capture",
                amount=1000,
                currency="EUR",
                external_id=f"MV-1 {threading.get_ident()}",
                at=now,
                by="test",
            )

    at_the_same_time(without_lock, without_lock)

    assert LedgerEntry.objects.count() == 2
