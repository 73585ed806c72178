"""The schedule: jobs that run every so often, each by whichever worker moves its row first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, Q

from tradewind.core import work
from tradewind.core.models import ScheduledJob

log = structlog.get_logger(__name__)
# A job that has not ended after this long was cut off, and may be started again by anybody.
LONGEST_RUN: Final = timedelta(minutes=3)


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
        if _is_due(row, job, at) and _take(row, job, at):
            _run(row, job, at, now)
            ran += 1
    return ran


def _is_due(row: ScheduledJob, job: Job, at: datetime) -> bool:
    """Further away than one turn only when the clock was ahead, or the interval longer: neither is worth waiting for."""
    return row.due_at <= at or row.due_at > at + job.interval


def _take(row: ScheduledJob, job: Job, at: datetime) -> bool:
    never = Q(last_started_at=None)
    is_over = Q(last_finished_at__gte=F("last_started_at")) | Q(last_started_at__lte=at - LONGEST_RUN)
    if not ScheduledJob.objects.filter(never | is_over, pk=row.pk).exists():
        return False
    with transaction.atomic():
        mine = ScheduledJob.objects.filter(never | is_over, pk=row.pk, due_at=row.due_at)
        return bool(mine.update(due_at=at + job.interval, last_started_at=at))


def _run(row: ScheduledJob, job: Job, started_at: datetime, now: Callable[[], datetime]) -> None:
    problem = ""
    try:
        job.run(now())
    except Exception as error:  # noqa: BLE001  # the loop outlives any job
        problem = work.describe(error)
        log.warning("scheduled job failed", job=job.name, problem=problem)
    with transaction.atomic():
        # Somebody who took us for dead may have started it again: that run is not over.
        mine = ScheduledJob.objects.filter(pk=row.pk, last_started_at=started_at)
        mine.update(last_finished_at=now(), error=problem)
