"""The schedule: each job once per turn, by one worker at a time."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tradewind.core import schedule
from tradewind.core.models import ScheduledJob, WorkerBeat
from tradewind.core.worker import run_until_stopped

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


class Chime:
    def __init__(self) -> None:
        self.rung: list[datetime] = []
        self.is_ringing = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.is_broken = False

    def ring(self, now: datetime) -> None:
        self.rung.append(now)
        self.is_ringing.set()
        assert self.may_end.wait(10)
        if self.is_broken:
            raise RuntimeError("no clapper")


@pytest.fixture
def chime() -> Iterator[Chime]:
    """The only job there is."""
    kept = dict(schedule._jobs)
    schedule._jobs.clear()
    chime = Chime()
    schedule.every(MINUTE, name="test.chime")(chime.ring)
    yield chime
    schedule._jobs.clear()
    schedule._jobs.update(kept)


def run(at: datetime) -> int:
    return schedule.run_schedule(now=lambda: at)


def ring_in_a_thread(at: datetime, chime: Chime) -> threading.Thread:
    def run_there() -> None:
        run(at)
        connection.close()

    chime.is_ringing.clear()
    thread = threading.Thread(target=run_there)
    thread.start()
    return thread


def test_a_job_runs_once_per_turn(now: datetime, chime: Chime) -> None:
    made = [run(now + seconds * timedelta(seconds=1)) for seconds in (0, 1, 59, 60, 61)]

    assert made == [1, 0, 0, 1, 0]
    assert chime.rung == [now, now + MINUTE]


def test_eight_workers_at_once_run_a_job_once(now: datetime, chime: Chime) -> None:
    threads = [ring_in_a_thread(now, chime) for _ in range(8)]
    for thread in threads:
        thread.join(20)

    assert chime.rung == [now]


def test_a_job_that_is_still_running_is_not_started_beside_itself(now: datetime, chime: Chime) -> None:
    chime.may_end.clear()
    slow = ring_in_a_thread(now, chime)
    assert chime.is_ringing.wait(10)

    beside = run(now + MINUTE)
    chime.may_end.set()
    slow.join(20)
    afterwards = run(now + MINUTE)

    assert (beside, afterwards, chime.rung) == (0, 1, [now, now + MINUTE])


def test_a_job_that_was_cut_off_starts_again(now: datetime, chime: Chime) -> None:
    ScheduledJob.objects.create(name="test.chime", due_at=now + MINUTE, last_started_at=now)

    made = [run(now + MINUTE), run(now + schedule.LONGEST_RUN)]

    assert made == [0, 1]


def test_a_job_that_fails_says_why_until_it_succeeds(now: datetime, chime: Chime) -> None:
    chime.is_broken = True
    run(now)
    broken = ScheduledJob.objects.get().error
    chime.is_broken = False
    run(now + MINUTE)

    assert (broken.partition(" (")[0], ScheduledJob.objects.get().error) == ("RuntimeError: no clapper", "")


def test_a_worker_stops_when_it_is_told_and_takes_its_sign_of_life_down(now: datetime, chime: Chime) -> None:
    stop = threading.Event()
    beats: list[int] = []

    def stop_after_ringing() -> None:
        assert chime.is_ringing.wait(10)
        beats.append(WorkerBeat.objects.count())
        stop.set()
        connection.close()

    watching = threading.Thread(target=stop_after_ringing)
    watching.start()
    run_until_stopped(stop, now=lambda: now)
    watching.join(10)

    assert (chime.rung, beats, WorkerBeat.objects.count()) == ([now], [1], 0)


def test_a_clock_that_was_ahead_for_a_while_does_not_silence_a_job(now: datetime, chime: Chime) -> None:
    run(now)
    run(now + timedelta(days=300))

    assert [run(now + minutes * MINUTE) for minutes in (2, 2, 3)] == [1, 0, 1]
