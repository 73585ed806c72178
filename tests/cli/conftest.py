"""Ports, and a demo that is loaded once and copied for each test."""

import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.parts import running
from tests.made_once import made_once


@pytest.fixture
def free_port() -> int:
    """One that nobody has at this moment. Tests that run beside us get others: the system hands them out in turn."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


@pytest.fixture
def demo_folder(tmp_path: Path) -> Path:
    """A copy of one that was started once, and stopped as soon as it was ready."""
    return Path(shutil.copytree(made_once("demo", _load_demo), tmp_path / "demo"))


def _load_demo(folder: Path) -> None:
    with running("demo", "--data", folder, "--port", "18700", "--json") as first:
        assert first.first_line().startswith("{")
        assert first.stop(signal.SIGTERM)[0] == 0
