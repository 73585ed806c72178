"""The way into the house: the data folder, Django, and a database that is up to date."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tradewind.config.folders import DataFolder, FolderKind

_HOME: Final = Path(__file__).resolve().parents[3]
_MIGRATING: Final = 7_219_041  # any number that nobody else takes a lock on


def data_folder(default: str = "var/data") -> DataFolder:
    """The folder that --data or TRADEWIND_DATA names; the default lies in the checkout, wherever one stands."""
    named = os.environ.get("TRADEWIND_DATA")
    path = Path(named).absolute() if named else _HOME / default
    os.environ["TRADEWIND_DATA"] = str(path)
    return DataFolder(path)


def open_house(kind: FolderKind | None = None) -> DataFolder:
    """Prepare the folder on first use, start Django, bring the database up to date.

    Without a kind the folder's own stands, and a new one becomes a shop. Raises FolderProblem.
    """
    folder = data_folder()
    folder.prepare(kind or folder.kind or kind_of_new())
    start_django()
    migrate()
    return folder


def kind_of_new() -> FolderKind:
    """What a new folder becomes where the command does not say: a shop. Tests say otherwise."""
    return FolderKind(os.environ.get("TRADEWIND_KIND") or FolderKind.SHOP)


def start_django() -> None:
    import django

    django.setup()


def migrate() -> bool:
    """Bring the database up to date; whoever comes second waits and finds nothing to do. False when nothing was."""
    from tradewind.config.database import bring_up_to_date, missing_migrations

    if not missing_migrations():
        return False
    with _alone():
        return bring_up_to_date()


@contextmanager
def _alone() -> Iterator[None]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])
        return
    with (data_folder().path / "tradewind.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
