"""The worker: reactions, inbox, deliveries and schedule, in turns, until told to stop."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F

from tradewind.core.deliveries import run_deliveries
from tradewind.core.inbox import run_inbox
from tradewind.core.models import WorkerBeat
from tradewind.core.reacting import run_reactions
from tradewind.core.schedule import run_schedule

log = structlog.get_logger(__name__)
IDLE: Final = 0.4
BEAT_EVERY: Final = timedelta(seconds=10)
# Without a sign of life for this long, a worker counts as gone.
BEAT_LIMIT: Final = timedelta(seconds=45)

Now = Callable[[], datetime]


def run_everything_due(*, now: Now) -> int:
    """One round over all kinds of work. Returns how much was done."""
    return run_inbox(now=now) + run_reactions(now=now) + run_deliveries(now=now) + run_schedule(now=now)


def run_until_idle(*, now: Now, rounds: int = 1000) -> int:
    """Work until nothing is due: for tests, for the demo's loading, and for `work --once`."""
    total = 0
    for _ in range(rounds):
        done = run_everything_due(now=now)
        total += done
        if not done:
            return total
    return total


def run_until_stopped(stop: threading.Event, *, now: Now) -> None:
    """The worker's life. A database that is away is waited for; everything else is in the rows."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    started_at = now()
    last_beat: datetime | None = None
    handled = 0
    while not stop.is_set():
        try:
            close_old_connections()
            if last_beat is None or now() - last_beat >= BEAT_EVERY:
                last_beat = now()
                _beat(name, started_at, last_beat, handled)
                handled = 0
            done = run_everything_due(now=now)
            handled += done
            if not done:
                stop.wait(IDLE)
        except (Error, OSError) as problem:
            log.error("the database does not answer", problem=str(problem))
            stop.wait(5)
    # A worker that cannot say good-bye is missed soon enough.
    with contextlib.suppress(Error, OSError):
        with transaction.atomic():
            WorkerBeat.objects.filter(worker=name).delete()
        connection.close()


def _beat(name: str, started_at: datetime, at: datetime, handled: int) -> None:
    with transaction.atomic():
        seen = WorkerBeat.objects.filter(worker=name).update(beat_at=at, handled=F("handled") + handled)
        if not seen:
            WorkerBeat.objects.filter(beat_at__lt=at - 10 * BEAT_LIMIT).delete()
            WorkerBeat.objects.create(worker=name, started_at=started_at, beat_at=at)
