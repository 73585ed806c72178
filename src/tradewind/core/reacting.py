"""Reactions at work: batches that share a transaction, each handler in a savepoint of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from django.db import transaction

from tradewind.core import facts, work
from tradewind.core.models import Reaction

log = structlog.get_logger(__name__)
BATCH: Final = 20
# On SQLite the whole shop waits for a batch: commit after this long and give the rest back.
LONGEST_HOLD: Final = 0.1


class NoSuchHandler(Exception):
    """The row names a handler that this release does not have."""


def run_reactions(*, now: Callable[[], datetime]) -> int:
    """Run one batch of due reactions. Returns how many were handled, well or not."""
    rows = work.claim(Reaction, now=now(), limit=BATCH)
    if not rows:
        return 0
    failures: list[tuple[Reaction, BaseException]] = []
    begun = monotonic()
    handled = 0
    with transaction.atomic():
        for row in rows:
            if monotonic() - begun > LONGEST_HOLD:
                break
            handled += 1
            try:
                with transaction.atomic():
                    _run_one(row, now())
            except Exception as problem:  # noqa: BLE001  # the loop outlives any handler
                failures.append((row, problem))
        work.give_back(rows[handled:], now=now())
    for row, problem in failures:
        _note_failure(row, problem, now())
    return handled


def expire_done(*, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
    """Forget finished reactions: the facts remain, the table of work stays small."""
    old = Reaction.objects.filter(state=Reaction.State.DONE, finished_at__lt=now - keep).values("pk")[:5000]
    with transaction.atomic():
        return Reaction.objects.filter(pk__in=old).delete()[0]


def _run_one(row: Reaction, now: datetime) -> None:
    handler = facts.handler_named(row.handler)
    if handler is None:
        raise NoSuchHandler(row.handler)
    happened = facts.load(row.fact)
    handler(happened, facts.Context(fact_id=row.fact_id, recorded_at=row.fact.recorded_at, now=now))
    work.finish(row, now=now)


def _note_failure(row: Reaction, problem: BaseException, now: datetime) -> None:
    if isinstance(problem, work.LeaseLost):
        return
    log.warning("reaction failed", handler=row.handler, fact=row.fact_id, tries=row.tries, problem=str(problem))
    try:
        with transaction.atomic():
            work.fail(row, problem, now=now)
    except work.LeaseLost:
        log.info("reaction was taken over", handler=row.handler, fact=row.fact_id)
