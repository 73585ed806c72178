"""Named reads of work: what waits, what is stuck and why, who is at it, and what a person is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Case, Count, Min, Q, QuerySet, When, prefetch_related_objects

from tradewind.core.beating import BEAT_LIMIT
from tradewind.core.models import Delivery, InboxItem, Reaction, ScheduledJob, Todo, WorkerBeat, WorkItem
from tradewind.core.reach import Reach

KINDS: Final[dict[str, type[Reaction] | type[Delivery] | type[InboxItem]]] = {
    "reactions": Reaction,
    "deliveries": Delivery,
    "inbox": InboxItem,
}
STUCK_SHOWN: Final = 50
# Work that is due for longer than this says that no worker keeps up.
LATE_LIMIT_SECONDS: Final = 120

WorkKind = Literal["reactions", "deliveries", "inbox"]


def is_worked_on(fact: str, *, subject: tuple[str, int]) -> bool:
    """Does something that follows from a fact of this name about a subject wait, or run?"""
    about = {"fact__subjects__kind": subject[0], "fact__subjects__subject_id": subject[1]}
    return Reaction.objects.filter(Reaction.IS_OPEN, fact__name=fact, **about).exists()


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """One kind of work. `oldest_due_at` is the due time of what has waited longest, None when nothing waits."""

    kind: str
    waiting: int
    running: int
    retrying: int
    stuck: int
    oldest_due_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        return self.oldest_due_at is not None and (now - self.oldest_due_at).total_seconds() > LATE_LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row of work with what went wrong last. `what` is the handler, kind of call, or source."""

    kind: str
    id: int
    what: str
    state: str
    tries: int
    error: str
    created_at: datetime
    due_at: datetime
    is_uncertain: bool
    subject: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class JobRow:
    name: str
    due_at: datetime
    last_started_at: datetime | None
    last_finished_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class WorkerRow:
    name: str
    started_at: datetime
    beat_at: datetime
    handled: int
    is_alive: bool


@dataclass(frozen=True, slots=True)
class TodoRow:
    id: int
    kind: str
    subject: tuple[str, int]
    facts: dict[str, Any]
    due_at: datetime
    created_at: datetime


def work_counts() -> list[WorkCounts]:
    """What is open and stuck, one statement per kind of work."""
    return [_counts(kind) for kind in KINDS]


def troubled_work() -> list[WorkRow]:
    """What is stuck, and what failed and will be tried again; stuck first, newest first within each kind."""
    rows = [row for kind in KINDS for row in _troubled(kind)]
    return sorted(rows, key=lambda row: (row.state != WorkItem.State.STUCK, -row.created_at.timestamp(), -row.id))


def count_stuck() -> int:
    return sum(model._default_manager.filter(state=WorkItem.State.STUCK).count() for model in KINDS.values())


def schedule() -> list[JobRow]:
    return [
        JobRow(job.name, job.due_at, job.last_started_at, job.last_finished_at, job.error)
        for job in ScheduledJob.objects.order_by("name", "id")
    ]


def workers(*, now: datetime) -> list[WorkerRow]:
    """Workers that have given a sign of life, the freshest first."""
    return [
        WorkerRow(beat.worker, beat.started_at, beat.beat_at, beat.handled, is_alive=now - beat.beat_at <= BEAT_LIMIT)
        for beat in WorkerBeat.objects.order_by("-beat_at", "id")
    ]


def open_todos(reach: Reach, *, limit: int = 50) -> Sequence[TodoRow]:
    """What a person is asked to do, the most urgent first."""
    todos = reach.of(Todo.objects.filter(state=Todo.State.OPEN), or_of_none=True).order_by("due_at", "id")[:limit]
    return [
        TodoRow(todo.pk, todo.kind, (todo.subject_kind, todo.subject_id), todo.facts, todo.due_at, todo.created_at)
        for todo in todos
    ]


def _counts(kind: str) -> WorkCounts:
    waiting = Q(state=WorkItem.State.WAITING)
    counted = (
        KINDS[kind]
        ._default_manager.filter(state__in=[*WorkItem.OPEN, WorkItem.State.STUCK])
        .aggregate(
            waiting=Count("id", filter=waiting),
            running=Count("id", filter=Q(state=WorkItem.State.RUNNING)),
            retrying=Count("id", filter=waiting & ~Q(error="")),
            stuck=Count("id", filter=Q(state=WorkItem.State.STUCK)),
            oldest_due_at=Min("due_at", filter=waiting),
        )
    )
    return WorkCounts(kind=kind, **counted)


def _troubled(kind: str) -> list[WorkRow]:
    trouble = Q(state=WorkItem.State.STUCK) | (Q(state__in=WorkItem.OPEN) & ~Q(error=""))
    # Stuck ones first, so that a crowd of retries cannot hide them.
    stuck_first = Case(When(state=WorkItem.State.STUCK, then=0), default=1)
    rows: QuerySet[Any] = KINDS[kind]._default_manager.filter(trouble)
    found = list(rows.order_by(stuck_first, "-id")[:STUCK_SHOWN])
    if KINDS[kind] is Reaction:
        prefetch_related_objects(found, "fact")
    return [_row(kind, row) for row in found]


def _row(kind: str, row: Reaction | Delivery | InboxItem) -> WorkRow:
    subject: tuple[str, int] | None = None
    if isinstance(row, Reaction):
        what = f"{row.handler} ← {row.fact.name}"
    elif isinstance(row, Delivery):
        what = row.kind
        if row.subject_id is not None:
            subject = (row.subject_kind, row.subject_id)
    else:
        what = row.source
    return WorkRow(
        kind=kind,
        id=row.pk,
        what=what,
        state=row.state,
        tries=row.tries,
        error=row.error,
        created_at=row.created_at,
        due_at=row.due_at,
        is_uncertain=isinstance(row, Delivery) and row.uncertain,
        subject=subject,
    )
