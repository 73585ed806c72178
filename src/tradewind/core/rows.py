"""Rows of statements that are written by hand because much depends on how they are run."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from tradewind.lib.batches import in_batches

_AT_ONCE: Final = 5_000
_KEYED_AT_ONCE: Final = 500


def first_row(statement: str, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row, or None: for the few statements, always with the same text, that each page asks in order to know whether
    what it keeps is still true.
    """
    return next(iter(_rows(statement, parameters, is_planned_once=True)), None)


def rows_planned_anew(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows: for statements that are best answered in one way for a frequent word and in another for a rare one."""
    return _rows(statement, parameters, is_planned_once=False)


@contextmanager
def planned_anew() -> Iterator[None]:
    """All statements within are planned for just their values: for lists whose filters meet nearly all rows or nearly none.

    PostgreSQL keeps a plan for all values after it has seen a statement a few times, and walks a million rows for the few in
    a rare state.
    """
    with getattr(connection, "planning_anew", nullcontext)():
        yield


def check_now(_apps: object, _schema_editor: object) -> None:
    """A step of migrations, between writing rows and changing their table: PostgreSQL changes none that has checks to come."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def one_by_one(subquery: str) -> str:
    """EXISTS, asked for one row after the other along the order of the statement, as SQLite does it anyway.

    PostgreSQL would turn it into a join and often begin with all rows that meet it; OFFSET keeps it from that.
    """
    return f"EXISTS ({subquery}{'' if connection.vendor == 'sqlite' else ' OFFSET 0'})"


def one_of(column: str, numbers: Sequence[int]) -> tuple[str, list[Any]]:
    """The condition that a column is one of many numbers, given as one parameter: thousands of them cost more than the answer."""
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(numbers))]  # noqa: S608  # a column's name
    # Not = ANY(…), which PostgreSQL would ask of each row of a walk, number by number.
    return f"{column} IN (SELECT unnest(%s::bigint[]))", [list(numbers)]


def insert_each(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows whose keys nobody asks for, with values in the order of `names`. Defaults of the model do not hold."""
    columns = ", ".join(_columns(model, names))
    marks = ", ".join(["%s"] * len(names))
    _run_each(f"INSERT INTO {_table(model)} ({columns}) VALUES ({marks})", model, names, rows)  # noqa: S608  # names of our own


def insert_keyed(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """The same where their keys are asked for: in the order of the rows."""
    columns = ", ".join(_columns(model, names))
    marks = f"({', '.join(['%s'] * len(names))})"
    keys: list[int] = []
    with connection.cursor() as cursor:
        for some in in_batches(_prepared(model, names, rows), _KEYED_AT_ONCE):
            values = ", ".join([marks] * len(some))
            statement = f"INSERT INTO {_table(model)} ({columns}) VALUES {values} RETURNING id"  # noqa: S608  # names of our own
            cursor.execute(statement, [value for row in some for value in row])
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def update_each(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write (value, …, key) of many rows, with values in the order of `names`, each row its own."""
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names))
    _run_each(f"UPDATE {_table(model)} SET {changes} WHERE id = %s", model, [*names, "id"], rows)  # noqa: S608  # as above


def hold_all(model: type[models.Model], keys: Iterable[int], *, no_key: bool = True) -> None:
    """Hold many rows for the caller's transaction, in the order of their keys: of two who do this, neither waits for what the
    other waits for. `no_key` lets others go on making rows that name them. On SQLite there is one writer anyway.
    """
    if not connection.features.has_select_for_update:
        return
    for some in in_batches(sorted(set(keys)), _AT_ONCE):
        rows = model._default_manager.select_for_update(no_key=no_key).filter(pk__in=some)
        list(rows.order_by("pk").values_list("pk"))


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [connection.ops.quote_name(field.column) for field in fields]


def _run_each(statement: str, model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One statement for all rows: Django would make one for each, or one that grows with them, and that takes most of the time."""
    if written := _prepared(model, names, rows):
        with connection.cursor() as cursor:
            cursor.executemany(statement, written)


def _prepared(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """As the database takes them."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks for it at every touch
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    prepare = [field.get_db_prep_save for field in fields]
    return [[each(value, database) for each, value in zip(prepare, row, strict=True)] for row in rows]


def _rows(statement: str, parameters: Sequence[Any], *, is_planned_once: bool) -> list[tuple[Any, ...]]:
    """By the database's own way, where it has one and nobody listens to statements."""
    way = getattr(connection, "rows_past_wrappers", None)
    if way is not None and not connection.queries_logged and not connection.execute_wrappers:
        found: list[tuple[Any, ...]] = way(statement, parameters, is_planned_once=is_planned_once)
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
