"""Rows of statements that are written by hand because much depends on how they are run."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


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


def _rows(statement: str, parameters: Sequence[Any], *, is_planned_once: bool) -> list[tuple[Any, ...]]:
    """By the database's own way, where it has one and nobody listens to statements."""
    way = getattr(connection, "rows_past_wrappers", None)
    if way is not None and not connection.queries_logged and not connection.execute_wrappers:
        found: list[tuple[Any, ...]] = way(statement, parameters, is_planned_once=is_planned_once)
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
