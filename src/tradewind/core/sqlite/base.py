"""A database backend: Django's SQLite plus a file lock around every write transaction.

SQLite lets waiting writers poll, and an unlucky one starves for seconds. A lock on a file, shared by all processes of
the data folder, hands the turn on at once. Transactions are IMMEDIATE, so that the lock and SQLite's own agree.
"""

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base

Database = base.Database  # type: ignore[attr-defined]  # Django looks for it in this module


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. Holds the turn from BEGIN to COMMIT or ROLLBACK."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: int | None = None

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._turn is None and ":memory:" not in name and "mode=memory" not in name:
            self._turn = os.open(f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._turn, fcntl.LOCK_EX)

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
