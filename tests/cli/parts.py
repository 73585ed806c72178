"""Running the commands as a person does: as processes of their own, in data folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.made_once import made_once

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(**changes: str) -> dict[str, str]:
    """As on a machine that has never heard of Tradewind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DJANGO_", "COV_"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "default", **changes}


def run(*words: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """A command from beginning to end."""
    return subprocess.run(
        [sys.executable, "-m", "tradewind", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env=environment(**changes),
    )


def _migrate(folder: Path) -> None:
    made = run("manage", "migrate", "--data", folder)
    assert made.returncode == 0, made.stderr


def opened_shop(to: Path) -> Path:
    """A shop's folder with its empty database, as if a command had opened it before."""
    return Path(shutil.copytree(made_once("shop", _migrate), to))


class Running:
    """A command that stays: what it says, which processes it has, and how it ends."""

    def __init__(self, words: tuple[str | Path, ...], changes: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tradewind", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(**changes),
        )

    def first_line(self) -> str:
        """What it prints first; it prints when it is ready."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def family(self) -> list[int]:
        """The process and all that descend from it."""
        children: dict[int, list[int]] = {}
        for pid, parent in _parents().items():
            children.setdefault(parent, []).append(pid)
        found = [self.process.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def stop(self, number: int = signal.SIGINT) -> tuple[int, float, str]:
        """Send a signal; return exit code, seconds until the end, and what was said on standard error."""
        begun = time.monotonic()
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - begun, said


@contextmanager
def running(*words: str | Path, **changes: str) -> Iterator[Running]:
    """A command for as long as the block lasts; nothing of it is left behind."""
    command = Running(words, changes)
    try:
        yield command
    finally:
        for pid in command.family():
            with_no_complaint(lambda pid=pid: os.kill(pid, signal.SIGKILL))
        command.process.wait()
        for stream in (command.process.stdout, command.process.stderr):
            if stream is not None:
                stream.close()


def with_no_complaint(do: Callable[[], object]) -> None:
    try:
        do()
    except ProcessLookupError:
        return


def alive(pids: list[int]) -> list[int]:
    """Those that still run. A dead child that nobody has asked after is not alive."""
    return [pid for pid in pids if _state(pid) not in {"", "Z"}]


def eventually(is_so: Callable[[], Any], *, within: float = 120) -> bool:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def get(url: str) -> httpx.Response:
    return httpx.get(url, follow_redirects=True, timeout=10)


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                found[int(entry.name)] = int(fields[1])
    return found


def _state(pid: int) -> str:
    fields = _stat(pid)
    return fields[0] if fields else ""


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; the name before it may contain anything, even a bracket."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
