"""Reactions: done once, tried again with patience, and in plain sight when they cannot be done."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from tradewind.core import facts, reacting, work
from tradewind.core.models import AuditEntry, FactSubject, Reaction, Staff
from tradewind.core.models.staff import Role
from tradewind.core.trail import write_audit

pytestmark = pytest.mark.django_db(transaction=True)
Do = Callable[[int], None]


@facts.fact("test.rung", about={"bell": "bell"})
@dataclass(frozen=True, slots=True)
class Rung:
    bell: int


class Ringer:
    """What the handler does for a bell, beside writing its effect."""

    def __init__(self) -> None:
        self.tricks: dict[int, Do] = {}
        self.heard: list[int] = []


@pytest.fixture
def ringer() -> Iterator[Ringer]:
    ringer = Ringer()

    def ring(happened: Rung, context: facts.Context) -> None:
        ringer.heard.append(happened.bell)
        write_audit("rung", subject=("bell", happened.bell), by="system", at=context.now)
        ringer.tricks.get(happened.bell, lambda _: None)(happened.bell)

    facts.reaction(Rung, name="test.ring")(ring)
    yield ringer
    del facts._handlers["test.ring"]
    facts._subscribers["test.rung"].remove("test.ring")


def ring(*bells: int, at: datetime) -> None:
    with transaction.atomic():
        facts.record_many([Rung(bell) for bell in bells], by="system", at=at)


def run(at: datetime) -> int:
    return reacting.run_reactions(now=lambda: at)


def effects() -> list[int | None]:
    return sorted(AuditEntry.objects.filter(action="rung").values_list("subject_id", flat=True), key=str)


def fail_with(problem: Exception) -> Do:
    def fail(bell: int) -> None:
        raise problem

    return fail


def test_the_effects_of_a_failed_reaction_are_gone_and_those_beside_it_stay(now: datetime, ringer: Ringer) -> None:
    ringer.tricks[2] = fail_with(ValueError("cracked"))
    ring(1, 2, 3, at=now)

    assert run(now) == 3

    failed = Reaction.objects.get(state=Reaction.State.WAITING)
    assert effects() == [1, 3]
    assert (failed.tries, failed.failures, failed.error.partition(" (")[0]) == (1, 1, "ValueError: cracked")


def test_pauses_double_until_a_person_has_to_look(now: datetime, ringer: Ringer) -> None:
    ringer.tricks[1] = fail_with(ValueError("cracked"))
    ring(1, at=now)
    pauses = []

    for _ in range(work.MAX_TRIES):
        begun = Reaction.objects.get().due_at
        run(begun)
        pauses.append((Reaction.objects.get().due_at - begun).total_seconds())

    row = Reaction.objects.get()
    assert [round(pause / 5.25) for pause in pauses[:4]] == [1, 2, 4, 8]
    assert (row.state, row.tries, len(ringer.heard)) == (Reaction.State.STUCK, work.MAX_TRIES, work.MAX_TRIES)
    assert run(now + timedelta(days=9)) == 0


def test_a_stuck_row_is_retried_or_dropped_once_and_on_record(now: datetime, ringer: Ringer) -> None:
    ringer.tricks = {1: fail_with(work.NeedsAttention("hang it up")), 2: fail_with(work.Refused("no", "Not here."))}
    owner = Staff.objects.create(email="o@example.com", name="Owner", role=Role.OWNER, created_at=now)
    ring(1, 2, at=now)
    run(now)
    first, second = Reaction.objects.filter(state=Reaction.State.STUCK).order_by("id")
    ringer.tricks.clear()

    assert [work.retry(Reaction, first.pk, by=owner, at=now) for _ in range(2)] == [True, False]
    assert [work.drop(Reaction, second.pk, reason="not ours", by=owner, at=now) for _ in range(2)] == [True, False]
    run(now)

    assert effects() == [1]
    assert [Reaction.objects.get(pk=row.pk).state for row in (first, second)] == ["done", "dropped"]
    trail = AuditEntry.objects.filter(subject_kind="reaction").order_by("id")
    assert list(trail.values_list("action", "subject_id", "actor", "after")) == [
        ("work.retried", first.pk, f"staff:{owner.pk}", None),
        ("work.dropped", second.pk, f"staff:{owner.pk}", {"reason": "not ours"}),
    ]


def test_being_told_to_come_back_is_no_failure_but_not_endless_either(now: datetime, ringer: Ringer) -> None:
    ringer.tricks[1] = fail_with(work.TryAgain(timedelta(seconds=2)))
    ring(1, at=now)

    for _ in range(work.MAX_TRIES + 2):
        begun = Reaction.objects.get().due_at
        run(begun)
    row = Reaction.objects.get()
    assert (row.state, row.tries, row.failures) == (Reaction.State.WAITING, work.MAX_TRIES + 2, 0)
    assert row.due_at - begun == work.PATIENT_PAUSE

    Reaction.objects.update(tries=work.LAST_RETURN - 1)
    run(row.due_at)
    assert Reaction.objects.get().state == Reaction.State.STUCK


def test_work_for_a_handler_or_a_fact_that_this_release_lacks_stays_in_sight(now: datetime, ringer: Ringer) -> None:
    ring(1, 2, at=now)
    first, second = Reaction.objects.order_by("id")
    Reaction.objects.filter(pk=first.pk).update(handler="test.nobody")
    second.fact.name = "test.unheard"
    second.fact.save()
    Reaction.objects.update(failures=work.MAX_TRIES - 1)

    run(now)

    told = Reaction.objects.order_by("id").values_list("state", "error")
    assert [(state, error.partition(" (reacting")[0].partition(" (facts")[0]) for state, error in told] == [
        ("stuck", "NoSuchHandler: test.nobody"),
        ("stuck", "UnknownFact: ('test.unheard', 1)"),
    ]


def effect_and_finish(row: Reaction, now: datetime, *, looks_at_the_word: bool) -> None:
    with transaction.atomic():
        write_audit("rung", subject=("bell", row.fact_id), by="system", at=now)
        if looks_at_the_word:
            work.finish(row, now=now)
        else:
            Reaction.objects.filter(pk=row.pk).update(state=Reaction.State.DONE, finished_at=now)


@pytest.mark.parametrize(("looks_at_the_word", "times"), [(True, 1), (False, 2)], ids=["fenced", "control"])
def test_who_was_taken_for_dead_adds_nothing_to_the_work_of_the_successor(
    looks_at_the_word: bool, times: int, now: datetime, ringer: Ringer
) -> None:
    """The control shows what the lease word prevents."""
    ring(1, at=now)
    (slow,) = work.claim(Reaction, now=now, limit=1)
    later = now + work.LEASE
    (successors,) = work.claim(Reaction, now=later, limit=1)

    effect_and_finish(successors, later, looks_at_the_word=looks_at_the_word)
    if looks_at_the_word:
        with pytest.raises(work.LeaseLost):
            effect_and_finish(slow, later, looks_at_the_word=True)
        with pytest.raises(work.LeaseLost):
            work.fail(slow, ValueError("late"), now=later)
    else:
        effect_and_finish(slow, later, looks_at_the_word=False)

    assert AuditEntry.objects.filter(action="rung").count() == times
    assert Reaction.objects.get().state == Reaction.State.DONE


def test_a_row_that_breaks_the_whole_transaction_is_found_and_the_others_are_done(
    now: datetime, ringer: Ringer
) -> None:
    """Foreign keys are checked at the commit, when it is too late for a savepoint."""
    ringer.tricks[2] = lambda bell: FactSubject.objects.create(fact_id=999_999, kind="bell", subject_id=bell) and None
    ring(1, 2, 3, at=now)

    for _ in range(5):
        run(now)

    failed = Reaction.objects.get(state=Reaction.State.WAITING)
    assert effects() == [1, 3]
    assert (failed.fact.data, failed.error.partition(":")[0]) == ({"bell": 2}, "IntegrityError")


def test_a_handler_that_closes_the_connection_takes_nobody_along(now: datetime, ringer: Ringer) -> None:
    ringer.tricks[2] = lambda _: connection.close()
    ring(1, 2, 3, at=now)

    for _ in range(5):
        run(now)

    assert effects() == [1, 3]
    assert Reaction.objects.get(state=Reaction.State.WAITING).fact.data == {"bell": 2}


def test_rows_of_a_killed_worker_come_back_one_at_a_time_and_a_killer_is_stopped(now: datetime, ringer: Ringer) -> None:
    ring(1, 2, 3, at=now)
    at = now
    work.claim(Reaction, now=at, limit=20)  # and dies

    # Bell 1 kills every worker that takes it; the others get through in between.
    for _ in range(work.MAX_TRIES):
        at += work.LEASE
        (first,) = work.claim(Reaction, now=at, limit=20)
        assert first.fact.data == {"bell": 1}
        while run(at):
            pass
    at += work.LEASE
    run(at)

    assert ringer.heard == [2, 3]
    killer = Reaction.objects.get(fact__data={"bell": 1})
    assert (killer.state, killer.error.partition(":")[0]) == (Reaction.State.STUCK, "CutOffTooOften")


def test_a_look_at_work_that_is_not_due_writes_nothing_and_reads_by_the_index(
    now: datetime, ringer: Ringer, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    ring(1, at=now + timedelta(minutes=1))

    with django_assert_num_queries(1):
        assert run(now) == 0

    due = Reaction.objects.filter(Reaction.IS_OPEN, due_at__lte=now).order_by("due_at", "id")
    if connection.vendor == "sqlite":
        assert due.explain().endswith("USING INDEX reaction_open (due_at<?)")
    else:
        with connection.cursor() as cursor:
            # Which way it takes for a handful of rows depends on when they were counted last.
            cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
            assert due.explain().startswith("Index Scan using reaction_open")
            cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan")


def test_a_message_that_no_database_stores_does_not_hide_the_failure(now: datetime, ringer: Ringer) -> None:
    ringer.tricks[1] = fail_with(ValueError("a\0b\ud800c"))
    ring(1, at=now)

    run(now)

    assert Reaction.objects.get().error.partition(" (")[0] == "ValueError: ab?c"
