"""PostgreSQL copied and put back by its own programs, in one snapshot and one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tradewind.backup.databases import Copied, private_name
from tradewind.backup.manifest import POSTGRESQL
from tradewind.backup.problems import NotRestorable, ToolFailed, ToolMissing

# What Django's settings of a connection hold that libpq does not know.
_DJANGOS: Final = frozenset({"server_side_binding", "prepare_threshold", "isolation_level", "assume_role", "pool"})
_RESTORING: Final = 7_219_042  # any number that nobody else takes a lock on
_DEBIANS: Final = Path("/usr/lib/postgresql")
_TABLES: Final = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY 1"""
_THINGS: Final = """SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"""
_OTHERS: Final = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server. `parameters` are libpq's, with the password."""

    parameters: Mapping[str, str]
    kind: ClassVar[str] = POSTGRESQL

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Server":
        """From one of Django's DATABASES."""
        named = {name: str(config[key]) for name, key in _NAMES.items() if config.get(key)}
        options = {name: str(value) for name, value in config.get("OPTIONS", {}).items() if name not in _DJANGOS}
        return cls({**options, **named})

    @property
    def place(self) -> str:
        """Which database that is, for people, and to know it again."""
        told = self.parameters
        return f"{told.get('host', 'localhost')}:{told.get('port', '5432')}/{told.get('dbname', '')}"

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(make_conninfo(**self.parameters), autocommit=True)

    def size(self) -> int:
        with self.connect() as connection:
            return int(_one(connection, "SELECT pg_database_size(current_database())"))

    def copy(self, into: Path) -> Copied:
        """Raises ToolMissing and ToolFailed."""
        with self.connect() as connection:
            program = find_program("pg_dump", at_least=major_of(connection))
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = _one(connection, "SELECT pg_export_snapshot()")
            schema = _one(connection, "SELECT current_schema()")
            words = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            with into.open("xb") as file:
                self._run([*words, f'--schema="{schema}"', *self.address], file)
            return describe(connection)

    @property
    def address(self) -> list[str]:
        """For the command line of a program: without the password, which everybody on the machine could read there."""
        return ["--dbname", make_conninfo(**{k: v for k, v in self.parameters.items() if k != "password"})]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PGPASSWORD": self.parameters.get("password", ""), "LC_ALL": "C.UTF-8"}

    def _run(self, words: Sequence[str], into: IO[bytes]) -> None:
        with tempfile.TemporaryFile() as said:
            # Through us: a program whose reader was killed ends, too.
            process = subprocess.Popen(words, env=self.environment, stdout=subprocess.PIPE, stderr=said)
            try:
                assert process.stdout is not None  # noqa: S101  # because it is a pipe
                shutil.copyfileobj(process.stdout, into, 1 << 20)
            except BaseException:
                process.kill()
                raise
            finally:
                process.communicate()
            _refuse_failure(words[0], process.returncode, said)


_NAMES: Final = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def describe(connection: "psycopg.Connection[tuple[Any, ...]]") -> Copied:
    """What the connection's transaction sees."""
    names = [str(row[0]) for row in connection.execute(_TABLES).fetchall()]
    count = sql.SQL("SELECT count(*) FROM {}")
    tables = {name: int(_one(connection, count.format(sql.Identifier(name)))) for name in names}
    if not {"django_migrations", "core_storedfile"} <= tables.keys():
        return Copied(tables, (), frozenset())
    migrations = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    files = connection.execute("SELECT digest FROM core_storedfile").fetchall()
    named = frozenset(private_name(str(row[0])) for row in files)
    return Copied(tables, tuple(sorted(str(row[0]) for row in migrations)), named)


def is_empty(server: Server) -> bool:
    with server.connect() as connection:
        return int(_one(connection, _THINGS)) == 0


def refuse_while_used(server: Server) -> None:
    """Raises NotRestorable while anybody else is connected: other machines do not see our lock."""
    with server.connect() as connection:
        others = int(_one(connection, _OTHERS))
    if others:
        msg = f"{others} others are connected to {server.place}. Stop all machines of the shop first."
        raise NotRestorable(msg)


