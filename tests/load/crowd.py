"""A crowd: many buyers in several processes, all let loose at the same moment on a database that exists."""

import multiprocessing
import threading
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import Any, Final, Protocol

from django.db import connection, connections

# A forked child has the database's name, settings and code as its parent has them, also those of a test.
_forks: Final = multiprocessing.get_context("fork")
# Longer than any crowd needs; a buyer who waits for ever must not hang the run.
PATIENCE: Final = 120.0


class Buy(Protocol):
    """What one buyer does. `meet` waits until every buyer of the crowd has come as far."""

    def __call__(self, buyer: int, meet: Callable[[], object]) -> str: ...


class BuyerFell(Exception):
    """A buyer met an error that is no answer to a buyer; the message is its traceback."""


def let_loose(buyers: int, buy: Buy, *, processes: int = 4) -> list[str]:
    """What `buy` gave each buyer, in the buyers' order. Raises BuyerFell."""
    shares = [list(range(first, buyers, processes)) for first in range(processes)]
    gate = _forks.Barrier(buyers)
    answers = _forks.SimpleQueue()
    # Connections do not survive a fork.
    connections.close_all()
    crowd = [_forks.Process(target=_run_share, args=(share, buy, gate, answers)) for share in shares]
    for process in crowd:
        process.start()
    told = dict(pair for _ in crowd for pair in answers.get())
    for process in crowd:
        process.join(PATIENCE)
    fallen = [answer for answer in told.values() if answer.startswith("Traceback")]
    if fallen:
        # Whoever waited for the fallen one falls as well; the cause is what we want to read.
        cause = min(fallen, key=lambda words: "BrokenBarrierError" in words)
        raise BuyerFell(f"{len(fallen)} of {buyers}:\n{cause}")
    return [told[buyer] for buyer in range(buyers)]


def _run_share(share: Sequence[int], buy: Buy, gate: Barrier, answers: Any) -> None:
    told: list[tuple[int, str]] = []
    threads = [threading.Thread(target=_run_one, args=(buyer, buy, gate, told)) for buyer in share]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    answers.put(told)


def _run_one(buyer: int, buy: Buy, gate: Barrier, told: list[tuple[int, str]]) -> None:
    def meet() -> None:
        gate.wait(PATIENCE)

    try:
        connection.ensure_connection()
        meet()
        answer = buy(buyer, meet)
    except BaseException:  # noqa: BLE001  # whatever it was, the parent raises it
        gate.abort()
        answer = traceback.format_exc()
    finally:
        connections.close_all()
    told.append((buyer, answer))
