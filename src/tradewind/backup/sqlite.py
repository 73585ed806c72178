"""SQLite copied while the shop goes on writing.

A read transaction fixes the moment: in WAL mode readers and writers never wait for each other, so neither the turn file of
core.sqlite nor SQLite's own lock is held. Without it, the backup API would begin anew after every write of somebody else.
Meanwhile the log cannot be emptied and grows by what is written; we empty it at the end, so that no buyer's commit has to.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from tradewind.backup.databases import Copied, private_name
from tradewind.backup.manifest import SQLITE
from tradewind.backup.problems import BackupProblem

# Pages of 4 KB that are copied at once; then the copy is written to disk, so that the shop's own commits find its queue short.
STEP: Final = 1024
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """The database of an installation on one machine."""

    path: Path
    kind: ClassVar[str] = SQLITE

    def size(self) -> int:
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def copy(self, into: Path) -> Copied:
        """Raises BackupProblem where the database is missing or damaged."""
        if not self.path.exists():
            msg = f"There is no database {self.path}. Name the data folder of the shop with --data DIR."
            raise BackupProblem(msg)
        try:
            _copy_pages(self.path, into)
            return describe(into)
        except sqlite3.DatabaseError as problem:
            msg = f"The database {self.path} cannot be copied: {problem}. Its last good backup is worth keeping."
            raise BackupProblem(msg) from problem


def describe(copy: Path) -> Copied:
    """What a copy holds, after SQLite itself has looked through all of it. Raises sqlite3.DatabaseError, BackupProblem."""
    # Immutable: nobody else has it open, and no log of its own is to appear beside it.
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        found = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            msg = f"The database is damaged: {found[0]}. Its last good backup is worth keeping."
            raise BackupProblem(msg)
        names = [row[0] for row in database.execute(_TABLES)]
        tables = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}  # noqa: S608  # names of our own tables
        migrations = database.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        files = database.execute("SELECT digest FROM core_storedfile").fetchall()
    return Copied(tables, tuple(row[0] for row in migrations), frozenset(private_name(row[0]) for row in files))


def _copy_pages(source: Path, into: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as live, closing(sqlite3.connect(into)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on the moment is fixed
        written = os.open(into, os.O_RDONLY)
        try:
            live.backup(copy, pages=STEP, progress=lambda *_: os.fdatasync(written))
        finally:
            os.close(written)
            live.execute("ROLLBACK")
        live.execute("PRAGMA wal_checkpoint(PASSIVE)")
