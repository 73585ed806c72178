"""Notices travel over real HTTP from the worker to the door, and settle what they speak of."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.payments.parts import CARD, started
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import Delivery, FactRecord, InboxItem
from tradewind.core.worker import run_until_idle
from tradewind.payments.models import LedgerEntry, PaymentIntent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def intent(now: datetime, live_server: LiveServer, settings: Settings) -> PaymentIntent:
    settings.BASE_URL = live_server.url
    return started(CARD, at=now)


@pytest.mark.parametrize("choice", [Choice.PAY, Choice.PAY_TRIPLED])
def test_however_often_a_notice_comes_the_order_is_paid_once(
    now: datetime, intent: PaymentIntent, choice: Choice
) -> None:
    choose(ref=intent.provider_ref, choice=choice, at=now)
    run_deliveries(now=lambda: now)
    answers = Delivery.objects.get(kind="simulator.notice").result
    assert answers == {"answers": [200] * (3 if choice == Choice.PAY_TRIPLED else 1)}

    # The hook reads the clock itself; the worker comes after it.
    run_until_idle(now=lambda: InboxItem.objects.latest("id").created_at + timedelta(seconds=1))

    intent.refresh_from_db()
    assert (intent.state, LedgerEntry.objects.count()) == (PaymentIntent.State.PAID, 1)
    assert InboxItem.objects.count() == 1
    paid = FactRecord.objects.filter(name__in=["payments.captured", "orders.paid"]).order_by("id")
    assert [fact.name for fact in paid] == ["payments.captured", "orders.paid"]


def test_a_late_notice_comes_late(now: datetime, intent: PaymentIntent) -> None:
    choose(ref=intent.provider_ref, choice=Choice.PAY_LATE, at=now)

    run_deliveries(now=lambda: now + timedelta(seconds=59))
    assert InboxItem.objects.count() == 0
    run_deliveries(now=lambda: now + timedelta(seconds=60))
    assert InboxItem.objects.count() == 1


def test_a_shop_that_is_away_gets_its_notice_later(now: datetime, intent: PaymentIntent, settings: Settings) -> None:
    choose(ref=intent.provider_ref, choice=Choice.PAY, at=now)
    address, settings.BASE_URL = settings.BASE_URL, "http://127.0.0.1:9"
    run_deliveries(now=lambda: now)
    assert Delivery.objects.get(kind="simulator.notice").state == Delivery.State.WAITING

    settings.BASE_URL = address
    run_deliveries(now=lambda: now + timedelta(minutes=1))

    assert Delivery.objects.get(kind="simulator.notice").state == Delivery.State.DONE
    assert InboxItem.objects.count() == 1
