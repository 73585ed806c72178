"""`tradewind import orders` as a process: what it prints, how it ends, and what a kill leaves behind."""

import json
import lzma
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

from tests.cli.parts import ROOT, environment, run
from tests.orders.importing.conftest import SAMPLES

HEAD = "order,sku,title,quantity,price,date,customer,country,currency\n"
ROW = "1,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,EUR\n"
PLAIN = str(SAMPLES / "plain.toml")
ORDERS = 3_000

pytestmark = [pytest.mark.slow, pytest.mark.processes]


def command(folder: Path, *words: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return run("import", "orders", *words, TRADEWIND_DATA=str(folder / "data"), LC_ALL="C.UTF-8", **changes)


def test_one_json_object_is_printed_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv.xz"
    file.write_bytes(lzma.compress(f"{HEAD}{ROW}x,y\n".encode()))

    done = command(tmp_path, file, "--from", "csv", "--mapping", PLAIN, "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "account": "An older shop",
        "report": None,
        "dry_run": False,
        "read": 2,
        "orders": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "older": 0,
        "contradicted": 0,
        "unpriced": 0,
        "unknown_statuses": {},
        "rejected": 1,
        "reject_file": str(tmp_path / "orders.rejects.csv"),
        "sums": {"EUR": "19.00"},
        "rounding": {},
    }


def test_a_pipe_is_read_and_told_in_words(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tradewind", "import", "orders", "-", "--mapping", PLAIN, "--account", "By pipe"]
    done = subprocess.run(
        words,
        input=f"{HEAD}{ROW.replace('9.50', '0.335')}x,y\n".encode(),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=environment(TRADEWIND_DATA=str(tmp_path), LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1"),
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.decode().splitlines() == [
        "1 orders from 2 rows in the account “By pipe”: 1 created, 0 updated, 0 unchanged.",
        "Sum: 0.67 EUR",
        f"1 rows were rejected: {tmp_path / 'rejects' / 'stdin.rejects.csv'} says why.",
    ]


def test_what_cannot_be_imported_is_told_in_one_line_and_leaves_no_folder(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text((SAMPLES / "plain.toml").read_text().replace("sku =", "skuu ="))

    missing = command(tmp_path, tmp_path / "orders.csv", "--mapping", PLAIN)
    mistaken = command(tmp_path, PLAIN, "--mapping", wrong)
    too_long = command(tmp_path, PLAIN, "--mapping", PLAIN, "--account", "x" * 81)

    assert [done.returncode for done in (missing, mistaken, too_long)] == [2, 2, 2]
    assert (
        missing.stderr
        == f"tradewind: {tmp_path / 'orders.csv'} does not exist. Name a CSV file, or - to read from a pipe.\n"
    )
    assert mistaken.stderr.startswith(f'tradewind: {wrong}, line 6: unknown key "skuu"; known here: ')
    assert too_long.stderr == "tradewind: The account's name has more than 80 signs. Choose a shorter one.\n"
    assert [done.stdout for done in (missing, mistaken, too_long)] == ["", "", ""]
    assert not (tmp_path / "data").exists()


def test_a_wrong_file_or_the_own_shop_end_with_2(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW)

    wrong = command(tmp_path, PLAIN, "--mapping", PLAIN, "--json")
    own = command(tmp_path, file, "--mapping", PLAIN, "--account", "own shop", "--json")

    assert (wrong.returncode, own.returncode, wrong.stdout, own.stdout) == (2, 2, "", "")
    assert wrong.stderr.startswith(f'tradewind: {PLAIN} has no column "order" (columns.order of the mapping). It has: ')
    assert (
        own.stderr
        == 'tradewind: "own shop" is the own shop, and no file adds orders to it. Name another with --account.\n'
    )


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
def places(tmp_path: Path) -> Iterator[list[Place]]:
    """Two places, on the database server of this run if it has one."""
    server = os.environ.get("TRADEWIND_DATABASE_URL", "")
    names = [f"importing_{uuid.uuid4().hex}" for _ in range(2)] if server else ["", ""]
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}".encode())
    found = []
    for number, name in enumerate(names):
        (tmp_path / str(number)).mkdir()
        found.append(Place(tmp_path / str(number), f"{server.rpartition('/')[0]}/{name}" if server else ""))
    yield found
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_killed_in_the_middle_orders_are_whole_and_a_rerun_makes_what_one_clean_run_makes(
    places: list[Place], tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    row = ROW.removeprefix("1")
    file.write_text(HEAD + "".join(f"{n}{row}{n}{row.replace(',A,', ',POST,')}" for n in range(ORDERS)) + "x,y\n")
    killed, clean = places

    process = subprocess.Popen(
        [sys.executable, "-m", "tradewind", "import", "orders", str(file), "--mapping", PLAIN],
        cwd=ROOT,
        env=environment(TRADEWIND_DATA=str(killed.folder / "data"), **killed.changes),
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and killed.count() == 0:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = killed.count()
    lines = killed.rows("SELECT order_id FROM orders_orderline GROUP BY 1 HAVING count(*) = 2")

    assert 0 < left < ORDERS
    assert len(lines) == left

    again = command(killed.folder, file, "--mapping", PLAIN, "--json", **killed.changes)
    once = command(clean.folder, file, "--mapping", PLAIN, "--json", **clean.changes)

    assert (again.stderr, once.stderr) == ("", "")
    assert {**json.loads(again.stdout), "created": ORDERS, "unchanged": 0} == json.loads(once.stdout)
    assert json.loads(again.stdout)["unchanged"] == left
    assert killed.everything() == clean.everything()
    # Each stands in the list of the console, with the orders that it made: these can be taken back there.
    files = """SELECT f.state, f."by", count(e.id) FROM orders_orderfile f
        LEFT JOIN orders_fileentry e ON e.file_id = f.id GROUP BY f.id, 1, 2 ORDER BY f.id"""
    assert killed.rows(files) == [("failed", "command", left), ("applied", "command", ORDERS - left)]


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


def test_a_channels_file_is_read_as_it_came_and_its_summary_says_what_it_was(tmp_path: Path) -> None:
    file = tmp_path / "unshipped.tsv"
    file.write_bytes((SAMPLES.parent / "marketplaces" / "samples" / "amazon_unshipped_27.tsv").read_bytes())

    first = command(tmp_path, file, "--from", "amazon", "--account", "Amazon.de", "--json")
    again = command(tmp_path, file, "--from", "amazon", "--account", "Amazon.de")

    assert (first.returncode, first.stderr) == (0, "")
    told = json.loads(first.stdout)
    assert (told["account"], told["report"], told["created"], told["unpriced"]) == (
        "Amazon.de",
        "amazon.unshipped",
        2,
        2,
    )
    assert again.stdout.splitlines() == [
        "2 orders from 3 rows in the account “Amazon.de”: 0 created, 0 updated, 2 unchanged.",
        "2 orders are without amounts: this file does not tell what was paid.",
    ]


def test_options_that_do_not_go_together_are_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(HEAD + ROW)

    told = [
        command(tmp_path, file, *words).stderr
        for words in (
            ["--from", "ebay"],
            ["--from", "ebay", "--account", "A", "--mapping", PLAIN],
            ["--from", "ebay", "--account", "A", "--zone", "Mars"],
            ["--from", "ebay", "--account", "A", "--currency", "euro"],
            [],
            ["--mapping", PLAIN, "--currency", "EUR"],
        )
    ]

    assert told == [
        "tradewind: Name the shop account of these orders with --account. It is made if there is none.\n",
        "tradewind: --from ebay needs no mapping. Leave --mapping out, or use --from csv.\n",
        'tradewind: there is no time zone "Mars"; write it like "Europe/London".\n',
        'tradewind: "euro" is not a currency; write it like EUR.\n',
        "tradewind: A csv needs --mapping FILE.toml. A sales channel's own file needs --from and no mapping.\n",
        "tradewind: --currency: the mapping says that.\n",
    ]
    assert not (tmp_path / "data").exists()


def test_a_file_of_another_source_ends_with_2_and_says_which(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes((SAMPLES.parent / "marketplaces" / "samples" / "shopify_orders.csv").read_bytes())

    done = command(tmp_path, file, "--from", "ebay", "--account", "Ours")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"tradewind: {file} looks like “Shopify, orders export”. Import it with --from shopify.\n"
