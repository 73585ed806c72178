"""A round does what it can for each, however the others fail, and says at its end that some did."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tradewind.core import schedule
from tradewind.core.each_alone import FAILING, Round, SomeFailed, ask_to_look
from tradewind.core.models import AuditEntry, ScheduledJob, Todo
from tradewind.core.trail import write_audit

pytestmark = pytest.mark.django_db


def write(number: int) -> int:
    """In a transaction of its own, as whatever is done for one of many. 3 cannot be done."""
    with transaction.atomic():
        write_audit(
            "test.done", subject=("number", number), by="system", at=datetime.fromisoformat("2026-11-23T00:00Z")
        )
        if number == 3:
            raise ValueError("three is a crowd")
    return 1


def done() -> list[int]:
    return list(AuditEntry.objects.order_by("pk").values_list("subject_id", flat=True))


def test_one_that_fails_is_pushed_back_and_the_others_are_done() -> None:
    pushed: list[tuple[int, str]] = []

    with (
        pytest.raises(SomeFailed, match="1 failed, the others are done; 3: ValueError: three is a crowd"),
        Round() as all_,
    ):
        counted = all_.each([2, 3, 4], write, push_back=lambda key, why: pushed.append((key, str(why))))

    assert (counted, done(), pushed) == (2, [2, 4], [(3, "three is a crowd")])


def test_whoever_fails_together_is_tried_alone() -> None:
    def write_all(numbers: list[int]) -> None:
        with transaction.atomic():
            for number in numbers:
                write(number)

    with pytest.raises(SomeFailed), Round() as all_:
        all_.together([2, 3, 4], write_all)

    assert done() == [2, 4]


def test_where_none_fails_nothing_is_raised() -> None:
    with Round() as all_:
        assert all_.each([1, 2], write) == 2


def test_the_page_of_work_shows_it_with_the_job(now: datetime) -> None:
    def run(_: datetime) -> None:
        with Round() as all_:
            all_.each([3, 4], write)

    schedule.every(timedelta(minutes=1), name="test.crowd")(run)
    try:
        schedule.run_schedule(now=lambda: now)
    finally:
        del schedule._jobs["test.crowd"]

    assert done() == [4]
    assert ScheduledJob.objects.get(name="test.crowd").error.startswith("SomeFailed: 1 failed, the others are done; 3")


def test_a_person_is_asked_once_without_what_the_error_says_of_a_buyer(now: datetime) -> None:
    for key in (3, 4):
        ask_to_look("test.crowd", key, ValueError("greta@example.com"), at=now)

    assert Todo.objects.get(kind=FAILING).facts == {"problem": "test.crowd 3: ValueError"}
