"""A database backend: Django's PostgreSQL, whose kept connections are tried again only after a pause, and which has a
way past Django's wrappers: for the statement that every page asks, and for those that want a plan of their own.

Django tries a kept connection with a statement of its own at every request, and that costs as much as the one statement
of a cached page. Where the server went away within the pause, one request of each thread fails, as it would have failed
had the server gone a moment later.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

Database = base.Database  # type: ignore[attr-defined]  # Django looks for it in this module

# A restart of the server takes longer.
PROVEN_FOR: Final = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection, and when it was last known to live."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._proven_at = 0.0
        self._short: _ShortWays | None = None  # of the present connection

    def is_usable(self) -> bool:
        is_proven = monotonic() - self._proven_at < PROVEN_FOR
        if is_proven and not self.errors_occurred and not self.connection.closed:
            return True
        is_usable = bool(super().is_usable())
        self._proven_at = monotonic() if is_usable else 0.0
        return is_usable

    @contextmanager
    def planning_anew(self) -> Iterator[None]:
        """Statements within are planned for just their values, those that were planned for all values among them."""
        held = self.connection
        before = held.prepare_threshold if held is not None else None
        if held is not None:
            held.prepare_threshold = None
        try:
            yield
        finally:
            if held is not None:
                held.prepare_threshold = before

    def rows_past_wrappers(
        self, statement: str, parameters: Sequence[Any], *, is_planned_once: bool
    ) -> list[tuple[Any, ...]]:
        """All rows, past Django's wrappers, which cost more than psycopg and a short statement together. Planned once a
        connection, or each time for just these values.
        """
        with self.wrap_database_errors:
            self.validate_thread_sharing()
            self.close_if_health_check_failed()
            self.ensure_connection()
            if self._short is None or self._short.connection is not self.connection:
                self._short = _ShortWays(self.connection)
            # Only psycopg's own cursor begins the transaction that is to be open.
            if is_planned_once and self.connection.autocommit:
                return self._short.rows(statement, parameters)
            return list(self._short.cursor.execute(statement, parameters, prepare=is_planned_once).fetchall())


class _ShortWays:
    """To one connection: psycopg's own cursor, and statements handed to libpq, which come back in half of its time."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.cursor = psycopg.Cursor(connection)
        self._reader = Transformer(connection)
        self._planned: dict[str, bytes] = {}
        self._prepared = 0

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """For few statements: each text is kept by the server as long as the connection."""
        name = self._planned.get(statement) or self._plan(statement)
        try:
            found = self._checked(
                self.connection.pgconn.exec_prepared(name, [str(each).encode() for each in parameters])
            )
        except psycopg.Error:
            del self._planned[statement]  # what it reads may have another form now
            raise
        self._reader.set_pgresult(found)
        return self._reader.load_rows(0, found.ntuples, tuple)

    def _plan(self, statement: str) -> bytes:
        pieces = statement.split("%s")
        numbered = pieces[0] + "".join(f"${place}{piece}" for place, piece in enumerate(pieces[1:], start=1))
        self._prepared += 1
        name = b"tw_%d" % self._prepared
        self._checked(self.connection.pgconn.prepare(name, numbered.encode()))
        self._planned[statement] = name
        return name

    def _checked(self, result: Any) -> Any:
        """Raises what the server said."""
        if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
            if self.connection.closed:
                raise psycopg.OperationalError(result.get_error_message())
            raise psycopg.errors.error_from_result(result)
        return result
