"""Reactions at work: batches that share a transaction, each handler in a savepoint of its own.

A row whose earlier try was cut off, or whose batch failed as a whole, is tried alone: what it breaks is then its own.
"""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from tradewind.core import facts, work
from tradewind.core.models import Reaction
from tradewind.core.setting_rows import read_once

log = structlog.get_logger(__name__)
BATCH: Final = 20
# On SQLite the whole shop waits for a batch: commit after this long and give the rest back.
LONGEST_HOLD: Final = 0.1

Failure = tuple[Reaction, BaseException]


class NoSuchHandler(Exception):
    """The row names a handler that this release does not have."""


def run_reactions(*, now: Callable[[], datetime]) -> int:
    """Run one batch of due reactions. Returns how many were handled, well or not."""
    rows = work.claim(Reaction, now=now(), limit=BATCH)
    if not rows:
        return 0
    try:
        handled, failures = _run_together(rows, now)
    except Exception as problem:  # noqa: BLE001  # the loop outlives any handler
        handled, failures = len(rows), _blame(rows, problem, now)
    _note_failures(failures, now)
    return handled


def _run_together(rows: list[Reaction], now: Callable[[], datetime]) -> tuple[int, list[Failure]]:
    """Run rows in one transaction until it has been open for long enough. Raises what breaks the whole transaction."""
    failures: list[Failure] = []
    handled = 0
    prefetch_related_objects(rows, "fact")
    with transaction.atomic():
        begun = monotonic()
        for row in rows:
            if handled and monotonic() - begun > LONGEST_HOLD:
                break
            handled += 1
            try:
                with transaction.atomic():
                    _run_one(row, now())
            except Exception as problem:
                if connection.needs_rollback:
                    # Not even the savepoint could be rolled back: the connection is gone.
                    raise
                failures.append((row, problem))
        work.give_back(rows[handled:], now=now())
    return handled, failures


def _run_one(row: Reaction, now: datetime) -> None:
    work.refuse_killers(row)
    handler = facts.handler_named(row.handler)
    if handler is None:
        raise NoSuchHandler(row.handler)
    happened = facts.load(row.fact)
    with read_once():
        handler(happened, facts.Context(fact_id=row.fact_id, recorded_at=row.fact.recorded_at, now=now))
    work.finish(row, now=now)


def _blame(batch: list[Reaction], problem: BaseException, now: Callable[[], datetime]) -> list[Failure]:
    """Nothing of the batch was committed, by a deferred constraint or a broken connection: whose fault was it?"""
    if len(batch) == 1:
        return [(batch[0], problem)]
    log.warning("reactions failed together and are tried one by one", count=len(batch), problem=str(problem))
    with transaction.atomic():
        work.suspect(batch, now=now())
    return []


def _note_failures(failures: list[Failure], now: Callable[[], datetime]) -> None:
    failures = [failure for failure in failures if not isinstance(failure[1], work.LeaseLost)]
    if not failures:
        return
    with transaction.atomic():
        for row, problem in failures:
            log.warning("reaction failed", handler=row.handler, fact=row.fact_id, tries=row.tries, problem=str(problem))
            try:
                work.fail(row, problem, now=now())
            except work.LeaseLost:
                log.info("reaction was taken over", handler=row.handler, fact=row.fact_id)
