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
from django.db.models import Case, F, IntegerField, When

from tradewind.core.models import Delivery, InboxItem, Reaction, WorkItem
from tradewind.core.models.staff import Staff
from tradewind.core.trail import write_audit

LEASE: Final = timedelta(seconds=60)
# Errors after which a row is left for a person; with the pauses between them, eleven minutes after the first.
MAX_TRIES: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
# Whoever keeps saying "come back" is asked less often after a while, and after about a week a person is told.
PATIENT_PAUSE: Final = timedelta(minutes=10)
LAST_RETURN: Final = 1000

Item = TypeVar("Item", Reaction, Delivery, InboxItem)
Kind = type[Reaction] | type[Delivery] | type[InboxItem]


class LeaseLost(Exception):
    """Another worker has taken this row over; whatever we did to it must be rolled back."""


class CutOffTooOften(Exception):
    """Whoever was at this row died, as often as a row may fail: the row itself may be what kills."""


class TryAgain(Exception):
    """The other side is not ready: come back `after` a time, without counting it as a failure."""

    def __init__(self, after: timedelta = FIRST_PAUSE, words: str = "") -> None:
        super().__init__(words or f"try again after {after}")
        self.after = after


class PutOff(TryAgain):
    """We ourselves let it wait `after` a time: nobody was asked, and no try is counted."""


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

    A row comes back with the state that it had: "running" tells that an earlier try was cut off. Such a row comes
    alone, so that a row that kills whoever tries it takes no others along.
    """
    # A look costs no lock, and mostly nothing is due.
    if not _due(kind, now).exists():
        return []
    with transaction.atomic():
        return take(kind, now=now, limit=limit, lease=lease)


def take(kind: type[Item], *, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Item]:
    """The same, in the caller's transaction."""
    due = _due(kind, now).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    rows: list[Item] = list(due[:limit])
    rows = [row for row in rows if was_cut_off(row)][:1] or rows
    if not rows:
        return []
    word = secrets.token_hex(8)
    cut_off = When(state=WorkItem.State.RUNNING, then=F("failures") + 1)
    kind._default_manager.filter(pk__in=[row.pk for row in rows]).update(
        state=WorkItem.State.RUNNING,
        lease=word,
        due_at=now + lease,
        tries=F("tries") + 1,
        failures=Case(cut_off, default=F("failures"), output_field=IntegerField()),
    )
    for row in rows:
        row.lease, row.due_at = word, now + lease
        row.tries += 1
        row.failures += was_cut_off(row)
    return rows


def was_cut_off(row: WorkItem) -> bool:
    """Of a row that was just taken: did whoever had it before never come back?"""
    return row.state == WorkItem.State.RUNNING


def refuse_killers(row: WorkItem) -> None:
    """Raise CutOffTooOften for a row that nobody has survived."""
    if was_cut_off(row) and row.failures >= MAX_TRIES:
        raise CutOffTooOften(f"cut off; {row.failures} tries in a row have failed")


def finish(row: WorkItem, *, now: datetime, **changes: object) -> None:
    """Mark as done. Raises LeaseLost, which must roll back the effects."""
    _close(row, now, state=WorkItem.State.DONE, error="", **changes)


def give_back(rows: Sequence[Item], *, now: datetime) -> None:
    """Return rows that were taken but not begun."""
    if rows:
        held = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows], lease=rows[0].lease)
        held.update(state=WorkItem.State.WAITING, due_at=now, lease="", tries=F("tries") - 1)


def suspect(rows: Sequence[Item], *, now: datetime) -> None:
    """Return rows whose common transaction failed, as if cut off: each is then tried alone."""
    held = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows], lease=rows[0].lease)
    held.update(due_at=now, lease="")


def fail(row: WorkItem, problem: BaseException, *, now: datetime) -> None:
    """Keep the message, back off, and after the last try leave the row for a person. Raises LeaseLost."""
    changes: dict[str, object] = {"error": describe(problem)}
    if isinstance(problem, PutOff):
        failures, is_final, pause = row.failures, False, problem.after
        changes["tries"] = F("tries") - 1
    elif isinstance(problem, TryAgain):
        failures = row.failures
        is_final = row.tries >= LAST_RETURN
        pause = problem.after if row.tries <= MAX_TRIES else max(problem.after, PATIENT_PAUSE)
    else:
        failures = row.failures + 1
        is_final = isinstance(problem, (Refused, NeedsAttention)) or failures >= MAX_TRIES
        pause = pause_after(failures)
    changes["failures"] = failures
    if is_final:
        _close(row, now, state=WorkItem.State.STUCK, **changes)
    elif not _held(row).update(state=WorkItem.State.WAITING, due_at=now + pause, **changes):
        raise LeaseLost


def pause_after(tries: int) -> timedelta:
    """Doubling from five seconds to six hours, with a tenth of jitter so that rows do not return as a crowd."""
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    jitter = random.uniform(1.0, 1.1)  # noqa: S311  # spreads load, guards nothing
    return timedelta(seconds=pause.total_seconds() * jitter)


def describe(problem: BaseException) -> str:
    """The message and the innermost place in our own code, short enough for a table row."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = next(
        (frame for frame in reversed(frames) if "/tradewind/" in frame.filename), frames[-1] if frames else None
    )
    where = f" ({place.filename.rsplit('/', 1)[-1]}:{place.lineno})" if place else ""
    words = f"{type(problem).__name__}: {problem}"[:1000] + where
    # PostgreSQL stores neither; a message that cannot be stored would leave the row without any.
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def retry(kind: Kind, pk: int, *, by: Staff, at: datetime) -> bool:
    """Give a stuck row its tries anew. False when it is no longer stuck."""
    with transaction.atomic():
        stuck = kind._default_manager.filter(pk=pk, state=WorkItem.State.STUCK)
        anew = {"tries": 0, "failures": 0, "lease": "", "finished_at": None}
        moved = stuck.update(state=WorkItem.State.WAITING, due_at=at, **anew)
        if moved:
            write_audit("work.retried", subject=(kind.__name__.lower(), pk), by=f"staff:{by.pk}", at=at)
    return bool(moved)


def drop(kind: Kind, pk: int, *, reason: str, by: Staff, at: datetime) -> bool:
    """Give a stuck row up for good, with the reason on record. False when it is no longer stuck.

    Of a delivery this is half of it: `deliveries.drop` tells its courier as well.
    """
    with transaction.atomic():
        stuck = kind._default_manager.filter(pk=pk, state=WorkItem.State.STUCK)
        moved = stuck.update(state=WorkItem.State.DROPPED, finished_at=at)
        if moved:
            subject = (kind.__name__.lower(), pk)
            write_audit("work.dropped", subject=subject, after={"reason": reason}, by=f"staff:{by.pk}", at=at)
    return bool(moved)


def _due(kind: type[Item], now: datetime) -> "models.QuerySet[Item]":
    return kind._default_manager.filter(WorkItem.IS_OPEN, due_at__lte=now)


def _close(row: WorkItem, now: datetime, **changes: object) -> None:
    if not _held(row).update(finished_at=now, **changes):
        raise LeaseLost


def _held(row: WorkItem) -> "models.QuerySet[WorkItem]":
    return type(row)._default_manager.filter(WorkItem.IS_OPEN, pk=row.pk, lease=row.lease)
