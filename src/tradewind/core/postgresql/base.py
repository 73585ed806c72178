"""A database backend: Django's PostgreSQL, whose kept connections are tried again only after a pause, and which has a
way past Django's wrappers: for the statement that every page asks, and for those that want a plan of their own.

Django tries a kept connection with a statement of its own at every request, and that costs as much as the one statement
of a cached page. Where the server went away within the pause, one request of each thread fails, as it would have failed
had the server gone a moment later.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base

Database = base.Database  # type: ignore[attr-defined]  # Django looks for it in this module

# A restart of the server takes longer.
PROVEN_FOR: Final = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection, and when it was last known to live."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._proven_at = 0.0
        self._short: Any = None  # psycopg's own cursor of the present connection

    def is_usable(self) -> bool:
        is_proven = monotonic() - self._proven_at < PROVEN_FOR
        if is_proven and not self.errors_occurred and not self.connection.closed:
            return True
        is_usable = bool(super().is_usable())
        self._proven_at = monotonic() if is_usable else 0.0
        return is_usable

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
                self._short = psycopg.Cursor(self.connection)
            return list(self._short.execute(statement, parameters, prepare=is_planned_once).fetchall())
