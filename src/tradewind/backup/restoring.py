"""Restoring: the whole archive is proved, then laid out beside what is there, brought up to date there, then moved in.

Until the very end everything that was there can be put back, and is, when something goes wrong or we are killed
(backup.journal). Nothing is deleted: what was there stays in a folder, and in a schema of its own on PostgreSQL.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from tradewind.backup import journal, postgresql, sqlite
from tradewind.backup.archive import TAKEN, entry_of, walk
from tradewind.backup.checking import check_archive
from tradewind.backup.databases import Copied
from tradewind.backup.erasures import ErasedAgain
from tradewind.backup.journal import BEFORE, STAGE, Note, Step
from tradewind.backup.making import RESERVE
from tradewind.backup.manifest import DATA, POSTGRESQL, SQLITE, Manifest
from tradewind.backup.problems import DamagedArchive, NewerArchive, NoSpace, NotEmpty, NotRestorable

_DUMP: Final = "postgresql.dump"
_FOR_OWNER: Final = "secret.key"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a data folder that is nobody else's now, the names of what it holds, and the server where there is one.

    `database` is the name of SQLite's file in the folder. `migrate` brings the database of a data folder up to date, `erase`
    erases again in it what had been erased since a moment.
    """

    folder: Path
    holdings: Sequence[str]
    database: str
    server: postgresql.Server | None
    migrate: Callable[[Path], None]
    erase: Callable[[Path, str], ErasedAgain]


@dataclass(frozen=True, slots=True)
class Program:
    """What this Tradewind is, to be held against what made the archive."""

    migrations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """`before` is the folder with what was there, `aside` its schema; empty where nothing was there."""

    manifest: Manifest
    before: str
    aside: str
    is_migrated: bool
    erased: ErasedAgain


def restore(
    archive: Path, target: Target, program: Program, *, passphrase: str | None, replace_old: bool, at: datetime
) -> Restored:
    """Raises BackupProblem; then nothing has changed."""
    manifest = check_archive(archive, passphrase=passphrase)
    refuse_newer(manifest, program, archive.name)
    is_database_empty = _refuse_wrong_place(manifest, target, replace_old=replace_old)
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    note = Note(
        archive=archive.name,
        before=_unused(target.folder, f"{BEFORE}{stamp}"),
        place=target.server.place if target.server else "",
        aside=f"tradewind_before_{stamp.lower()}" if target.server else "",
    )
    journal.write_note(target.folder, note)
    try:
        _lay_out(archive, manifest, target, passphrase)
        is_older = bool(program.migrations - set(manifest.migrations))
        _fill(manifest, target, note, is_older=is_older)
        erased = target.erase(target.folder / STAGE, manifest.head.made_at)
        _move_in(target, note)
    except BaseException:
        undo_restore(target.folder, journal.note_in(target.folder) or note, target.server)
        raise
    journal.end_note(target.folder)
    shutil.rmtree(target.folder / STAGE)
    if not target.holdings:
        (target.folder / note.before).rmdir()
    if target.server and is_database_empty:
        postgresql.forget(target.server, aside=note.aside)
    return Restored(
        manifest,
        before=note.before if target.holdings else "",
        aside="" if is_database_empty else note.aside,
        is_migrated=is_older,
        erased=erased,
    )


def refuse_newer(manifest: Manifest, program: Program, name: str) -> None:
    """Raises NewerArchive where the archive's database knows what we do not. Whoever goes back after an upgrade restores what
    the newer version wrote before it: versions do not tell.
    """
    unknown = sorted(set(manifest.migrations) - program.migrations)
    if unknown:
        raise NewerArchive(name, f"version {manifest.head.version}, whose database has had {unknown[0]}")


def undo_restore(folder: Path, note: Note, server: postgresql.Server | None) -> None:
    """Put everything back as it was before a restore. Raises NotRestorable where the database is another one now."""
    if note.place and (server is None or server.place != note.place):
        msg = (
            f"A restore into the database {note.place} was interrupted. Set TRADEWIND_DATABASE_URL to it once more, so that"
            " what was there can be put back."
        )
        raise NotRestorable(msg)

    def take_back(of: Note) -> None:
        if server is not None and of.aside:
            postgresql.take_back(server, aside=of.aside)

    journal.undo(folder, note, take_back=take_back)


def _unused(folder: Path, name: str) -> str:
    """Of two restores in one second, each keeps what was there in a folder of its own."""
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next(each for each in names if not (folder / each).exists())