def put_back(server: Server, dump: Path, *, aside: str) -> None:
    """In one transaction, move what is there aside into the schema of that name and fill a new one from the dump.

    Raises ToolMissing and ToolFailed; then, and when we are killed, the server has changed nothing.
    """
    with server.connect() as connection:
        major = major_of(connection)
        schema = str(_one(connection, "SELECT current_schema()"))
    restore = [find_program("pg_restore", at_least=major), "--no-owner", "--no-privileges", f"--schema={schema}"]
    first = f'BEGIN;\nSELECT pg_advisory_xact_lock({_RESTORING});\nALTER SCHEMA "{schema}" RENAME TO "{aside}";\nCREATE SCHEMA "{schema}";\n'
    psql = [find_program("psql", at_least=major), "-X", "--quiet", "--set=ON_ERROR_STOP=1", *server.address]
    with tempfile.TemporaryFile() as said:
        filling = subprocess.Popen(
            psql, env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        )
        assert filling.stdin is not None  # noqa: S101  # because it is a pipe
        # psql that has ended tells why on its own.
        with suppress(BrokenPipeError), filling.stdin as into:
            into.write(first.encode())
            server._run([*restore, "--file=-", str(dump)], into)  # noqa: SLF001  # of this module
            # Without this line the server takes everything back, whatever became of us.
            into.write(b"\nCOMMIT;\n")
        filling.wait()
        _refuse_failure(psql[0], filling.returncode, said)


def take_back(server: Server, *, aside: str) -> None:
    """Undo `put_back`. Where it never came to its end, there is nothing to undo."""
    with server.connect() as connection, connection.transaction():
        # When we were killed, psql may be about to commit still: wait for how it ends.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_RESTORING])
        if not _has_schema(connection, aside):
            return
        schema = str(_one(connection, "SELECT current_schema()"))
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(aside), sql.Identifier(schema)))


def forget(server: Server, *, aside: str) -> None:
    """Drop what was moved aside, where it was empty."""
    with server.connect() as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(aside)))


def find_program(name: str, *, at_least: int, debians: Path = _DEBIANS) -> str:
    """The path of one of PostgreSQL's programs that is not older than the server. Raises ToolMissing."""
    candidates = [shutil.which(name), str(debians / str(at_least) / "bin" / name)]
    majors = {path: _major_of_program(path) for path in candidates if path and Path(path).exists()}
    fit = [path for path, major in majors.items() if major == at_least]
    newer = [path for path, major in majors.items() if major > at_least]
    if fit or newer:
        return [*fit, *newer][0]
    how = f"On Debian and Ubuntu: sudo apt-get install postgresql-client-{at_least}"
    if not majors or not any(majors.values()):
        msg = f"{name} is missing, and the server is PostgreSQL {at_least}. {how}"
        raise ToolMissing(msg)
    msg = f"{name} is of PostgreSQL {max(majors.values())}, and the server of {at_least}: it must not be older. {how}"
    raise ToolMissing(msg)


def major_of(connection: "psycopg.Connection[tuple[Any, ...]]") -> int:
    return connection.info.server_version // 10_000


def _major_of_program(path: str) -> int:
    """0 where it does not say: Debian's wrapper stands there without a program behind it."""
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if done.returncode == 0 and found else 0


def _refuse_failure(program: str, code: int | None, said: IO[bytes]) -> None:
    if code:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
        msg = f"{Path(program).name} failed: {lines[0] if lines else f'exit code {code}'}."
        raise ToolFailed(msg)


def _has_schema(connection: "psycopg.Connection[tuple[Any, ...]]", name: str) -> bool:
    found = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [name]).fetchone()
    return bool(found and found[0])


def _one(connection: "psycopg.Connection[tuple[Any, ...]]", statement: Any) -> Any:
    row = connection.execute(statement).fetchone()
    if row is None:
        raise LookupError(statement)
    return row[0]
