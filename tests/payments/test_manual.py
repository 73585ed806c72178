"""Bank transfers: a person writes down what the statement shows."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.payments.parts import CARD, TEN, TRANSFER, intent_for, order_over, somebody, started
from tradewind.core.models import AuditEntry
from tradewind.lib.money import CurrencyMismatch, Money
from tradewind.payments.manual import AlreadyRecorded, NotATransfer, ReferenceMissing, confirm_transfer
from tradewind.payments.models import LedgerEntry, PaymentIntent
from tradewind.payments.queries import ledger_sum, open_transfers
from tradewind.payments.settling import AmountNotPositive

pytestmark = pytest.mark.django_db
State = PaymentIntent.State


def transfer(now: datetime) -> PaymentIntent:
    return intent_for(order_over(TEN, at=now), TRANSFER, at=now)


def test_a_confirmed_transfer_pays_and_says_who_saw_it(now: datetime) -> None:
    mei = somebody(now)

    intent = confirm_transfer(intent=transfer(now), amount=TEN, reference="NTRF 0042", by=mei, at=now)

    assert intent.state == State.PAID
    assert LedgerEntry.objects.get().by == f"staff:{mei.pk}"
    entry = AuditEntry.objects.get(action="payment.transfer_confirmed")
    assert entry.after == {"amount": 1000, "currency": "EUR", "reference": "NTRF0042"}


def test_the_same_line_of_the_statement_is_refused_however_it_is_typed(now: datetime) -> None:
    mei, intent = somebody(now), transfer(now)
    confirm_transfer(intent=intent, amount=Money(400, "EUR"), reference="NTRF 0042", by=mei, at=now)

    with pytest.raises(AlreadyRecorded) as problem:
        confirm_transfer(intent=intent, amount=Money(400, "EUR"), reference=" ntrf0042 ", by=mei, at=now)

    assert problem.value.reference == "NTRF0042"
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(400, "EUR")
    assert AuditEntry.objects.filter(action="payment.transfer_confirmed").count() == 1


def test_part_payments_add_up_and_more_than_due_is_recorded_as_it_is(now: datetime) -> None:
    mei, intent = somebody(now), transfer(now)

    intent = confirm_transfer(intent=intent, amount=Money(999, "EUR"), reference="A", by=mei, at=now)
    assert intent.state == State.PENDING
    intent = confirm_transfer(intent=intent, amount=Money(500, "EUR"), reference="B", by=mei, at=now)

    assert intent.state == State.PAID
    assert ledger_sum("order", intent.subject_id, "EUR") == Money(1499, "EUR")


def test_only_money_with_a_reference_in_the_right_currency_is_confirmed(now: datetime) -> None:
    mei, intent = somebody(now), transfer(now)

    with pytest.raises(ReferenceMissing):
        confirm_transfer(intent=intent, amount=TEN, reference="  ", by=mei, at=now)
    with pytest.raises(CurrencyMismatch):
        confirm_transfer(intent=intent, amount=Money(1000, "USD"), reference="A", by=mei, at=now)
    with pytest.raises(AmountNotPositive):
        confirm_transfer(intent=intent, amount=Money(0, "EUR"), reference="A", by=mei, at=now)
    assert LedgerEntry.objects.count() == 0


def test_what_a_provider_confirms_is_not_confirmed_by_hand(now: datetime) -> None:
    intent = started(CARD, at=now)

    with pytest.raises(NotATransfer):
        confirm_transfer(intent=intent, amount=TEN, reference="A", by=somebody(now), at=now)


def test_awaited_transfers_are_listed_oldest_first_with_what_came_so_far(now: datetime) -> None:
    mei = somebody(now)
    younger, older, paid = transfer(now), transfer(now - timedelta(days=1)), transfer(now)
    started(CARD, at=now)
    confirm_transfer(intent=paid, amount=TEN, reference="A", by=mei, at=now)
    confirm_transfer(intent=younger, amount=Money(300, "EUR"), reference="B", by=mei, at=now)

    rows = open_transfers()

    assert [(row.ref, row.due, row.received) for row in rows] == [
        (older.ref, TEN, Money(0, "EUR")),
        (younger.ref, TEN, Money(300, "EUR")),
    ]
    assert [row.ref for row in open_transfers(after=(older.created_at, older.pk))] == [younger.ref]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_transfers_takes_one_statement(
    now: datetime, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        transfer(now)

    with django_assert_num_queries(1):
        assert len(open_transfers()) == count