def _refuse_wrong_place(manifest: Manifest, target: Target, *, replace_old: bool) -> bool:
    """Is the database empty? Raises NotRestorable, NotEmpty and NoSpace."""
    if manifest.head.database == SQLITE and target.server is not None:
        msg = "The archive holds an SQLite database. Leave TRADEWIND_DATABASE_URL out to restore it."
        raise NotRestorable(msg)
    if manifest.head.database == POSTGRESQL and target.server is None:
        msg = "The archive holds a PostgreSQL database. Set TRADEWIND_DATABASE_URL to an empty one."
        raise NotRestorable(msg)
    files = target.folder / "files"
    if files.is_symlink() or os.path.ismount(files):
        msg = f"{files} is a link or a disk of its own, which cannot be moved aside. Take it away, restore, then copy."
        raise NotRestorable(msg)
    is_empty = target.server is None or postgresql.is_empty(target.server)
    if not replace_old and (target.holdings or not is_empty):
        place = target.server.place if target.server else ""
        where = f"{target.folder} holds a shop" if target.holdings else f"The database {place} is not empty"
        msg = f"{where}. Name an empty place, or replace it with --replace, which keeps what was there."
        raise NotEmpty(msg)
    if target.server is not None:
        postgresql.refuse_while_used(target.server)
    refuse_little_space(manifest, target.folder)
    return is_empty


def refuse_little_space(manifest: Manifest, folder: Path) -> None:
    """Raises NoSpace. What was there stays, so all of it comes on top."""
    free, needed = shutil.disk_usage(folder).free, manifest.size + RESERVE
    if free < needed:
        msg = f"{folder} has {free >> 20:,} MB free, and this needs {needed >> 20:,} MB. Make room first."
        raise NoSpace(msg)


def _lay_out(archive: Path, manifest: Manifest, target: Target, passphrase: str | None) -> None:
    """Unpack into the stage, each file proved once more: the archive could have changed since it was checked."""
    stage = target.folder / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    places = {SQLITE: stage / target.database, POSTGRESQL: stage / _DUMP}
    dump = places[manifest.head.database]

    def put(name: str, file: IO[bytes]) -> None:
        is_data = name.startswith(f"{DATA}/")
        if not is_data and name != manifest.head.dump:
            return
        path = stage / name.removeprefix(f"{DATA}/") if is_data else dump
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if path == dump or path.name == _FOR_OWNER else 0o666  # what the umask leaves of it
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as into:
            found = entry_of(file, into)
            into.flush()
            os.fsync(into.fileno())
        if found != manifest.files.get(name):
            raise DamagedArchive(archive.name, f"{name} changed while it was read")

    walk(archive, passphrase, put)
    if not (stage / TAKEN[0]).is_file():
        raise DamagedArchive(archive.name, f"{TAKEN[0]} is missing")
    for part in ("public", "private"):
        (stage / "files" / part).mkdir(parents=True, exist_ok=True)
    if manifest.head.database == SQLITE:
        _compare(_described(dump, archive), manifest, archive.name)


def _fill(manifest: Manifest, target: Target, note: Note, *, is_older: bool) -> None:
    stage = target.folder / STAGE
    if target.server is not None:
        postgresql.put_back(target.server, stage / _DUMP, aside=note.aside)
        with target.server.connect() as connection:
            _compare(postgresql.describe(connection), manifest, note.archive)
        (stage / _DUMP).unlink()
    if is_older:
        target.migrate(stage)


def _move_in(target: Target, note: Note) -> None:
    stage = target.folder / STAGE
    new = tuple(sorted(path.name for path in stage.iterdir() if _moves_in(path.name, target)))
    note = replace(note, step=Step.MOVING, old=tuple(target.holdings), new=new)
    journal.write_note(target.folder, note)
    journal.move_in(target.folder, note)


def _moves_in(name: str, target: Target) -> bool:
    """Not the locks that migrating leaves in the stage."""
    return name in TAKEN or name in {target.database, f"{target.database}-wal"}


def _described(copy: Path, archive: Path) -> Copied:
    try:
        return sqlite.describe(copy)
    except sqlite3.DatabaseError as problem:
        raise DamagedArchive(archive.name, f"its database cannot be read ({problem})") from problem


def _compare(found: Copied, manifest: Manifest, archive: str) -> None:
    if found.tables != manifest.tables or found.migrations != manifest.migrations:
        differing = sorted(set(found.tables.items()) ^ set(manifest.tables.items()))
        raise DamagedArchive(archive, f"its database holds other rows than its list says: {differing[:1]}")
