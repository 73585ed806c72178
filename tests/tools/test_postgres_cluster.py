"""The throwaway PostgreSQL server: it answers, and nothing of it stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tools.postgres_cluster import find_binaries, throwaway_cluster

pytestmark = pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")


def fsync_of(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting('fsync')").fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(("durable", "fsync"), [(False, "off"), (True, "on")])
def test_a_cluster_answers_and_is_gone_afterwards(tmp_path: Path, durable: bool, fsync: str) -> None:
    open_to_the_server(tmp_path)

    with throwaway_cluster(durable=durable, parent=tmp_path) as url:
        assert fsync_of(url) == fsync
        assert len(list(tmp_path.iterdir())) == 1

    assert list(tmp_path.iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_cluster_is_gone_when_its_user_fails(tmp_path: Path) -> None:
    open_to_the_server(tmp_path)

    with pytest.raises(ZeroDivisionError), throwaway_cluster(durable=False, parent=tmp_path):
        _ = 1 / 0

    assert list(tmp_path.iterdir()) == []


def test_two_clusters_stand_side_by_side() -> None:
    with throwaway_cluster(durable=False) as one, throwaway_cluster(durable=False) as other:
        assert one != other
        assert fsync_of(one) == fsync_of(other) == "off"


@pytest.mark.processes
@pytest.mark.parametrize("message", [signal.SIGINT, signal.SIGTERM])
def test_a_cluster_is_gone_after_its_command_was_stopped(tmp_path: Path, message: signal.Signals) -> None:
    open_to_the_server(tmp_path)
    command = [sys.executable, "-m", "tools.postgres_cluster"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert fsync_of(url) == "off"

        process.send_signal(message)
        process.wait(timeout=30)

    assert list(tmp_path.iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def open_to_the_server(folder: Path) -> None:
    """Run by root, the server is another user, and pytest's folders are root's alone."""
    for part in (folder, *folder.parents):
        if part.stat().st_uid == os.geteuid() and part.stat().st_mode & 0o055 != 0o055:
            part.chmod(0o755)
