"""A fact with two subscribers whose effects can be counted, and a worker for it.

    python -m tests.core.processes.counting work | fill FACTS | insert ROWS

One subscriber is steady. The other fails one time in ten, after it has written its effect, which must then be gone.
"""

import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from tests.core.processes.opening import hurried_now, open_house

if __name__ == "__main__":
    open_house()

from django.db import transaction
from django.db.models import Count

from tradewind.core.facts import Context, fact, reaction, record_many
from tradewind.core.models import AuditEntry, Reaction
from tradewind.core.trail import write_audit
from tradewind.core.worker import run_until_stopped

STEADY = "test.steady"
FRAGILE = "test.fragile"


@fact("test.counted", about={"number": "number"})
@dataclass(frozen=True, slots=True)
class Counted:
    """A number came up."""

    number: int


class Unlucky(Exception):
    """One time in ten."""


@reaction(Counted, name=STEADY)
def note_steadily(happened: Counted, context: Context) -> None:
    write_audit(STEADY, subject=("number", happened.number), by="system", at=context.now)


@reaction(Counted, name=FRAGILE)
def note_with_luck(happened: Counted, context: Context) -> None:
    write_audit(FRAGILE, subject=("number", happened.number), by="system", at=context.now)
    if random.random() < 0.1:
        raise Unlucky


def fill(count: int) -> None:
    """Record facts, each with two reactions to come."""
    with transaction.atomic():
        record_many((Counted(number) for number in range(count)), by="system", at=hurried_now())


def insert(count: int) -> None:
    """The floor: one row, one commit, again and again. Prints the seconds."""
    begun = time.perf_counter()
    for number in range(count):
        with transaction.atomic():
            write_audit("test.floor", subject=("number", number), by="system", at=hurried_now())
    print(time.perf_counter() - begun)  # noqa: T201  # its result


def work() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print("ready", flush=True)  # noqa: T201  # for who started us
    run_until_stopped(stop, now=hurried_now)


def open_reactions() -> int:
    return Reaction.objects.filter(Reaction.IS_OPEN).count()


def effects() -> dict[str, Any]:
    """How many effects there are by handler, and how many numbers have another count than one."""
    found = AuditEntry.objects.filter(action__in=[STEADY, FRAGILE]).order_by()
    by_effect = found.values("action", "subject_id").annotate(times=Count("id"))
    return {
        STEADY: found.filter(action=STEADY).count(),
        FRAGILE: found.filter(action=FRAGILE).count(),
        "done_twice": by_effect.filter(times__gt=1).count(),
        "failed_tries": sum(Reaction.objects.values_list("failures", flat=True)),
        "stuck": Reaction.objects.filter(state=Reaction.State.STUCK).count(),
    }


if __name__ == "__main__":
    command, *numbers = sys.argv[1:]
    {"work": work, "fill": fill, "insert": insert}[command](*map(int, numbers))
