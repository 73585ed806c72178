"""A database with all migrations and nothing else. The first worker of a run that needs one migrates its own, the others copy that.

Migrations take some seconds each time, and a run had them made thirty times: for each worker, and for each test that starts
programs on a database of their own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from django.db import connection

from tests.made_once import place_of_this_run, taking_turns

# On PostgreSQL; on SQLite it is a file of the run's.
NAME: Final = "test_tradewind_migrated"


def file() -> Path:
    """On SQLite the database, on PostgreSQL the sign that it is there."""
    return place_of_this_run() / "migrated.sqlite3"


@contextmanager
def once_for_all_workers() -> Iterator[None]:
    """While Django makes the test database of this worker inside the block."""
    with taking_turns("migrated"):
        if file().exists():
            with pytest.MonkeyPatch.context() as patch:
                _make_by_copying(patch)
                yield
        else:
            before = connection.settings_dict["NAME"]
            yield
            if connection.settings_dict["NAME"] != before:  # some test wants a database
                _keep_a_copy()


def forget() -> None:
    """At the end of a run, when nobody copies any more."""
    if file().exists() and connection.vendor == "postgresql":
        with psycopg.connect(os.environ["TRADEWIND_DATABASE_URL"], autocommit=True) as server:
            server.execute(f"DROP DATABASE {NAME}".encode())
    file().unlink(missing_ok=True)


def _make_by_copying(patch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        patch.setitem(connection.settings_dict["TEST"], "TEMPLATE", NAME)
        return
    creation: Any = connection.creation
    make = creation._create_test_db

    def copy(*words: Any) -> str:
        name = str(make(*words))
        shutil.copy(file(), name)
        return name

    patch.setattr(creation, "_create_test_db", copy)


def _keep_a_copy() -> None:
    own = str(connection.settings_dict["NAME"])
    connection.close()  # nobody may use what is copied
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}"')
            cursor.execute(f'CREATE DATABASE "{NAME}" TEMPLATE "{own}"')
        file().touch()
    else:
        shutil.copy(own, file())
