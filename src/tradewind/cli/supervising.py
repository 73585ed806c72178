"""One command, several processes: starts them, starts them again when they die, ends them all together.

The parts are forked from a process that has loaded everything and opened nothing: they share its memory, and a part that
died is back within a moment. The parent therefore never touches the database: connections do not survive a fork.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from tradewind.cli.leash import die_with_parent

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

# All have this long, in seconds, to finish what they are at.
PATIENCE: Final = 4.0
# So many deaths within so many seconds are no accident.
MOST_DEATHS: Final = 5
DEATHS_WITHIN: Final = 60.0
_LOOK_EVERY: Final = 0.2
_forks: Final = multiprocessing.get_context("fork")

Say = Callable[[str], None]


class KeepsDying(Exception):
    """A part died so often that starting it again is no help."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Part:
    """A process: `run` ends by itself on SIGTERM."""

    name: str
    run: Callable[[], None]


class Supervisor:
    """Watches over parts until SIGINT, SIGTERM or SIGHUP. `log` takes what they print; without one it goes where ours does."""

    def __init__(self, *, say: Say, log: Path | None = None) -> None:
        self._say = say
        self._log = log
        self._running: dict[Part, ForkProcess] = {}
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._asked_to_stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def is_asked_to_stop(self) -> bool:
        return self._asked_to_stop.is_set()

    def run_once(self, part: Part) -> int:
        """Run a part to its end and return its exit code; asked to stop, end it."""
        process = self._fork(part, log=None)
        while process.is_alive() and not self.is_asked_to_stop:
            wait([process.sentinel], _LOOK_EVERY)
        self._end([process])
        return process.exitcode or 0

    def start(self, parts: Sequence[Part]) -> None:
        gc.collect()
        gc.freeze()  # the collector would touch, and so copy, every page that the parts share
        for part in parts:
            self._running[part] = self._fork(part, log=self._log)

    def look(self) -> None:
        """Wait a moment and start again what has died meanwhile. Raises KeepsDying."""
        wait([process.sentinel for process in self._running.values()], _LOOK_EVERY)
        for part, process in list(self._running.items()):
            if process.is_alive() or self.is_asked_to_stop:
                continue
            now = time.monotonic()
            self._deaths.append(now)
            if len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < DEATHS_WITHIN:
                raise KeepsDying(part.name)
            self._say(f"The {part.name} stopped unexpectedly ({_how(process.exitcode)}) and is started again.")
            self._running[part] = self._fork(part, log=self._log)

    def stop(self) -> None:
        """End all parts, those by force that will not."""
        self._end(list(self._running.values()))
        self._running.clear()

    def _fork(self, part: Part, *, log: Path | None) -> "ForkProcess":
        process = _forks.Process(target=_live, args=(part, os.getpid(), log), name=part.name)
        process.start()
        return process

    def _end(self, processes: list["ForkProcess"]) -> None:
        for process in processes:
            if process.is_alive():
                process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in processes:
            process.join(max(0.0, deadline - time.monotonic()))
        for process in processes:
            if process.is_alive() and process.pid is not None:
                os.killpg(process.pid, signal.SIGKILL)
                process.join()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop.set()


def _live(part: Part, parent: int, log: Path | None) -> None:
    # A group of its own: Ctrl-C reaches the parent alone, which then ends its parts in order.
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if log is not None:
        log.parent.mkdir(exist_ok=True)
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(target, stream.fileno())
    die_with_parent(parent)
    part.run()


def _how(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"
