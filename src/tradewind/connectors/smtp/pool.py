"""Lines to one server that are kept open for the next mail, whichever thread of this process has it.

A line is in one thread's hands at a time. One that nobody has used for a while is closed with a farewell, so that the server has
not to do it; a process that was forked off leaves its parent's lines alone.
"""

import os
import threading
from typing import Final
from weakref import WeakSet

from tradewind.connectors.smtp.client import LONGEST_IDLE, Line

MOST_KEPT: Final = 4


class Pool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[Line] = []
        self._look: threading.Timer | None = None
        _pools.add(self)

    def take(self) -> Line | None:
        """The line that was used last: the others may be let go."""
        while True:
            with self._lock:
                line = self._kept.pop() if self._kept else None
            if line is None or line.is_fresh(LONGEST_IDLE):
                return line
            line.leave()

    def put(self, line: Line) -> None:
        with self._lock:
            is_kept = line.is_fresh(LONGEST_IDLE) and len(self._kept) < MOST_KEPT
            if is_kept:
                self._kept.append(line)
                self._look_later()
        if not is_kept:
            line.leave()

    def close(self) -> None:
        """Leave the server, as far as no thread is talking to it."""
        with self._lock:
            kept, self._kept = self._kept, []
            look, self._look = self._look, None
        if look is not None:
            look.cancel()
        for line in kept:
            line.leave()

    def forget(self) -> None:
        """In a forked process, where the lock may be held by a thread that does not exist."""
        self._lock, self._look = threading.Lock(), None
        kept, self._kept = self._kept, []
        for line in kept:
            line.close()

    def _look_later(self) -> None:
        if self._look is None:
            self._look = threading.Timer(LONGEST_IDLE, self._leave_stale)
            self._look.daemon = True
            self._look.start()

    def _leave_stale(self) -> None:
        with self._lock:
            self._look = None
            stale = [line for line in self._kept if not line.is_fresh(LONGEST_IDLE)]
            self._kept = [line for line in self._kept if line not in stale]
            if self._kept:
                self._look_later()
        for line in stale:
            line.leave()


_pools: "WeakSet[Pool]" = WeakSet()


def _forget_all() -> None:
    for pool in list(_pools):
        pool.forget()


os.register_at_fork(after_in_child=_forget_all)
