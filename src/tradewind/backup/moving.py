"""Moving a shop from SQLite to PostgreSQL: all tables in one transaction, and every row read again from both sides before it
counts.

Values go through the models' own fields, which know how each database writes a moment, a decimal or a document. Until the end
PostgreSQL shows an empty database, whatever becomes of us, and the SQLite file is only read.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any, Final

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection, connections, models, transaction
from django.db.models.functions import Collate
from psycopg import sql

from tradewind.backup.problems import BackupProblem

OLD: Final = "old"
_ROWS_AT_ONCE: Final = 2000
# SQLite's full-text index and its own tables; PostgreSQL has an index of its own.
_OF_SEARCH: Final = ("core_search_index", "sqlite_")
# Made once all rows are there: row by row, those of the search alone take ten times as long.
_INDEXES: Final = """SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT i.indisunique ORDER BY 1"""

Table = type[models.Model]
OnTable = Callable[[str, int], None]


class NotMoved(BackupProblem):
    """PostgreSQL does not take a row, or has another than SQLite. Nothing was changed."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table} cannot be moved: {reason}. Nothing was changed; mend that row, then start again.")


def move_rows(*, on_table: OnTable | None = None) -> dict[str, int]:
    """From the data folder's SQLite, which is up to date, into the empty PostgreSQL database of the settings; the rows of each
    table. The folder and the server are the caller's alone. Raises NotMoved.
    """
    open_old()
    tables = _tables()
    _refuse_what_we_do_not_know(tables)
    moved = {}
    with transaction.atomic():
        call_command("migrate", verbosity=0, interactive=False)
        _empty(tables)
        with _indexes_made_afterwards():
            for table in tables:
                name = table._meta.db_table
                with _refusals_in_words(name):
                    moved[name] = _copy(table)
                if on_table:
                    on_table(name, moved[name])
            with _refusals_in_words("A row that names another"):
                _run("SET CONSTRAINTS ALL IMMEDIATE")
        _keep_numbers_used_up(tables)
        for table in tables:
            _compare(table)
    connections[OLD].close()
    return moved


def open_old() -> None:
    """Let `OLD` name the SQLite file of the data folder, beside the database of the settings."""
    connections.settings = connections.configure_settings({**settings.DATABASES, OLD: settings.SQLITE})


def _tables() -> list[Table]:
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted((model for model in found if not model._meta.proxy), key=lambda model: model._meta.db_table)


def _refuse_what_we_do_not_know(tables: Sequence[Table]) -> None:
    """Raises NotMoved for a table with rows that no model of ours would move."""
    known = {table._meta.db_table for table in tables} | {"django_migrations", "sqlite_sequence"}
    with connections[OLD].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        others = [name for (name,) in cursor.fetchall() if name not in known and not name.startswith(_OF_SEARCH)]
        for name in others:
            cursor.execute(f"SELECT 1 FROM {connections[OLD].ops.quote_name(name)} LIMIT 1")  # noqa: S608  # a table's name
            if cursor.fetchone():
                raise NotMoved(name, "this Tradewind does not know that table, which has rows")


def _keep_numbers_used_up(tables: Sequence[Table]) -> None:
    """SQLite never gives a number again, also when its row has gone: what remembers numbers must not meet a stranger there."""
    with connections[OLD].cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        last = dict(cursor.fetchall())
    for table in tables:
        name, key = table._meta.db_table, table._meta.pk
        if last.get(name):
            sequence = "pg_get_serial_sequence(%s, %s)"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT setval({sequence}, %s)", [f'"{name}"', key.column if key else "", last[name]])


def _empty(tables: Sequence[Table]) -> None:
    """Migrating leaves rows of its own, under numbers of its own."""
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    names = sql.SQL(", ").join(sql.Identifier(table._meta.db_table) for table in tables)
    _run(sql.SQL("TRUNCATE {}").format(names))
    _run("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _indexes_made_afterwards() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES)
        found = cursor.fetchall()
    for name, _ in found:
        _run(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    _run("SET LOCAL maintenance_work_mem = '256MB'")
    for _, made_by in found:
        _run(made_by)


def _copy(table: Table) -> int:
    fields = _fields(table)
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table._meta.db_table), columns)
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        for row in _rows(table, OLD):
            into.write_row([_written(field, value) for field, value in zip(fields, row, strict=True)])
            count += 1
    return count


def _compare(table: Table) -> None:
    """Raises NotMoved at the first row that is not the same on both sides."""
    name = table._meta.db_table
    for before, after in zip_longest(_rows(table, OLD), _rows(table, connection.alias)):
        if before != after:
            raise NotMoved(name, f"PostgreSQL has {after} where SQLite has {before}")


def _rows(table: Table, alias: str) -> Iterator[tuple[Any, ...]]:
    """In the order of their keys: bytes, which is SQLite's order of texts and not PostgreSQL's."""
    found: models.QuerySet[Any] = models.QuerySet(table, using=alias)
    key = table._meta.pk
    while isinstance(key, models.ForeignKey):
        key = key.target_field
    by_bytes = isinstance(key, models.CharField | models.TextField) and alias != OLD
    ordered = found.order_by(Collate("pk", "C") if by_bytes else "pk")
    names = [field.attname for field in _fields(table)]
    for row in ordered.values_list(*names).iterator(chunk_size=_ROWS_AT_ONCE):
        yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def _fields(table: Table) -> list[Any]:
    return [field for field in table._meta.concrete_fields if not field.generated]


def _written(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


@contextmanager
def _refusals_in_words(table: str) -> Iterator[None]:
    try:
        yield
    except (DatabaseError, psycopg.Error) as problem:  # Django does not translate what COPY says
        diagnosis = getattr(problem if isinstance(problem, psycopg.Error) else problem.__cause__, "diag", None)
        where = getattr(diagnosis, "context", None) or getattr(diagnosis, "message_detail", None)
        said = str(problem).strip().partition("\n")[0].rstrip(".")
        raise NotMoved(table, f"{said} ({where})" if where else said) from problem


def _run(statement: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
