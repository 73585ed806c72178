"""The worker: reactions, inbox, deliveries and schedule, in turns, until told to stop."""

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from django.db import Error, close_old_connections

from tradewind.core.beating import Beat, begin
from tradewind.core.deliveries import run_deliveries
from tradewind.core.inbox import run_inbox
from tradewind.core.reacting import run_reactions
from tradewind.core.schedule import run_schedule

log = structlog.get_logger(__name__)
IDLE: Final = 0.4

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
    beat = Beat(now=now)
    begin(beat)
    while not stop.is_set():
        try:
            close_old_connections()
            beat.show()
            done = run_everything_due(now=now)
            beat.handled += done
            if not done:
                stop.wait(IDLE)
        except (Error, OSError) as problem:
            log.error("the database does not answer", problem=str(problem))
            stop.wait(5)
    # A worker that cannot say good-bye is missed soon enough.
    with contextlib.suppress(Error, OSError):
        beat.stop()
