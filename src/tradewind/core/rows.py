"""Rows of statements that are written by hand because much depends on how they are run."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection, models

_AT_ONCE: Final = 5_000


def first_row(statement: str, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row, or None: for the few statements, always with the same text, that each page asks in order to know whether
    what it keeps is still true.
    """
    return next(iter(_rows(statement, parameters, is_planned_once=True)), None)


def rows_planned_anew(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows: for statements that are best answered in one way for a frequent word and in another for a rare one."""
    return _rows(statement, parameters, is_planned_once=False)


def one_by_one(subquery: str) -> str:
    """EXISTS, asked for one row after the other along the order of the statement, as SQLite does it anyway.

    PostgreSQL would turn it into a join and often begin with all rows that meet it; OFFSET keeps it from that.
    """
    return f"EXISTS ({subquery}{'' if connection.vendor == 'sqlite' else ' OFFSET 0'})"


def update_each(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write (key, value, …) of many rows, with values in the order of `names`, each row its own. The statement is made once:
    Django would make one for each row, or one that grows with the rows.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    written = [[*map(_as_stored, fields, values), key] for key, *values in rows]
    if not written:
        return
    columns = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", written)  # noqa: S608  # names of our own


def hold_all(model: type[models.Model], keys: Iterable[int], *, no_key: bool = True) -> None:
    """Hold many rows for the caller's transaction, in the order of their keys: of two who do this, neither waits for what the
    other waits for. `no_key` lets others go on making rows that name them. On SQLite there is one writer anyway.
    """
    if not connection.features.has_select_for_update:
        return
    ordered = sorted(set(keys))
    for begin in range(0, len(ordered), _AT_ONCE):
        rows = model._default_manager.select_for_update(no_key=no_key).filter(pk__in=ordered[begin : begin + _AT_ONCE])
        list(rows.order_by("pk").values_list("pk"))


def _as_stored(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _rows(statement: str, parameters: Sequence[Any], *, is_planned_once: bool) -> list[tuple[Any, ...]]:
    """By the database's own way, where it has one and nobody listens to statements."""
    way = getattr(connection, "rows_past_wrappers", None)
    if way is not None and not connection.queries_logged and not connection.execute_wrappers:
        found: list[tuple[Any, ...]] = way(statement, parameters, is_planned_once=is_planned_once)
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
