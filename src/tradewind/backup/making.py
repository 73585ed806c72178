"""Making a backup: one archive under its last name, whole and read again, or none.

Files, then the database, then the files that came meanwhile. A private file is written before the row that names it and
deleted after it (core.files), so what the database names at its moment is there in the first pass or in the second, unless it
came and went while we worked; the house deletes nothing that is younger than an hour. What is missing all the same is listed.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tradewind.backup.archive import TAKEN, ArchiveWriter, writing
from tradewind.backup.checking import check_archive
from tradewind.backup.databases import Copied, Database
from tradewind.backup.journal import to_disk
from tradewind.backup.manifest import DATA, HEAD, LIST, Head, Manifest, head_as_json, manifest_as_json
from tradewind.backup.problems import BackupProblem, BackupRunning, NoSpace

ENDING: Final = ".tar.gz"
SEALED_ENDING: Final = ".tar.gz.sealed"
_NAME: Final = re.compile(r"tradewind-(\d{8}T\d{6}Z)\.tar\.gz(\.sealed)?")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_UNFINISHED: Final = ".unfinished-"
_LOCK: Final = ".making.lock"
# Beyond what is copied: lists, the log that grows meanwhile, and room for the shop.
RESERVE: Final = 64 << 20
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up."""

    folder: Path
    database: Database
    head: Head


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    manifest: Manifest
    forgotten: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An archive in a folder of archives, by its name alone."""

    path: Path
    made_at: datetime


def make_backup(source: Source, *, into: Path, passphrase: str | None, keep: int, at: datetime) -> Made:
    """Write, read again, then give the archive its name, and forget the oldest beyond `keep`; 0 keeps all.

    Raises BackupProblem; the archives that are there already are then untouched.
    """
    with _errors_in_words(into):
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(into):
            _clear_unfinished(into)
            _refuse_little_space(source, into)
            stamp = at.astimezone(UTC).strftime(_STAMP)
            path = into / f"tradewind-{stamp}{SEALED_ENDING if passphrase is not None else ENDING}"
            if path.exists():
                msg = f"{path} is there already. Wait a second."
                raise BackupProblem(msg)
            work = into / f"{_UNFINISHED}{stamp}"
            work.mkdir(mode=0o700)
            try:
                manifest = _write(source, work, passphrase)
                (work / "archive").replace(path)
                to_disk(into)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            return Made(path, manifest, _forget_oldest(into, keep))


def archives_in(folder: Path) -> list[Kept]:
    """Finished archives, the newest first."""
    found = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir()] if folder.is_dir() else []
    kept = [Kept(path, datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)) for path, match in found if match]
    return sorted(kept, key=lambda each: each.made_at, reverse=True)


def _write(source: Source, work: Path, passphrase: str | None) -> Manifest:
    archive = work / "archive"
    with archive.open("xb") as stream:
        archive.chmod(0o600)
        with writing(stream, passphrase) as writer:
            manifest = _fill(writer, source, work)
        stream.flush()
        os.fsync(stream.fileno())
    # Written is not yet readable: disks lie, and a backup is worth what can be read from it.
    if check_archive(archive, passphrase=passphrase) != manifest:
        msg = "The archive does not say what was written into it. Look at the disk, then start again."
        raise BackupProblem(msg)
    return manifest


def _fill(writer: ArchiveWriter, source: Source, work: Path) -> Manifest:
    writer.add_text(HEAD, head_as_json(source.head))
    _add_files(writer, source.folder)
    copied = _add_database(writer, source, work)
    _add_files(writer, source.folder)
    missing = sorted(name for name in copied.named if f"{DATA}/files/{name}" not in writer.entries)
    manifest = Manifest(
        head=source.head,
        migrations=copied.migrations,
        tables=copied.tables,
        files=dict(writer.entries),
        missing=tuple(missing),
    )
    writer.add_text(LIST, manifest_as_json(manifest))
    return manifest


def _add_database(writer: ArchiveWriter, source: Source, work: Path) -> Copied:
    copy = work / "database"
    copied = source.database.copy(copy)
    with copy.open("rb") as file:
        writer.add(source.head.dump, file, copy.stat().st_size)
    copy.unlink()
    return copied


def _add_files(writer: ArchiveWriter, folder: Path) -> None:
    """All files that the archive does not hold yet. None of them ever changes under its name."""
    for path in _taken(folder):
        name = f"{DATA}/{path.relative_to(folder).as_posix()}"
        if name in writer.entries:
            continue
        try:
            file = path.open("rb")
        except FileNotFoundError:  # forgotten since we looked, and the row that named it before that
            continue
        with file:
            writer.add(name, file, os.fstat(file.fileno()).st_size)


def _taken(folder: Path) -> Iterator[Path]:
    """What is worth keeping: not what is being written, nor how far work has come."""
    for name in TAKEN:
        top = folder / name
        found = [top] if top.is_file() else sorted(top.rglob("*"))
        for path in found:
            is_passing = path.name.endswith(".part") or path.is_relative_to(folder / "files" / "private" / "progress")
            if path.is_file() and not path.is_symlink() and not is_passing:
                yield path


def _refuse_little_space(source: Source, into: Path) -> None:
    # The database twice: as a copy, and in the archive.
    needed = 2 * source.database.size() + sum(path.stat().st_size for path in _taken(source.folder)) + RESERVE
    free = shutil.disk_usage(into).free
    if free < needed:
        raise NoSpace(
            f"{into} has {_megabytes(free)} free, and a backup may need {_megabytes(needed)}. Make room, or name another"
            " disk with --to."
        )


def _megabytes(size: int) -> str:
    return f"{max(1, size >> 20):,} MB"


def _forget_oldest(folder: Path, keep: int) -> int:
    old = archives_in(folder)[keep:] if keep else []
    for each in old:
        each.path.unlink()
    return len(old)


def is_being_made(folder: Path) -> bool:
    """Does somebody make one into this folder just now?"""
    try:
        with _alone(folder):
            return False
    except BackupRunning:
        return True
    except OSError:  # there is no such folder yet, or it cannot be written to, which the backup itself will say
        return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            msg = f"Another backup is being made in {folder}. Wait for it."
            raise BackupRunning(msg) from problem
        yield


def _clear_unfinished(folder: Path) -> None:
    """Whoever was at it was killed: we hold the lock."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)


@contextmanager
def _errors_in_words(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            msg = f"There was no more room in {into}; earlier backups are untouched. Make room, or name another disk with --to."
            raise NoSpace(msg) from problem
        msg = f"The backup could not be written: {problem}. Earlier backups are untouched; look at {into}."
        raise BackupProblem(msg) from problem
