"""The least that can be backed up, made in a moment, and what is in a folder."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tradewind.backup.erasures import ErasedAgain
from tradewind.backup.journal import is_of_a_restore
from tradewind.backup.making import Made, Source, make_backup
from tradewind.backup.manifest import Head
from tradewind.backup.restoring import Program, Target
from tradewind.backup.sqlite import SqliteFile
from tradewind.config.folders import DataFolder

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DIGEST = "ab" * 32
PROGRAM = Program(frozenset({"core.0001_initial"}))


def small_house(path: Path, *, word: str = "old") -> DataFolder:
    """With one order, one private and one public file, all of which say `word`."""
    folder = DataFolder(path)
    private = folder.private_files / "ab" / DIGEST
    for parent in (private.parent, folder.public_files):
        parent.mkdir(parents=True)
    private.write_text(f"private {word}")
    (folder.public_files / "mug.webp").write_text(f"public {word}")
    folder.secret_file.write_text(f"secret {word}")
    folder.marker.write_text(json.dumps({"kind": "shop", "format": 1}))
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        database.execute("INSERT INTO django_migrations VALUES ('core', '0001_initial')")
        database.execute("CREATE TABLE core_storedfile (digest TEXT)")
        database.execute("INSERT INTO core_storedfile VALUES (?)", [DIGEST])
        database.execute("CREATE TABLE orders (number INTEGER, word TEXT)")
        database.execute("INSERT INTO orders VALUES (1, ?)", [word])
    return folder


def source_of(folder: DataFolder, *, version: str = "0.1.0") -> Source:
    head = Head(version, "2026-11-23T06:00:00Z", "shop", "sqlite")
    return Source(folder.path, SqliteFile(folder.database), head)


def backed_up(folder: DataFolder, into: Path, *, passphrase: str | None = None, at: datetime = AT) -> Made:
    return make_backup(source_of(folder), into=into, passphrase=passphrase, keep=0, at=at)


def target(folder: DataFolder) -> Target:
    folder.path.mkdir(parents=True, exist_ok=True)
    return Target(folder.path, folder.holdings(), folder.database.name, None, _never, nothing_erased)


def state_of(folder: DataFolder) -> dict[str, bytes | str]:
    """All files of the installation, and the order that its database has."""
    paths = [path for path in folder.path.rglob("*") if path.is_file()]
    names = {path.relative_to(folder.path).as_posix(): path for path in paths}
    found: dict[str, bytes | str] = {
        name: path.read_bytes()
        for name, path in names.items()
        if not is_of_a_restore(name.partition("/")[0]) and not name.endswith((".lock", "-wal", "-shm"))
    }
    if folder.database.exists():
        del found[folder.database.name]
        with closing(sqlite3.connect(folder.database)) as database:
            found["order"] = database.execute("SELECT word FROM orders").fetchone()[0]
    return found


def nothing_erased(folder: Path, made_at: str) -> ErasedAgain:
    return ErasedAgain()


def _never(folder: Path) -> None:
    raise AssertionError(folder)
