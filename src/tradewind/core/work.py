"""How work is taken, finished, tried again and given up: the same for reactions, deliveries and the inbox.

A row is taken with a lease and a random lease word. Only who still holds the word may finish the row, in the same
transaction as the effects, so a worker that was presumed dead cannot add its effects to those of its successor.
"""

import random
import secrets
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db import connection, models, transaction
from django.db.models import F

from tradewind.core.models import Delivery, InboxItem, Reaction, WorkItem
from tradewind.core.models.staff import Staff
from tradewind.core.trail import write_audit

LEASE: Final = timedelta(seconds=60)
MAX_TRIES: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)

Item = TypeVar("Item", Reaction, Delivery, InboxItem)
Kind = type[Reaction] | type[Delivery] | type[InboxItem]


class LeaseLost(Exception):
    """Another worker has taken this row over; whatever we did to it must be rolled back."""


class TryAgain(Exception):
    """The other side is not ready: come back `after` a time, without counting towards giving up for ever."""

    def __init__(self, after: timedelta = FIRST_PAUSE, words: str = "") -> None:
        super().__init__(words or f"try again after {after}")
        self.after = after


class Refused(Exception):
    """The other side said no for good: a code for programs, words for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words


class NeedsAttention(Exception):
    """A person has to do something before this can go on."""


def claim(kind: type[Item], *, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Item]:
    """Take up to `limit` due rows, oldest first. Rows taken by others are skipped, not waited for.

    Each row comes back as it was before: `state` still tells whether an earlier try was cut off ("running").
    """
    due = kind._default_manager.filter(state__in=WorkItem.OPEN, due_at__lte=now).order_by("due_at", "id")
    if not due.exists():
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        rows: list[Item] = list(due[:limit])
        word = secrets.token_hex(8)
        kind._default_manager.filter(pk__in=[row.pk for row in rows]).update(
            state=WorkItem.State.RUNNING, lease=word, due_at=now + lease, tries=F("tries") + 1
        )
    for row in rows:
        row.lease = word
        row.tries += 1
    return rows


def finish(row: WorkItem, *, now: datetime, **changes: object) -> None:
    """Mark as done. Raises LeaseLost, which must roll back the effects."""
    _close(row, now, state=WorkItem.State.DONE, error="", **changes)


def give_back(rows: Sequence[Item], *, now: datetime) -> None:
    """Return rows that were taken but not begun."""
    if rows:
        held = type(rows[0])._default_manager.filter(pk__in=[r.pk for r in rows], lease=rows[0].lease)
        held.update(state=WorkItem.State.WAITING, due_at=now, tries=F("tries") - 1)


def fail(row: WorkItem, problem: BaseException, *, now: datetime) -> None:
    """Keep the message, back off, and after the last try leave the row for a person. Raises LeaseLost."""
    words = describe(problem)
    final = isinstance(problem, (Refused, NeedsAttention)) or row.tries >= MAX_TRIES
    if final and not isinstance(problem, TryAgain):
        _close(row, now, state=WorkItem.State.STUCK, error=words)
        return
    pause = problem.after if isinstance(problem, TryAgain) else pause_after(row.tries)
    held = type(row)._default_manager.filter(pk=row.pk, lease=row.lease)
    if not held.update(state=WorkItem.State.WAITING, due_at=now + pause, error=words):
        raise LeaseLost


def pause_after(tries: int) -> timedelta:
    """Doubling from five seconds to six hours, with a tenth of jitter so that rows do not return as a crowd."""
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    return pause * random.uniform(1.0, 1.1)  # noqa: S311  # spreads load, guards nothing


def describe(problem: BaseException) -> str:
    """The message and the innermost place, short enough for a table row."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(problem).__name__}: {problem}"[:1000] + place


def retry(kind: Kind, pk: int, *, by: Staff, at: datetime) -> bool:
    """Give a stuck row its tries anew. False when it is no longer stuck."""
    with transaction.atomic():
        stuck = kind._default_manager.filter(pk=pk, state=WorkItem.State.STUCK)
        moved = stuck.update(state=WorkItem.State.WAITING, due_at=at, tries=0, lease="", finished_at=None)
        if moved:
            write_audit("work.retried", subject=(kind.__name__.lower(), pk), by=f"staff:{by.pk}", at=at)
    return bool(moved)


def drop(kind: Kind, pk: int, *, reason: str, by: Staff, at: datetime) -> bool:
    """Give a stuck row up for good, with the reason on record. False when it is no longer stuck."""
    with transaction.atomic():
        stuck = kind._default_manager.filter(pk=pk, state=WorkItem.State.STUCK)
        moved = stuck.update(state=WorkItem.State.DROPPED, finished_at=at)
        if moved:
            subject = (kind.__name__.lower(), pk)
            write_audit("work.dropped", subject=subject, after={"reason": reason}, by=f"staff:{by.pk}", at=at)
    return bool(moved)


def _close(row: WorkItem, now: datetime, **changes: object) -> None:
    held: models.QuerySet[WorkItem] = type(row)._default_manager.filter(pk=row.pk, lease=row.lease)
    if not held.update(finished_at=now, **changes):
        raise LeaseLost
