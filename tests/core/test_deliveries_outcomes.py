"""What a delivery remembers of a call whose end was not seen, or could not be written down."""

# ruff: noqa: ARG002  # a courier's arguments

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Role, Staff

pytestmark = pytest.mark.django_db


class Messenger:
    """A courier that can lose an answer, and stumble while writing one down."""

    kind = "test.messenger"

    def __init__(self) -> None:
        self.calls = 0
        self.loses = 0
        self.stumbles = 0
        self.settled: list[tuple[dict[str, Any], bool]] = []
        self.dropped: list[str] = []

    def call(self, delivery: Delivery) -> dict[str, Any]:
        self.calls += 1
        if self.loses:
            self.loses -= 1
            raise deliveries.OutcomeUnknown(words="no answer")
        return {"call": self.calls}

    def ask(self, delivery: Delivery) -> None:
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        if self.stumbles:
            self.stumbles -= 1
            raise RuntimeError("cannot write this down")
        self.settled.append((result, delivery.uncertain))

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        if not isinstance(problem, deliveries.Dropped):
            raise AssertionError("nothing here is given up") from problem
        self.dropped.append(str(problem))


@pytest.fixture
def messenger(now: datetime) -> Iterator[Messenger]:
    messenger = Messenger()
    deliveries.register(messenger)
    with transaction.atomic():
        deliveries.plan(messenger.kind, "once", {}, at=now)
    yield messenger
    del deliveries._couriers[messenger.kind]


def run(at: datetime) -> Delivery:
    deliveries.run_deliveries(now=lambda: at)
    return Delivery.objects.get()


def test_a_call_without_an_answer_is_repeated_and_stays_uncertain(now: datetime, messenger: Messenger) -> None:
    messenger.loses = 1

    between = run(now)
    after = run(now + timedelta(minutes=1))

    assert (between.state, between.uncertain) == (Delivery.State.WAITING, True)
    assert (after.state, after.uncertain) == (Delivery.State.DONE, True)
    assert messenger.settled == [({"call": 2}, True)]


def test_a_call_is_not_repeated_because_its_result_could_not_be_written_down(
    now: datetime, messenger: Messenger
) -> None:
    messenger.stumbles = 1

    between = run(now)
    after = run(now + timedelta(minutes=1))

    assert (between.state, between.result) == (Delivery.State.WAITING, {"call": 1})
    assert (after.state, after.uncertain) == (Delivery.State.DONE, False)
    assert (messenger.calls, messenger.settled) == (1, [({"call": 1}, False)])


@pytest.mark.parametrize(("result", "heard"), [({"call": 1}, ["not ours"]), (None, [])])
def test_whoever_has_not_given_up_yet_does_where_staff_drop_what_could_not_be_written_down(
    now: datetime, messenger: Messenger, result: dict[str, Any] | None, heard: list[str]
) -> None:
    """Where the call itself failed, the courier gave up long before."""
    owner = Staff.objects.create(email="o@example.com", name="Owner", role=Role.OWNER, created_at=now)
    Delivery.objects.update(state="stuck", result=result, finished_at=now)
    pk = Delivery.objects.get().pk

    assert [deliveries.drop(pk, reason="not ours", by=owner, at=now) for _ in range(2)] == [True, False]

    assert (Delivery.objects.get().state, messenger.dropped) == ("dropped", heard)
