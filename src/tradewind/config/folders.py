"""The data folder: everything of one installation that is not code, in one place that a backup can take.

A folder is marked with its kind when it is first prepared. A demo can be thrown away and made anew; a folder with
orders of real buyers never can, and no command turns one into the other.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from tradewind.backup.journal import NOTE, is_of_a_restore


class FolderKind(StrEnum):
    SHOP = "shop"
    DEMO = "demo"
    TEST = "test"


# All that we ever put into a data folder. What else is there belongs to somebody, and is never touched.
_OURS: Final = ("files", "mailbox", "log", "rejects", "secret.key", "running.lock", "backups")
_LOCKS: Final = ("running.lock", "tradewind.lock", "tradewind.migrating")
# Held open for as long as this process lives.
_entered: list[int] = []


class FolderProblem(Exception):
    """The data folder cannot be used as it is; the message is one line that says what to do."""


class WrongFolderKind(FolderProblem):
    """The folder was prepared for another purpose."""

    def __init__(self, path: Path, found: FolderKind, wanted: FolderKind) -> None:
        super().__init__(
            f"{path} holds a {found} and cannot be used as a {wanted}. Name another folder with --data DIR."
        )


class FolderInUse(FolderProblem):
    """Another process serves this folder."""

    def __init__(self, path: Path, told: str) -> None:
        super().__init__(
            f"{path} is in use already{f' ({told})' if told else ''}. Stop that one, or name another folder with --data DIR."
        )


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths inside one data folder. Nothing is created until `prepare` is called."""

    path: Path

    @property
    def marker(self) -> Path:
        return self.path / "tradewind.json"

    @property
    def _unfinished_marker(self) -> Path:
        return self.marker.with_suffix(".part")

    @property
    def database(self) -> Path:
        return self.path / "tradewind.sqlite3"

    @property
    def moved_database(self) -> Path:
        """Where `database` stays once the shop has moved to PostgreSQL."""
        return self.path / "tradewind.sqlite3.moved"

    @property
    def public_files(self) -> Path:
        return self.path / "files" / "public"

    @property
    def private_files(self) -> Path:
        return self.path / "files" / "private"

    @property
    def mailbox(self) -> Path:
        return self.path / "mailbox"

    @property
    def log_file(self) -> Path:
        return self.path / "log" / "tradewind.log"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def secret_file(self) -> Path:
        return self.path / "secret.key"

    @property
    def kind(self) -> FolderKind | None:
        """What the folder was prepared for, or None while it is new. Raises FolderProblem for a spoilt marker."""
        try:
            return FolderKind(json.loads(self.marker.read_text())["kind"])
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem
        except (ValueError, KeyError, TypeError) as problem:
            msg = f"{self.marker} cannot be read. Take it from a backup, or name another folder with --data DIR."
            raise FolderProblem(msg) from problem

    def check(self, kind: FolderKind) -> None:
        """Raises what `prepare` would, before anything is written."""
        found = self.kind
        if found is not None and found is not kind:
            raise WrongFolderKind(self.path, found, kind)
        try:
            if found is None and kind is not FolderKind.TEST:
                self._refuse_strange_things()
            if found is None and kind is FolderKind.DEMO:
                self._refuse_what_could_be_a_shop()
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem

    def prepare(self, kind: FolderKind) -> None:
        """Make the folder usable as `kind`. Raises WrongFolderKind when it is already something else, and FolderProblem
        when it cannot be written to or is full of somebody's other things.
        """
        self.check(kind)
        try:
            for folder in (self.path, self.public_files, self.private_files):
                folder.mkdir(parents=True, exist_ok=True)
            self._make_secret()
            if self.kind is None:
                self._mark(kind)
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem

    def empty(self) -> None:
        """Throw a demo away. Raises WrongFolderKind for anything else: no command may delete a shop."""
        found = self.kind
        if found is None:
            return
        if found is not FolderKind.DEMO:
            raise WrongFolderKind(self.path, found, FolderKind.DEMO)
        try:
            for entry in self.path.iterdir():
                # The marker stays: whatever interrupts this, and whatever else lies here, it is still known as a demo.
                stays = {*_LOCKS, self.marker.name, self.backups.name}
                if _is_ours(entry) and entry.name not in stays and not is_of_a_restore(entry.name):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem

    @contextmanager
    def occupied(self, told: str) -> Iterator[None]:
        """Hold the folder for this process and its children. `told` is what others are told. Raises FolderInUse."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "running.lock").open("a+")
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                lock.seek(0)
                raise FolderInUse(self.path, lock.read().strip()) from problem
            lock.truncate(0)
            lock.write(told)
            lock.flush()
            yield

    def enter(self) -> None:
        """Share the folder with other commands for as long as this process and its children live. Raises FolderInUse while
        it is being restored, FolderProblem after a restore that was cut off.
        """
        _entered.append(self._locked(fcntl.LOCK_SH, "a restore is going on"))
        if (self.path / NOTE).exists():
            msg = (
                f"A restore into {self.path} was interrupted. Start any command again, and what was there is put back."
            )
            raise FolderProblem(msg)
        if self.moved_database.exists() and not self.database.exists() and not os.environ.get("TRADEWIND_DATABASE_URL"):
            msg = (
                f"The database of {self.path} has moved to PostgreSQL. Set TRADEWIND_DATABASE_URL to it. To go back to how"
                f" it was before the move, rename {self.moved_database.name} to {self.database.name}."
            )
            raise FolderProblem(msg)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other command uses the folder meanwhile. Raises FolderInUse while one does."""
        lock = self._locked(fcntl.LOCK_EX, "a command is at work there")
        try:
            yield
        finally:
            os.close(lock)

    def holdings(self) -> list[str]:
        """Names of what makes up the installation: all that a restore has to move out of the way."""
        kept = {*_LOCKS, self.backups.name, self.log_file.parent.name}
        found = sorted(self.path.iterdir()) if self.path.is_dir() else []
        names = [entry.name for entry in found if _is_ours(entry) and entry.name not in kept]
        return [name for name in names if not is_of_a_restore(name)]

    def set_database_aside(self) -> None:
        """After a move. Nobody has it open."""
        for ending in ("-wal", "-shm", ""):
            file = self.path / f"{self.database.name}{ending}"
            if file.exists():
                file.rename(self.path / f"{self.moved_database.name}{ending}")

    def secret(self) -> str | None:
        return self.secret_file.read_text().strip() if self.secret_file.exists() else None

    def _locked(self, how: int, told: str) -> int:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / "tradewind.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise _not_usable(self.path, problem) from problem
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            os.close(lock)
            raise FolderInUse(self.path, told) from problem
        return lock

    def _refuse_strange_things(self) -> None:
        if self.path.exists() and any(not _is_ours(entry) for entry in self.path.iterdir()):
            msg = f"{self.path} holds other files. Name an empty or new folder with --data DIR."
            raise FolderProblem(msg)

    def _refuse_what_could_be_a_shop(self) -> None:
        """A demo can be thrown away. Without a marker, only what an interrupted start may leave is known to be one."""
        left = {self.secret_file, self._unfinished_marker, *(self.path / name for name in _LOCKS)}
        if any(entry not in left and not _is_folder(entry) for entry in self.path.rglob("*")):
            msg = (
                f"{self.path} holds files, but no {self.marker.name} that says what they are. Take it from a backup,"
                " or name another folder with --data DIR."
            )
            raise FolderProblem(msg)

    def _make_secret(self) -> None:
        try:
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))

    def _mark(self, kind: FolderKind) -> None:
        self._unfinished_marker.write_text(json.dumps({"kind": kind, "format": 1}) + "\n")
        self._unfinished_marker.replace(self.marker)


def _is_ours(entry: Path) -> bool:
    return entry.name in _OURS or entry.name.startswith("tradewind.")


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()


def _not_usable(path: Path, problem: OSError) -> FolderProblem:
    words = (problem.strerror or str(problem)).lower()
    return FolderProblem(
        f"{path} cannot be used: {words}. Mend its permissions, or name another folder with --data DIR."
    )
