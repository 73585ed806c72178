"""The way into the house: the data folder, Django, and a database that is up to date."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tradewind.backup.journal import NOTE, note_in
from tradewind.config.folders import DataFolder, FolderKind

if TYPE_CHECKING:  # a command's --help must not wait for it
    from tradewind.backup.postgresql import Server

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
    put_back_what_a_restore_left(folder)
    folder.prepare(kind or folder.kind or kind_of_new())
    folder.enter()
    start_django()
    migrate()
    return folder


def put_back_what_a_restore_left(folder: DataFolder) -> None:
    """After a restore that was cut off: the old state again, and a word about it. Raises BackupProblem and FolderInUse."""
    if not (folder.path / NOTE).exists():
        return
    from tradewind.backup.restoring import undo_restore

    with folder.alone():
        note = note_in(folder.path)
        if note is None:
            return
        undo_restore(folder.path, note, server_named_here())
    what = (
        "What was there before is in place again" if folder.holdings() else "Nothing was there before, and nothing is"
    )
    click.echo(
        f"tradewind: The restore of {note.archive} was interrupted. {what}; start it again if you want it.", err=True
    )


def server_named_here() -> "Server | None":
    """The PostgreSQL server of TRADEWIND_DATABASE_URL, without Django."""
    url = os.environ.get("TRADEWIND_DATABASE_URL", "")
    if not url:
        return None
    import environ

    from tradewind.backup.postgresql import Server

    return Server.of(environ.Env.db_url_config(url))


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
