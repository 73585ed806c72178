"""Hanging up after a time, whatever has come until then: a socket's own limit is for each piece, and somebody who sends one
letter after the other would keep the worker for ever.

One thread of the process looks after all of them: to start one for each call takes longer than many a call.
"""

import os
import socket
import threading
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Final


class HangUp:
    """Within it, the line that was held last is shut when the seconds are over; whoever reads or writes there meets its end."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self.is_left = False
        self._seconds = seconds
        self._line: socket.socket | None = None

    def __enter__(self) -> None:
        _watch.add(monotonic() + self._seconds, self)

    def __exit__(self, *_problem: object) -> None:
        self.is_left = True
        self._line = None

    def hold(self, line: socket.socket) -> None:
        """TLS puts its own socket in the place of the plain one: to be held anew."""
        self._line = line
        if self.is_over:
            _shut(line)

    def hang_up(self) -> None:
        line = self._line
        if not self.is_left:
            self.is_over = True
            if line is not None:
                _shut(line)


class _Watch:
    """Who is to be hung up when, soonest first. Those that were left meanwhile stay in the row until their time."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._row: list[tuple[float, int, HangUp]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def add(self, at: float, one: HangUp) -> None:
        with self._news:
            heappush(self._row, (at, next(self._numbers), one))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hanging up", daemon=True)
                self._thread.start()
            elif self._row[0][2] is one:
                self._news.notify()

    def _run(self) -> None:
        while True:
            self._next().hang_up()

    def _next(self) -> HangUp:
        with self._news:
            while True:
                while self._row and self._row[0][2].is_left:
                    heappop(self._row)
                left = self._row[0][0] - monotonic() if self._row else None
                if left is not None and left <= 0:
                    return heappop(self._row)[2]
                self._news.wait(left)


_watch: Final = _Watch()
# A forked process has neither the thread nor, perhaps, the lock's holder.
os.register_at_fork(after_in_child=_watch.__init__)  # type: ignore[misc]  # to begin anew is what it is for


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        # Not the protected line's own way, which takes its state away under whoever is reading.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
