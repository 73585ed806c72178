"""Two workers in the same minute tell it once, and two who add the same robot make one."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.alerting.conftest import Listen
from tests.at_once import succeed_at_once
from tradewind.alerting.composing import body_of, told
from tradewind.alerting.models import Note, Receiver
from tradewind.alerting.raising import raise_todos
from tradewind.alerting.receiving import NameTaken
from tradewind.alerting.telling import plan_note, tell_everybody
from tradewind.core import todos
from tradewind.core.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=12)


def ask(at: datetime) -> None:
    with transaction.atomic():
        todos.ask_for_hand(
            "payment.unexpected",
            subject=("intent", 1),
            account_id=None,
            due_at=at + LATER,
            at=at + timedelta(minutes=1),
        )


@pytest.mark.usefixtures("robot")
def test_two_workers_at_once_plan_one_message(listen: Listen, now: datetime) -> None:
    listen()
    ask(now)
    assert succeed_at_once(*[lambda: tell_everybody(now + LATER)] * 2) == 2
    assert (Note.objects.count(), Delivery.objects.filter(kind="alerts.send").count()) == (1, 1)


@pytest.mark.usefixtures("robot")
def test_without_holding_the_receiver_they_plan_two(listen: Listen, now: datetime) -> None:
    """The control."""
    receiver = listen()
    ask(now)
    with transaction.atomic():
        raise_todos([receiver], now=now + LATER)
    both_have_looked = threading.Barrier(2)

    def tell_unheld() -> None:
        unheld = Receiver.objects.get(pk=receiver.pk)
        rows = list(unheld.alerts.filter(is_done=False))
        lines = told(rows, "en", now=now)
        both_have_looked.wait(10)
        with transaction.atomic():
            plan_note(unheld, body_of(rows, lines, "en"), at=now)

    assert succeed_at_once(tell_unheld, tell_unheld) == 2
    assert Note.objects.count() == 2


@pytest.mark.usefixtures("robot")
def test_of_two_who_take_a_name_at_once_one_is_told_so(listen: Listen) -> None:
    assert succeed_at_once(*[lambda: listen("Group")] * 2, refusals=(NameTaken,)) == 1
    assert Receiver.objects.count() == 1
