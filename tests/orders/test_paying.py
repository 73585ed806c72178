"""What the ledger says becomes what the order says."""

from datetime import datetime

import pytest

from tests.at_once import at_the_same_time
from tests.payments.parts import CARD, TEN, TRANSFER, intent_for, order_over, somebody
from tradewind.core.models import FactRecord, Todo
from tradewind.core.reacting import run_reactions
from tradewind.lib.money import Money
from tradewind.orders.cancelling import NO_STOCK, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.paying import note_payment
from tradewind.orders.states import OrderState
from tradewind.payments.models import Refund
from tradewind.payments.refunding import confirm_refund_sent, plan_refund
from tradewind.payments.settling import give_up_intents, record_capture

pytestmark = pytest.mark.django_db


def capture(order: Order, amount: int, now: datetime, *, external_id: str = "M") -> None:
    intent = intent_for(order, CARD, at=now)
    money = Money(amount, order.currency)
    record_capture(intent_id=intent.pk, external_id=external_id, amount=money, by="provider:test", at=now)


def react(now: datetime) -> None:
    while run_reactions(now=lambda: now):
        pass


def times_paid(order: Order) -> int:
    return FactRecord.objects.filter(name="orders.paid", subjects__kind="order", subjects__subject_id=order.pk).count()


def test_the_whole_total_pays_the_order(now: datetime) -> None:
    order = order_over(TEN, at=now)
    capture(order, 1000, now)

    react(now)

    order.refresh_from_db()
    assert (order.state, order.paid, times_paid(order)) == (OrderState.PAID, 1000, 1)
    assert FactRecord.objects.get(name="orders.paid").actor == "system"
    assert Todo.objects.count() == 0


def test_a_part_is_written_down_and_the_order_waits_for_the_rest(now: datetime) -> None:
    order = order_over(TEN, at=now)
    capture(order, 999, now)
    react(now)
    order.refresh_from_db()
    assert (order.state, order.paid) == (OrderState.AWAITING_PAYMENT, 999)

    capture(order, 1, now)
    react(now)

    order.refresh_from_db()
    assert (order.state, order.paid, times_paid(order)) == (OrderState.PAID, 1000, 1)


def test_noting_the_same_again_changes_nothing(now: datetime) -> None:
    order = order_over(TEN, at=now)
    capture(order, 1000, now)

    for _ in range(3):
        note_payment(order_id=order.pk, at=now)

    assert times_paid(order) == 1


def test_an_order_that_is_further_on_stays_where_it_is(now: datetime) -> None:
    order = order_over(TEN, at=now, state=OrderState.DISPATCHED)
    capture(order, 1000, now)

    react(now)

    order.refresh_from_db()
    assert (order.state, order.paid, times_paid(order)) == (OrderState.DISPATCHED, 1000, 0)


def test_money_for_a_cancelled_order_proposes_a_refund_in_one_to_do(now: datetime) -> None:
    order = order_over(TEN, at=now, state=OrderState.CANCELLED)
    intent = intent_for(order, CARD, at=now)
    give_up_intents(subject=("order", order.pk), by="system", at=now)
    record_capture(intent_id=intent.pk, external_id="M", amount=TEN, by="provider:test", at=now)

    react(now)

    order.refresh_from_db()
    todo = Todo.objects.get(state=Todo.State.OPEN)
    assert (order.state, order.paid) == (OrderState.CANCELLED, 1000)
    assert (todo.kind, todo.subject_id) == ("order.paid_after_cancel", order.pk)
    assert todo.facts == {"order": order.ref, "amount": 1000, "currency": "EUR"}


def test_an_order_paid_twice_proposes_to_refund_what_is_too_much(now: datetime) -> None:
    order = order_over(TEN, at=now)
    for _ in range(3):
        capture(order, 1000, now)
        react(now)

    todo = Todo.objects.get()
    assert (todo.kind, todo.facts["amount"]) == ("order.overpaid", 2000)
    assert times_paid(order) == 1


def test_a_refund_lowers_what_was_received_and_closes_the_proposal(now: datetime) -> None:
    order = order_over(TEN, at=now, state=OrderState.CANCELLED)
    intent = intent_for(order, TRANSFER, at=now)
    record_capture(intent_id=intent.pk, external_id="M", amount=TEN, by="staff:1", at=now)
    react(now)
    refund = plan_refund(intent=intent, amount=TEN, reason="cancelled", at=now, by="system")

    confirm_refund_sent(refund=refund, reference="OUT 1", by=somebody(now), at=now)
    react(now)

    order.refresh_from_db()
    assert order.paid == 0
    assert Todo.objects.filter(state=Todo.State.OPEN).count() == 0


@pytest.mark.django_db(transaction=True)
def test_halves_that_arrive_at_the_same_time_pay_the_order_once(now: datetime) -> None:
    order = order_over(TEN, at=now)
    intents = [intent_for(order, CARD, at=now) for _ in range(4)]

    def half(number: int) -> None:
        amount = Money(500, "EUR")
        record_capture(intent_id=intents[number].pk, external_id="M", amount=amount, by="provider:test", at=now)
        note_payment(order_id=order.pk, at=now)

    results = at_the_same_time(*[lambda number=number: half(number) for number in range(4)])

    order.refresh_from_db()
    assert [result for result in results if isinstance(result, Exception)] == []
    assert (order.state, order.paid, times_paid(order)) == (OrderState.PAID, 2000, 1)


@pytest.mark.parametrize("amount", [300, 1000, 1200])
def test_what_goes_back_for_a_cancelled_order_is_asked_of_a_person_once(now: datetime, amount: int) -> None:
    order = order_over(TEN, at=now)
    intent = intent_for(order, TRANSFER, at=now)
    record_capture(intent_id=intent.pk, external_id="M", amount=Money(amount, "EUR"), by="staff:1", at=now)
    react(now)

    cancel_order(order=order, by="staff:1", reason=NO_STOCK, at=now)
    react(now)

    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (amount, "planned")
    assert [todo.kind for todo in Todo.objects.filter(state=Todo.State.OPEN)] == ["payment.refund_by_hand"]
    confirm_refund_sent(refund=refund, reference="OUT 1", by=somebody(now), at=now)
    react(now)
    assert Todo.objects.filter(state=Todo.State.OPEN).count() == 0


def test_money_that_the_order_had_not_heard_of_when_it_was_cancelled_goes_back_once(now: datetime) -> None:
    order = order_over(TEN, at=now)
    capture(order, 1000, now)
    cancel_order(order=order, by="staff:1", reason=NO_STOCK, at=now)

    react(now)

    assert [refund.amount for refund in Refund.objects.all()] == [1000]
    assert Todo.objects.filter(state=Todo.State.OPEN).count() == 0
