"""The schedule: jobs that run every so often, each by whichever worker moves its row first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from tradewind.core import work
from tradewind.core.models import ScheduledJob

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    interval: timedelta
    run: Callable[[datetime], object]


_jobs: dict[str, Job] = {}


def every(interval: timedelta, *, name: str) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Register a function of the present time. It must be harmless to run again after a crash."""

    def add(run: Callable[[datetime], object]) -> Callable[[datetime], object]:
        _jobs[name] = Job(name, interval, run)
        return run

    return add


def run_schedule(*, now: Callable[[], datetime]) -> int:
    """Run every due job once. Returns how many ran."""
    known = {row.name: row for row in ScheduledJob.objects.filter(name__in=_jobs)}
    ran = 0
    for job in _jobs.values():
        at = now()
        row = known.get(job.name)
        if row is None:
            with transaction.atomic():
                row, _ = ScheduledJob.objects.get_or_create(name=job.name, defaults={"due_at": at})
        if row.due_at <= at and _take(row, job, at):
            _run(job, now)
            ran += 1
    return ran


def _take(row: ScheduledJob, job: Job, at: datetime) -> bool:
    with transaction.atomic():
        mine = ScheduledJob.objects.filter(pk=row.pk, due_at=row.due_at)
        return bool(mine.update(due_at=at + job.interval, last_started_at=at))


def _run(job: Job, now: Callable[[], datetime]) -> None:
    problem = ""
    try:
        job.run(now())
    except Exception as error:  # noqa: BLE001  # the loop outlives any job
        problem = work.describe(error)
        log.warning("scheduled job failed", job=job.name, problem=problem)
    with transaction.atomic():
        ScheduledJob.objects.filter(name=job.name).update(last_finished_at=now(), error=problem)
