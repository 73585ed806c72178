"""Processes for tests that kill them, forked from one in which Django stands already: loading it took longer than what they do.

They are processes like any other, killed like any other, with connections of their own; only their modules were read before.

    python -m tests.warmed DESCRIPTOR

is the process that they are forked from. It runs no thread, opens no connection, and ends with whoever started it.
"""

import atexit
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
_LONGEST: Final = 100_000


class Forked:
    """A forked process, as much like `subprocess.Popen` as tests ask for."""

    def __init__(self, pid: int, lives: int, parent: "_Parent") -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lives = lives  # the reading end of a pipe that the process keeps open until it ends
        self._parent = parent

    def send_signal(self, number: int) -> None:
        # Until somebody asked how it ended its number is nobody else's.
        if self.returncode is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, in Popen's numbers. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._lives], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(["forked"], timeout or 0)
            os.close(self._lives)
            self.returncode = int(self._parent.ask({"ended": self.pid}))
        return self.returncode


def fork(script: str, *words: str, settings: Mapping[str, str]) -> Forked:
    """Run a script as `python -c` would, with these words and with settings of Django's that are as here."""
    parent = _parent()
    lives, kept_open = os.pipe()
    pid = parent.ask({"script": script, "words": words, "settings": dict(settings)}, [kept_open])
    os.close(kept_open)
    return Forked(int(pid), lives, parent)


class _Parent:
    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warmed", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
                "DJANGO_SETTINGS_MODULE": "tradewind.config.settings",
            },
        )
        theirs.close()

    def ask(self, order: Mapping[str, Any], descriptors: Sequence[int] = ()) -> str:
        socket.send_fds(self._line, [json.dumps(order).encode()], list(descriptors))
        return self._line.recv(_LONGEST).decode()

    def end(self) -> None:
        self._line.close()
        self._process.wait()


@functools.cache
def _parent() -> _Parent:
    """One for all tests of this process."""
    parent = _Parent()
    atexit.register(parent.end)
    return parent


def _serve(line: socket.socket) -> dict[str, Any] | None:
    """Fork at each order. Returns the order in the forked process, and None when nobody is left to order."""
    while True:
        said, descriptors, _, _ = socket.recv_fds(line, _LONGEST, 1)
        if not said:
            return None
        order: dict[str, Any] = json.loads(said)
        if "ended" in order:
            _, status = os.waitpid(order["ended"], 0)
            line.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        pid = os.fork()
        if pid == 0:
            line.close()
            return order
        os.close(descriptors[0])
        line.send(str(pid).encode())


def main(descriptor: int) -> None:
    # Ctrl-C is for whoever started us; with them we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django

    django.setup()
    from django.conf import settings

    import_module("tradewind.core.worker")
    gc.collect()
    gc.freeze()
    order = _serve(socket.socket(fileno=descriptor))
    if order is None:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    sys.argv = ["-c", *order["words"]]
    exec(compile(order["script"], "<script>", "exec"), {"__name__": "__main__"})  # noqa: S102  # as `python -c` does


if __name__ == "__main__":
    main(int(sys.argv[1]))
