"""Hanging up after a time, whatever has come until then: a socket's own limit is for each piece, and somebody who sends one
letter after the other would keep the worker for ever.
"""

import socket
from contextlib import suppress
from threading import Timer


class HangUp:
    """Within it, the line that was held last is shut when the seconds are over; whoever reads or writes there meets its end."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._line: socket.socket | None = None
        self._timer = Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_problem: object) -> None:
        self._timer.cancel()

    def hold(self, line: socket.socket) -> None:
        """TLS puts its own socket in the place of the plain one: to be held anew."""
        self._line = line
        if self.is_over:
            _shut(line)

    def _hang_up(self) -> None:
        self.is_over = True
        if self._line is not None:
            _shut(self._line)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        # Not the protected line's own way, which takes its state away under whoever is reading.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
