"""A database backend: Django's SQLite plus a file lock around everything that writes.

SQLite lets waiting writers poll, and an unlucky one starves for seconds. A lock on a file, shared by all processes of
the data folder, hands the turn on at once; the kernel takes it from a process that dies. Transactions are IMMEDIATE, so
that the lock and SQLite's own agree.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.backends.sqlite3 import base

Database = base.Database  # type: ignore[attr-defined]  # Django looks for it in this module

_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class _Wait(threading.Thread):
    """Waits in the kernel's queue on behalf of a thread that will not wait for ever.

    Asking again and again with a time limit would lose its place each time; a thread that blocks keeps it.
    """

    def __init__(self, turn: int) -> None:
        super().__init__(daemon=True)
        self._turn = turn
        self._deciding = threading.Lock()
        self._has_turn = False
        self._is_given_up = False

    def run(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        with self._deciding:
            self._has_turn = True
            if self._is_given_up:
                os.close(self._turn)

    def is_over_within(self, seconds: float) -> bool:
        try:
            self.join(seconds)
        except BaseException:
            if not self._give_up():
                os.close(self._turn)
            raise
        return not self._give_up()

    def _give_up(self) -> bool:
        """False when the turn has come already: it is then the caller's to pass on."""
        with self._deciding:
            self._is_given_up = not self._has_turn
            return self._is_given_up


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. Holds the turn from BEGIN to COMMIT or ROLLBACK, or during a write outside a transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: int | None = None

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002  # Django's signature
        return self.connection.cursor(factory=lambda connection: _Cursor(connection, self))

    @contextmanager
    def turn_of_one_statement(self) -> Iterator[None]:
        """For a write that is its own transaction."""
        self._take_turn()
        try:
            yield
        finally:
            self._pass_turn()

    def _take_turn(self) -> None:
        """Raises OperationalError, in SQLite's words, after the time that a writer waits for SQLite's own lock."""
        name = str(self.settings_dict["NAME"])
        if self._turn is not None or ":memory:" in name or "mode=memory" in name:
            return
        turn = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait = _Wait(turn)
            wait.start()
            if not wait.is_over_within(self.settings_dict["OPTIONS"].get("timeout", 5)):
                with self.wrap_database_errors:
                    raise Database.OperationalError("database is locked: another process holds the turn") from None
        self._turn = turn

    def _pass_turn(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._pass_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self._pass_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._pass_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._pass_turn()


class _Cursor(base.SQLiteCursorWrapper):
    """Lets a write outside a transaction wait for its turn as well: Django makes some by itself."""

    def __init__(self, connection: Any, database: DatabaseWrapper) -> None:
        super().__init__(connection)
        self._database = database

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not query.lstrip().upper().startswith(_WRITES):
            return super().execute(query, params)
        with self._database.turn_of_one_statement():
            return super().execute(query, params)
