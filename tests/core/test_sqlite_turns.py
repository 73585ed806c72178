"""SQLite with many writers: everybody has a turn, nothing is lost, and nobody waits for ever."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler, OperationalError

# Each test brings a file of its own; the mark is what lets it open one.
pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
OURS = "tradewind.core.sqlite"
PLAIN = "django.db.backends.sqlite3"
WRITERS = 6
SECONDS = 4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "counter.sqlite3"
    connection = opened(path)
    connection.cursor().execute("CREATE TABLE counter (number INTEGER)")
    connection.cursor().execute("INSERT INTO counter VALUES (0)")
    connection.close()
    return path


def opened(path: Path, *, timeout: float = 20.0) -> BaseDatabaseWrapper:
    options = {"timeout": timeout, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
    return ConnectionHandler({"default": {"ENGINE": OURS, "NAME": path, "OPTIONS": options}})["default"]


def begin(connection: BaseDatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def number_in(path: Path) -> int:
    connection = opened(path)
    with connection.cursor() as cursor:
        (number,) = cursor.execute("SELECT number FROM counter").fetchone()
    connection.close()
    return int(number)


@pytest.fixture
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the turn and the database's lock, with a change that it has not committed."""
    process = run_script(file, "hold")
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.communicate()


def run_script(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.processes.writing", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE, text=True)


def let_them_write(file: Path, engine: str) -> list[dict[str, Any]]:
    start = time.monotonic() + 2
    writers = [run_script(file, engine, start, SECONDS) for _ in range(WRITERS)]
    return [json.loads(writer.communicate()[0]) for writer in writers]


@pytest.mark.slow
@pytest.mark.processes
def test_no_writer_starves_fails_or_loses_a_write(file: Path) -> None:
    told = let_them_write(file, OURS)

    assert [writer["errors"] for writer in told] == [0] * WRITERS
    assert number_in(file) == sum(writer["writes"] for writer in told)
    assert max(writer["longest"] for writer in told) < SECONDS / 4
    assert min(writer["writes"] for writer in told) > max(writer["writes"] for writer in told) / 4


@pytest.mark.slow
@pytest.mark.processes
def test_the_control_without_turns_fails_or_starves(file: Path) -> None:
    told = let_them_write(file, PLAIN)

    failed = sum(writer["errors"] for writer in told)
    assert failed > 0 or max(writer["longest"] for writer in told) >= SECONDS / 4


@pytest.mark.processes
def test_the_turn_of_a_killed_process_is_free_at_once(file: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    begun = time.monotonic()

    connection = opened(file)
    begin(connection)
    connection.rollback()
    connection.close()

    assert time.monotonic() - begun < 1
    assert number_in(file) == 0


@pytest.mark.processes
def test_nobody_waits_for_ever_and_reading_goes_on(file: Path, holder: subprocess.Popen[str]) -> None:
    connection = opened(file, timeout=0.5)

    with pytest.raises(OperationalError, match="database is locked"):
        begin(connection)
    with pytest.raises(OperationalError, match="database is locked"):
        connection.cursor().execute("UPDATE counter SET number = 5")
    assert connection.cursor().execute("SELECT number FROM counter").fetchone() == (0,)

    # A wait that was given up must not take the turn when it comes.
    holder.kill()
    holder.wait()
    begin(connection)
    connection.cursor().execute("UPDATE counter SET number = 7")
    connection.commit()
    connection.close()
    assert number_in(file) == 7


def test_every_way_out_of_a_transaction_passes_the_turn(file: Path) -> None:
    first, second = opened(file), opened(file, timeout=0.5)

    for leave in (first.commit, first.rollback, first.close):
        begin(first)
        leave()
        first.autocommit = True
        begin(second)
        second.rollback()
        second.autocommit = True
    first.close()
    second.close()


def test_a_begin_that_fails_passes_the_turn(file: Path) -> None:
    """SQLite's own lock is held by somebody who takes no turns: a shell, a backup."""
    stranger = ConnectionHandler({"default": {"ENGINE": PLAIN, "NAME": file}})["default"]
    stranger.cursor().execute("BEGIN IMMEDIATE")
    first = opened(file, timeout=0.2)

    with pytest.raises(OperationalError, match="database is locked"):
        begin(first)
    stranger.close()
    second = opened(file, timeout=0.5)
    begin(second)
    second.rollback()

    first.close()
    second.close()


def test_a_write_outside_a_transaction_waits_for_its_turn(file: Path) -> None:
    first = opened(file)
    begin(first)
    first.cursor().execute("UPDATE counter SET number = number + 1")
    order: list[str] = []

    def write_alone() -> None:
        second = opened(file)
        second.cursor().execute("UPDATE counter SET number = number * 10")
        order.append("alone")
        second.close()

    beside = threading.Thread(target=write_alone)
    beside.start()
    time.sleep(0.2)
    order.append("first")
    first.commit()
    beside.join(10)
    first.close()

    assert (order, number_in(file)) == (["first", "alone"], 10)
