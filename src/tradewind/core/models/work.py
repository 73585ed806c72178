"""Rows that are both a record and a piece of work: reactions, deliveries, the inbox, the schedule."""

from django.db import models
from django.db.models import Q

from tradewind.core.models.facts import FactRecord


class WorkItem(models.Model):
    """Work with a lease. While it is open, `due_at` says when it may be taken next; taking it moves `due_at` to the
    end of the lease, so the rows of a killed worker come back by themselves.

    A row is open as long as `finished_at` is empty. Queries and indexes say it that way: SQLite uses a partial index
    only where the query repeats its condition, and it cannot see that in parameters.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STUCK = "stuck"
        DROPPED = "dropped"

    OPEN = (State.WAITING, State.RUNNING)
    IS_OPEN = Q(finished_at__isnull=True)

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    # The tries that ended in an error or in the death of who tried; those that were told to come back do not count.
    failures = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=16, blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["due_at", "id"], name="%(class)s_open", condition=Q(finished_at__isnull=True)),
            models.Index(fields=["finished_at", "id"], name="%(class)s_shut", condition=Q(finished_at__isnull=False)),
            models.Index(fields=["state", "id"], name="%(class)s_state"),
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk} {self.state}"


class Reaction(WorkItem):
    """One subscriber's work on one fact."""

    fact = models.ForeignKey(FactRecord, on_delete=models.CASCADE)
    handler = models.CharField(max_length=80)

    class Meta(WorkItem.Meta):
        constraints = [models.UniqueConstraint(fields=["fact", "handler"], name="reaction_once")]


class Delivery(WorkItem):
    """One call to the outside, known by its idempotency key from before it is made."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField()
    result = models.JSONField(null=True)
    # True once a call may have happened without our learning how it ended. It stays true: the record is honest.
    uncertain = models.BooleanField(default=False)
    subject_kind = models.CharField(max_length=30, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)

    class Meta(WorkItem.Meta):
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(fields=["subject_kind", "subject_id"], name="delivery_by_subject"),
        ]


class InboxItem(WorkItem):
    """Something that came from outside, stored raw before anyone tries to understand it."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    outcome = models.CharField(max_length=200, blank=True, default="")

    class Meta(WorkItem.Meta):
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="inbox_once")]


class ScheduledJob(models.Model):
    """When a job of the schedule is due next. The row is the lock: whoever moves `due_at` runs the job."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    last_started_at = models.DateTimeField(null=True)
    last_finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A worker's sign of life, read by /readyz and the work page."""

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    handled = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.worker
