"""A call that takes minutes: its worker counts as alive, and nobody else makes the call meanwhile."""

# ruff: noqa: ARG002  # a courier's arguments

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from tradewind.core import beating, deliveries, work
from tradewind.core.models import Delivery, WorkerBeat

pytestmark = pytest.mark.django_db


class Slow:
    """A courier that takes ten minutes, and looks every twenty seconds whether others would take its row."""

    kind = "test.slow"

    def __init__(self, now: datetime) -> None:
        self.at = now
        self.speaks = True
        self.taken: list[Delivery] = []
        self.silent_for: list[timedelta] = []

    def call(self, delivery: Delivery) -> dict[str, Any]:
        for _ in range(30):
            self.at += timedelta(seconds=20)
            if self.speaks:
                deliveries.still_at_it(delivery, now=self.at)
                self.silent_for.append(self.at - WorkerBeat.objects.get().beat_at)
            self.taken += work.claim(Delivery, now=self.at, limit=1, lease=deliveries.LEASE)
        return {}

    def ask(self, delivery: Delivery) -> None:
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        """Nothing follows."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        raise AssertionError("nothing here is given up") from problem


@pytest.fixture
def slow(now: datetime) -> Iterator[Slow]:
    slow = Slow(now)
    deliveries.register(slow)
    beating.begin(beating.Beat(now=lambda: slow.at))
    with transaction.atomic():
        deliveries.plan(slow.kind, "once", {}, at=now)
    yield slow
    beating.begin()
    del deliveries._couriers[slow.kind]


def test_who_says_so_keeps_its_row_and_counts_as_alive(slow: Slow) -> None:
    deliveries.run_deliveries(now=lambda: slow.at)

    row = Delivery.objects.get()
    assert (row.state, row.tries, slow.taken) == (Delivery.State.DONE, 1, [])
    assert max(slow.silent_for) < beating.BEAT_LIMIT


def test_who_is_silent_loses_its_row(slow: Slow) -> None:
    """The control."""
    slow.speaks = False

    deliveries.run_deliveries(now=lambda: slow.at)

    assert (len(slow.taken) > 0, WorkerBeat.objects.count()) == (True, 0)


def test_who_has_lost_its_row_learns_it(slow: Slow) -> None:
    (row,) = work.claim(Delivery, now=slow.at, limit=1, lease=deliveries.LEASE)
    late = slow.at + deliveries.LEASE
    work.claim(Delivery, now=late, limit=1, lease=deliveries.LEASE)

    with pytest.raises(work.LeaseLost):
        deliveries.still_at_it(row, now=late)
