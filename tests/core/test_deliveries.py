"""Deliveries: no call is made blindly twice, none inside a transaction, none by two at once."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tradewind.core import deliveries, work
from tradewind.core.models import AuditEntry, Delivery
from tradewind.core.trail import write_audit

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


class Provider:
    """The other side, with a memory of its own, and the courier that speaks to it."""

    kind = "test.provider"

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.questions = 0
        self.can_be_asked = True
        self.after_call: list[BaseException] = []
        self.before_call: list[BaseException] = []
        self.on_settle: list[BaseException] = []
        self.on_give_up: list[BaseException] = []
        self.is_called = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def call(self, delivery: Delivery) -> dict[str, Any]:
        if self.before_call:
            raise self.before_call.pop()
        self.calls.append(delivery.key)
        self.known[delivery.key] = {"number": len(self.calls)}
        self.is_called.set()
        assert self.may_answer.wait(10)
        if self.after_call:
            raise self.after_call.pop()
        return self.known[delivery.key]

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        self.questions += 1
        return self.known.get(delivery.key) if self.can_be_asked else None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        write_audit("settled", subject=("delivery", delivery.pk), by="system", at=now, after=result)
        if self.on_settle:
            raise self.on_settle.pop()

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        write_audit("given up", subject=("delivery", delivery.pk), by="system", at=now, after=str(problem))
        if self.on_give_up:
            raise self.on_give_up.pop()


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    deliveries.register(provider)
    yield provider
    del deliveries._couriers[provider.kind]


@pytest.fixture
def planned(provider: Provider, now: datetime) -> Delivery:
    with transaction.atomic():
        return deliveries.plan(provider.kind, "P-1", {}, at=now)


def run(at: datetime) -> Delivery:
    deliveries.run_deliveries(now=lambda: at)
    return Delivery.objects.get()


def written() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def die_after_the_call(provider: Provider, at: datetime) -> None:
    (row,) = work.claim(Delivery, now=at, limit=1, lease=deliveries.LEASE)
    provider.call(row)


def test_a_call_that_was_cut_off_is_asked_about_instead_of_repeated(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    die_after_the_call(provider, now)

    before = run(now + timedelta(minutes=1))
    after = run(now + deliveries.LEASE)

    assert (before.state, after.state, after.uncertain, after.result) == ("running", "done", True, {"number": 1})
    assert (provider.calls, provider.questions, written()) == (["P-1"], 1, ["settled"])


def test_where_nobody_can_be_asked_the_call_is_repeated_under_its_key_and_says_so(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.can_be_asked = False
    die_after_the_call(provider, now)

    after = run(now + deliveries.LEASE)

    assert (after.state, after.uncertain, provider.calls) == (State.DONE, True, ["P-1", "P-1"])


@pytest.mark.parametrize(
    "problem",
    [deliveries.OutcomeUnknown(words="no answer"), KeyError("id"), TimeoutError("slow")],
    ids=["no answer", "bug after the call", "time is up"],
)
def test_a_call_that_may_have_happened_is_asked_about_first(
    problem: BaseException, now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.after_call = [problem]

    between = run(now)
    after = run(now + timedelta(minutes=1))

    assert (between.state, between.uncertain) == (State.WAITING, True)
    assert (after.state, provider.calls, provider.questions) == (State.DONE, ["P-1"], 1)


def test_a_call_that_surely_did_not_happen_is_simply_made_again(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.before_call = [work.TryAgain(timedelta(seconds=30))]

    between = run(now)
    after = run(now + timedelta(seconds=30))

    assert (between.due_at, between.uncertain) == (now + timedelta(seconds=30), False)
    assert (after.state, after.uncertain, provider.questions) == (State.DONE, False, 0)


def test_a_result_that_cannot_be_written_down_is_kept_and_never_given_up_as_if_nothing_had_happened(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.on_settle = [ValueError("no room")] * work.MAX_TRIES

    for day in range(work.MAX_TRIES):
        run(now + timedelta(days=day))

    stuck = Delivery.objects.get()
    assert (stuck.state, stuck.result, provider.calls, written()) == (State.STUCK, {"number": 1}, ["P-1"], [])


def test_a_refusal_is_given_up_at_once_and_a_failure_to_do_so_is_told_too(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.before_call = [work.Refused("card", "No.")]
    provider.on_give_up = [RuntimeError("nor that")]

    stuck = run(now)

    assert (stuck.state, written()) == (State.STUCK, [])
    told = stuck.error.split("; ")
    assert [words.partition(" (")[0] for words in told] == ["Refused: card: No.", "giving up: RuntimeError: nor that"]


def test_giving_up_is_written_with_the_refusal(now: datetime, provider: Provider, planned: Delivery) -> None:
    provider.before_call = [work.Refused("card", "No.")]

    assert (run(now).state, written()) == (State.STUCK, ["given up"])


def test_no_call_is_made_inside_a_transaction(now: datetime, provider: Provider, planned: Delivery) -> None:
    with transaction.atomic():
        with pytest.raises(deliveries.TransactionOpen):
            deliveries.run_now(planned, now=lambda: now)
        with pytest.raises(deliveries.TransactionOpen):
            deliveries.run_deliveries(now=lambda: now)

    assert (provider.calls, Delivery.objects.get().state) == ([], State.WAITING)


def test_planning_the_same_key_again_gives_the_row_that_is_there(now: datetime, planned: Delivery) -> None:
    with transaction.atomic():
        again = deliveries.plan(planned.kind, "P-1", {"other": True}, at=now + timedelta(days=1))

    assert (again.pk, again.payload) == (planned.pk, {})


def test_a_kind_of_call_that_nobody_makes_stays_in_sight(now: datetime) -> None:
    with transaction.atomic():
        deliveries.plan("test.nobody", "X-1", {}, at=now)

    assert run(now).error.partition(" (")[0] == "NoSuchCourier: test.nobody"


def test_who_waits_and_the_worker_make_one_call_between_them(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    provider.may_answer.clear()
    seen: list[str] = []

    def wait_for_it() -> None:
        seen.append(deliveries.run_now(planned, now=lambda: now).state)
        connection.close()

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert provider.is_called.wait(10)
    worker_made = deliveries.run_deliveries(now=lambda: now)
    second = deliveries.run_now(planned, now=lambda: now)
    provider.may_answer.set()
    waiting.join(10)

    assert (worker_made, second.state, seen) == (0, State.RUNNING, [State.DONE])
    assert (provider.calls, written()) == (["P-1"], ["settled"])


def test_who_waits_gets_what_the_worker_has_done(now: datetime, provider: Provider, planned: Delivery) -> None:
    run(now)

    assert deliveries.run_now(planned, now=lambda: now).result == {"number": 1}
    assert provider.calls == ["P-1"]


def test_a_caller_that_comes_back_after_its_lease_settles_nothing(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    (slow,) = work.claim(Delivery, now=now, limit=1, lease=deliveries.LEASE)
    run(now + deliveries.LEASE)

    deliveries.attempt(slow, now=lambda: now + deliveries.LEASE)

    assert (Delivery.objects.get().state, written()) == (State.DONE, ["settled"])


def test_a_retried_row_asks_about_the_call_that_got_it_stuck(
    now: datetime, provider: Provider, planned: Delivery
) -> None:
    die_after_the_call(provider, now)
    Delivery.objects.update(failures=work.MAX_TRIES - 1)
    stuck = run(now + deliveries.LEASE)
    Delivery.objects.update(state=State.WAITING, finished_at=None, failures=0, tries=0)

    after = deliveries.run_now(stuck, now=lambda: now)

    assert (stuck.state, stuck.uncertain) == (State.STUCK, True)
    assert (after.state, provider.calls, provider.questions) == (State.DONE, ["P-1"], 1)
