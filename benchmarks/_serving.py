"""The real programs, started as a shop starts them: `tradewind web`, and `tradewind work` where it is wanted."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks._machine import ROOT
from tools.postgres_cluster import free_port

_READY_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """Programs that answer. `log` is what they have said."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def serving(
    env: dict[str, str], *, processes: int = 2, threads: int = 2, workers: int = 0, settings: str = ""
) -> Iterator[Running]:
    """Run so many web processes with so many threads each, and workers. `settings` replaces the settings module."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = Path(env["TRADEWIND_DATA"]) / "log" / "benchmark.log"
    log.parent.mkdir(exist_ok=True)
    env = {**env, "TRADEWIND_BASE_URL": url} | ({"DJANGO_SETTINGS_MODULE": settings} if settings else {})
    programs = [
        ["web", "--port", str(port), "--processes", str(processes), "--threads", str(threads)],
        *[["work"]] * workers,
    ]
    with log.open("ab") as output, contextlib.ExitStack() as stack:
        for words in programs:
            command = [sys.executable, "-m", "tradewind", *words]
            process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
            stack.callback(_stop, process)
        _wait_for(f"{url}/healthz", log)
        yield Running(port, log)


def _wait_for(url: str, log: Path) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own address
            return
        time.sleep(0.1)
    raise SystemExit(f"The web server did not start:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
