"""Bringing a database up to date so that it is wholly new afterwards, or as it was.

PostgreSQL does it in one transaction. SQLite's migrations each need one of their own, so the file is copied before and
put back, also by the next upgrade where this one was killed.
"""

import os
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from tradewind.backup.sqlite import SqliteFile


def migrate_or_go_back(migrate: Callable[[], object], *, file: Path) -> None:
    """`file` is SQLite's, which nobody else has open. Raises what `migrate` raises; then the database is as it was."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            migrate()
    else:
        _with_a_copy(file, migrate)


def _with_a_copy(file: Path, migrate: Callable[[], object]) -> None:
    before = file.with_name(f"{file.name}.before")
    connection.close()
    if before.exists():  # an upgrade was killed: what it began from is the old state, and not what it left
        _put_back(before, file)
    unfinished = before.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    SqliteFile(file).copy(unfinished)
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(before)
    try:
        migrate()
    except BaseException:
        connection.close()
        _put_back(before, file)
        raise
    before.unlink()


def _put_back(before: Path, file: Path) -> None:
    for ending in ("-wal", "-shm"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
    before.replace(file)
