"""`tradewind import orders` that is killed, or runs beside itself, on the database of this run."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import migrated
from tests.cli.parts import ROOT, environment, opened_shop
from tests.orders.importing.test_command import HEAD, PLAIN, ROW, command

ORDERS = 3_000

pytestmark = [pytest.mark.slow, pytest.mark.processes]


class Place:
    """A database of its own for commands, and plain SQL on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.changes = {"TRADEWIND_DATABASE_URL": url} if url else {}
        self._url = url

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if self._url:
            with psycopg.connect(self._url) as connection:
                return connection.execute(sql.encode()).fetchall()
        connection = sqlite3.connect(self.folder / "data" / "tradewind.sqlite3", timeout=20)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def count(self) -> int:
        try:
            return int(self.rows("SELECT count(*) FROM orders_order")[0][0])
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            return 0

    def everything(self) -> list[list[tuple[Any, ...]]]:
        """All that an import writes, without random references, keys and times of writing."""
        order = "SELECT external_id, kind, state, country, currency, goods, delivery, discount, total, source_digest FROM orders_order ORDER BY 1"
        line = "SELECT o.external_id, l.position, l.kind, l.sku, l.quantity, l.total FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id ORDER BY 1, 2"
        owner = "SELECT o.external_id, i.value FROM orders_order o JOIN buyers_identity i ON i.buyer_id = o.buyer_id ORDER BY 1"
        fact = "SELECT f.name, s.kind, count(*) FROM core_factrecord f JOIN core_factsubject s ON s.fact_id = f.id GROUP BY 1, 2 ORDER BY 1, 2"
        found = "SELECT kind, count(*) FROM core_searchdocument GROUP BY 1"
        return [self.rows(sql) for sql in (order, line, owner, fact, found)]


@pytest.fixture
def places(tmp_path: Path, migrated_once: None) -> Iterator[list[Place]]:
    """Two places, on the database server of this run if it has one, each opened before."""
    server = os.environ.get("TRADEWIND_DATABASE_URL", "")
    names = [f"importing_{uuid.uuid4().hex}" for _ in range(2)] if server else ["", ""]
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated.NAME}".encode())
    found = []
    for number, name in enumerate(names):
        opened_shop(tmp_path / str(number) / "data")
        found.append(Place(tmp_path / str(number), f"{server.rpartition('/')[0]}/{name}" if server else ""))
    yield found
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def stopped(place: Place, file: Path, by: signal.Signals) -> int:
    """How many orders stand when a command is stopped in the middle."""
    before = place.count()
    process = subprocess.Popen(
        [sys.executable, "-m", "tradewind", "import", "orders", str(file), "--mapping", PLAIN],
        cwd=ROOT,
        env=environment(TRADEWIND_DATA=str(place.folder / "data"), **place.changes),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and place.count() == before:
        time.sleep(0.02)
    process.send_signal(by)
    process.wait()
    return place.count()


def test_killed_in_the_middle_orders_are_whole_and_a_rerun_makes_what_one_clean_run_makes(
    places: list[Place], tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    row = ROW.removeprefix("1")
    file.write_text(HEAD + "".join(f"{n}{row}{n}{row.replace(',A,', ',POST,')}" for n in range(ORDERS)) + "x,y\n")
    killed, clean = places

    first, left = (stopped(killed, file, by) for by in (signal.SIGKILL, signal.SIGINT))
    lines = killed.rows("SELECT order_id FROM orders_orderline GROUP BY 1 HAVING count(*) = 2")

    assert 0 < first < left < ORDERS
    assert len(lines) == left

    again = command(killed.folder, file, "--mapping", PLAIN, "--json", **killed.changes)
    once = command(clean.folder, file, "--mapping", PLAIN, "--json", **clean.changes)

    assert (again.stderr, once.stderr) == ("", "")
    assert {**json.loads(again.stdout), "created": ORDERS, "unchanged": 0} == json.loads(once.stdout)
    assert json.loads(again.stdout)["unchanged"] == left
    assert killed.everything() == clean.everything()
    # Each stands in the list of the console, with the orders that it made: these can be taken back there. That the first
    # was killed is told by its being quiet.
    files = """SELECT f.state, f."by", count(e.id) FROM orders_orderfile f
        LEFT JOIN orders_fileentry e ON e.file_id = f.id GROUP BY f.id, 1, 2 ORDER BY f.id"""
    told = [("applying", first), ("failed", left - first), ("applied", ORDERS - left)]
    assert killed.rows(files) == [(state, "command", number) for state, number in told]


def test_two_imports_of_one_file_at_the_same_time_make_every_order_and_buyer_once(
    places: list[Place], tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    row = ROW.removeprefix("1")
    file.write_text(HEAD + "".join(f"{n}{row.replace('K1', f'K{n % 40}')}" for n in range(1_000)))
    place = places[0]
    command(place.folder, file, "--mapping", PLAIN, "--dry-run", **place.changes)

    words = [sys.executable, "-m", "tradewind", "import", "orders", str(file), "--mapping", PLAIN, "--json"]
    env = environment(TRADEWIND_DATA=str(place.folder / "data"), **place.changes)
    both = [subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert [summary["created"] + summary["unchanged"] for summary in told] == [1_000, 1_000]
    assert sum(summary["created"] for summary in told) == place.count() == 1_000
    assert place.rows("SELECT count(*) FROM buyers_buyer") == [(40,)]
