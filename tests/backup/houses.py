"""Installations for tests of backups: a data folder and, on PostgreSQL, a database of its own, looked at from outside."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg

from tests.cli.parts import ROOT, environment, run
from tradewind.backup.archive import TAKEN
from tradewind.backup.databases import Database
from tradewind.backup.making import Source
from tradewind.backup.manifest import Head
from tradewind.backup.postgresql import Server
from tradewind.backup.sqlite import SqliteFile
from tradewind.config.folders import DataFolder

# The server of this run; empty on SQLite.
SERVER = os.environ.get("TRADEWIND_DATABASE_URL", "")


@dataclass(frozen=True)
class House:
    folder: DataFolder
    url: str

    @property
    def changes(self) -> dict[str, str]:
        return {"TRADEWIND_KIND": "demo", "TRADEWIND_DATABASE_URL": self.url, "TRADEWIND_LOG_LEVEL": "CRITICAL"}

    @property
    def server(self) -> Server | None:
        return Server.of(environ.Env.db_url_config(self.url)) if self.url else None

    @property
    def database(self) -> Database:
        return self.server or SqliteFile(self.folder.database)

    def command(self, *words: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
        return run(words[0], "--data", self.folder.path, *words[1:], **{**self.changes, **changes})

    def script(self, *words: str) -> subprocess.Popen[str]:
        """`tests.backup.processes.selling` in this house."""
        env = environment(**self.changes, TRADEWIND_DATA=str(self.folder.path))
        env |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "tradewind.config.settings"}
        command = [sys.executable, "-m", "tests.backup.processes.selling", *words]
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)

    def python(self, program: str) -> subprocess.CompletedProcess[str]:
        """Lines of a program that has the house for its settings."""
        env = environment(**self.changes, TRADEWIND_DATA=str(self.folder.path))
        env |= {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "tradewind.config.settings"}
        command = [sys.executable, "-c", program]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)

    def source(self) -> Source:
        return Source(
            self.folder.path, self.database, Head("0.1.0", "2026-11-23T06:00:00Z", "demo", self.database.kind)
        )

    def rows(self) -> dict[str, list[str]]:
        """Every table with all its rows."""
        return dict(self._rows())

    def one(self, statement: str) -> Any:
        return self.all(statement)[0][0]

    def all(self, statement: str) -> list[tuple[Any, ...]]:
        if self.server is None:
            with closing(sqlite3.connect(self.folder.database)) as database:
                return database.execute(statement).fetchall()
        with self.server.connect() as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]

    def write(self, statement: str) -> None:
        if self.server is None:
            with closing(sqlite3.connect(self.folder.database)) as database:
                database.execute(statement)
                database.commit()
            return
        with self.server.connect() as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def files(self) -> dict[str, bytes]:
        """Every file of the data folder that is anybody's, by its path."""
        return {
            path.relative_to(self.folder.path).as_posix(): path.read_bytes()
            for name in TAKEN
            for path in [self.folder.path / name, *(self.folder.path / name).rglob("*")]
            if path.is_file()
        }

    def _rows(self) -> Iterator[tuple[str, list[str]]]:
        of_sqlite = "SELECT name, 'r' FROM sqlite_master WHERE type = 'table'"
        ours = "relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        of_postgresql = f"SELECT relname, relkind::text FROM pg_class WHERE {ours}"
        for table, kind in self.all(of_postgresql if self.url else of_sqlite):
            # Of a sequence, how many numbers are written down ahead is nobody's business.
            columns = "last_value, is_called" if kind == "S" else "*"
            yield table, sorted(map(repr, self.all(f'SELECT {columns} FROM "{table}"')))


@contextmanager
def new_url(*, like: str = "") -> Iterator[str]:
    """The address of a new database on the server of this run, a copy of the one with this name; empty on SQLite."""
    if not SERVER:
        yield ""
        return
    name = f"backup_{secrets.token_hex(6)}"
    template = f" TEMPLATE {like}" if like else ""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{template}")
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def name_in(url: str) -> str:
    """Of the database; empty on SQLite."""
    return urlsplit(url).path[1:]


@contextmanager
def copied(house: House, to: Path) -> Iterator[House]:
    """The same again, with a folder and a database of its own."""
    with new_url(like=name_in(house.url)) as url:
        yield House(DataFolder(Path(shutil.copytree(house.folder.path, to))), url)
