"""Bringing a database up to date so that it is wholly new afterwards, or as it was.

PostgreSQL does it in one transaction. SQLite's migrations each need one of their own, so the file is copied before and
put back. Killed in between, the next start goes on where it was.
"""

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
    before.unlink(missing_ok=True)
    connection.close()
    SqliteFile(file).copy(before)
    try:
        migrate()
    except BaseException:
        connection.close()
        for ending in ("-wal", "-shm"):
            file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
        before.replace(file)
        raise
    before.unlink()
