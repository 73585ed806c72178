"""Processes that meet a test in its database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.core.processes.opening import DATABASE

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(transactional_db: None) -> Iterator[Start]:
    """Start `tests.core.processes.MODULE` with some words. What still runs at the end of the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(module: str, *words: object) -> subprocess.Popen[str]:
        env = {**os.environ, DATABASE: str(connection.settings_dict["NAME"]), "TRADEWIND_LOG_LEVEL": "CRITICAL"}
        env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        env["DJANGO_SETTINGS_MODULE"] = "tradewind.config.settings"
        command = [sys.executable, "-m", f"tests.core.processes.{module}", *map(str, words)]
        running.append(subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def wait_until(is_true: Callable[[], bool], *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)
