"""A copy of SQLite is one moment, also while others write without a pause, and they do not wait for it."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.backup.small import small_house
from tradewind.backup import sqlite
from tradewind.backup.sqlite import SqliteFile, describe
from tradewind.config.folders import DataFolder

ROWS = 20_000


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """With 40 MB, so that a copy takes some steps."""
    folder = small_house(tmp_path / "house")
    with closing(sqlite3.connect(folder.database)) as database, database:
        database.execute("CREATE TABLE filler (content BLOB)")
        database.executemany("INSERT INTO filler VALUES (randomblob(2000))", ((),) * ROWS)
        database.execute("CREATE TABLE pairs (number INTEGER)")
        database.executemany("INSERT INTO pairs VALUES (?)", ((0,), (0,)))
    return folder


class Writer(threading.Thread):
    """Changes both rows of a pair in each transaction, one at the beginning of the file and one at its end."""

    def __init__(self, database: Path) -> None:
        super().__init__(daemon=True)
        self._database = database
        self._is_over = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        with closing(sqlite3.connect(self._database, isolation_level=None, timeout=0.5)) as database:
            while not self._is_over.is_set():
                begun = time.perf_counter()
                database.execute("BEGIN IMMEDIATE")
                database.execute("UPDATE pairs SET number = number + 1")
                database.execute("UPDATE orders SET number = number + 1")
                database.execute("COMMIT")
                self.waits.append(time.perf_counter() - begun)

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def test_the_copy_is_one_moment_and_writers_go_on(folder: DataFolder, tmp_path: Path) -> None:
    writer = Writer(folder.database)
    writer.start()
    while not writer.waits:
        time.sleep(0.01)
    before = len(writer.waits)

    copied = SqliteFile(folder.database).copy(tmp_path / "copy")

    during = len(writer.waits) - before
    writer.stop()
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        numbers = [row[0] for row in copy.execute("SELECT number FROM pairs")]
        assert numbers[0] == numbers[1] == copy.execute("SELECT number - 1 FROM orders").fetchone()[0]
    assert before <= numbers[0] <= before + during
    assert during > 5
    # The writer's patience is half a second: with one wait beyond it, it would have died.
    assert len(writer.waits) > before + during
    assert copied.tables["filler"] == ROWS


def test_the_control_without_a_read_transaction_a_copy_begins_anew_after_every_write(
    folder: DataFolder, tmp_path: Path
) -> None:
    """SQLite's own way: with somebody who writes all the time it does not end."""
    steps: list[int] = []

    def look(_: int, remaining: int, __: int) -> None:
        steps.append(remaining)
        with closing(sqlite3.connect(folder.database)) as other, other:
            other.execute("UPDATE pairs SET number = number + 1")
        if len(steps) > 100:
            raise InterruptedError

    with (
        closing(sqlite3.connect(folder.database)) as live,
        closing(sqlite3.connect(tmp_path / "copy")) as copy,
        pytest.raises(InterruptedError),
    ):
        live.backup(copy, pages=sqlite.STEP, progress=look)

    assert min(steps) == max(steps)


def test_the_control_a_copied_file_lacks_what_stands_in_the_log(folder: DataFolder, tmp_path: Path) -> None:
    """What a backup by `cp` does."""
    with closing(sqlite3.connect(folder.database)) as shop:
        shop.execute("PRAGMA wal_autocheckpoint = 0")
        shop.execute("INSERT INTO orders VALUES (2, 'sold')")
        shop.commit()
        (tmp_path / "plain").write_bytes(folder.database.read_bytes())
        copied = SqliteFile(folder.database).copy(tmp_path / "copy")

    assert copied.tables["orders"] == 2
    assert describe(tmp_path / "plain").tables["orders"] == 1


def test_the_log_is_emptied_into_the_database_after_the_copy(folder: DataFolder, tmp_path: Path) -> None:
    """Else the next buyer's commit would have to."""
    with closing(sqlite3.connect(folder.database)) as shop:
        shop.execute("PRAGMA wal_autocheckpoint = 0")
        shop.execute("UPDATE filler SET content = randomblob(2000) WHERE rowid < 2000")
        shop.commit()
        SqliteFile(folder.database).copy(tmp_path / "copy")

        busy, in_log, written = shop.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    assert (busy, in_log) == (0, written)
    assert in_log > 500
