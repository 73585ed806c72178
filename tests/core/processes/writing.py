"""Writes to one SQLite file as fast as it can, and prints what it had to bear.

    python -m tests.core.processes.writing FILE ENGINE START SECONDS

Each write reads a counter and stores one more, so a write that was lost shows. START is a moment of the monotonic
clock, so that all begin together. `hold` as the last word: take the lock, say so, and never let go.
"""

import json
import sys
import time

import django
from django.conf import settings
from django.db.utils import ConnectionHandler, OperationalError

settings.configure(USE_TZ=True)
django.setup()


def open_file(path: str, engine: str, timeout: float = 20.0) -> ConnectionHandler:
    """Ours takes turns and begins IMMEDIATE; Django's own is used as Django sets it up."""
    options = {"timeout": timeout, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"}
    if engine != "django.db.backends.sqlite3":
        options["transaction_mode"] = "IMMEDIATE"
    return ConnectionHandler({"default": {"ENGINE": engine, "NAME": path, "OPTIONS": options}})


def count_up(connections: ConnectionHandler) -> None:
    connection = connections["default"]
    connection.set_autocommit(autocommit=False, force_begin_transaction_with_broken_autocommit=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM counter")
            (number,) = cursor.fetchone()
            cursor.execute("UPDATE counter SET number = %s", [number + 1])
        connection.commit()
    except OperationalError:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(autocommit=True)


def write(path: str, engine: str, start: str, seconds: str) -> None:
    connections = open_file(path, engine)
    connections["default"].ensure_connection()
    time.sleep(max(0.0, float(start) - time.monotonic()))
    waits: list[float] = []
    errors = 0
    while time.monotonic() < float(start) + float(seconds):
        begun = time.monotonic()
        try:
            count_up(connections)
        except OperationalError:
            errors += 1
        waits.append(time.monotonic() - begun)
    print(json.dumps({"writes": len(waits) - errors, "errors": errors, "longest": max(waits)}))  # noqa: T201  # its result


def hold(path: str) -> None:
    connection = open_file(path, "tradewind.core.sqlite")["default"]
    connection.set_autocommit(autocommit=False, force_begin_transaction_with_broken_autocommit=True)
    connection.cursor().execute("UPDATE counter SET number = 1000")
    print("holding", flush=True)  # noqa: T201  # for who started us
    time.sleep(600)


if __name__ == "__main__":
    if sys.argv[-1] == "hold":
        hold(sys.argv[1])
    else:
        write(*sys.argv[1:])
