"""One row for the statement that each page asks in order to know whether what it keeps is still true."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def first_row(statement: str, parameters: Sequence[str]) -> tuple[Any, ...] | None:
    """The first row, or None. Takes the database's short way where it has one and nobody listens to statements."""
    short = getattr(connection, "first_row", None)
    if short is not None and not connection.queries_logged and not connection.execute_wrappers:
        row: tuple[Any, ...] | None = short(statement, parameters)
        return row
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found
