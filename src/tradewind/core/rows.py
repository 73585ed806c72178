"""Rows of statements that are written by hand because much depends on how they are run."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def first_row(statement: str, parameters: Sequence[str]) -> tuple[Any, ...] | None:
    """The first row, or None: for the statement that each page asks in order to know whether what it keeps is still true."""
    ask = _way("first_row")
    if ask is not None:
        row: tuple[Any, ...] | None = ask(statement, parameters)
        return row
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def rows_planned_anew(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows: for statements that are best answered in one way for a frequent word and in another for a rare one."""
    ask = _way("rows_planned_anew")
    if ask is not None:
        rows: list[tuple[Any, ...]] = ask(statement, parameters)
        return rows
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def one_by_one(subquery: str) -> str:
    """EXISTS, asked for one row after the other along the order of the statement, as SQLite does it anyway.

    PostgreSQL would turn it into a join and often begin with all rows that meet it; OFFSET keeps it from that.
    """
    return f"EXISTS ({subquery}{'' if connection.vendor == 'sqlite' else ' OFFSET 0'})"


def _way(name: str) -> Any:
    """The database's own, where it has one and nobody listens to statements."""
    listens = connection.queries_logged or connection.execute_wrappers
    return None if listens else getattr(connection, name, None)
