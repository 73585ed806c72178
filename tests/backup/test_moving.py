"""From SQLite to PostgreSQL: every row as it was, or nothing at all."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backup.houses import SERVER, House, new_url
from tests.made_once import made_once
from tradewind.config.folders import DataFolder, FolderKind

pytestmark = [
    pytest.mark.slow,
    pytest.mark.processes,
    pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL server, which the run on PostgreSQL has"),
]


@pytest.fixture
def old(tmp_path: Path) -> House:
    return House(DataFolder(Path(shutil.copytree(made_once("house-on-sqlite", _fill), tmp_path / "house"))), "")


def _fill(path: Path) -> None:
    house = House(DataFolder(path), "")
    house.folder.prepare(FolderKind.DEMO)
    assert house.command("manage", "migrate").returncode == 0
    filling = house.script("fill")
    filling.communicate()
    assert filling.returncode == 0


@pytest.fixture
def new(old: House) -> Iterator[House]:
    """The same folder with an empty database on the server."""
    with new_url() as url:
        yield replace(old, url=url)


def indexes(house: House) -> list[tuple[str]]:
    return house.all("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")


def test_every_row_is_there_and_the_shop_goes_on(old: House, new: House) -> None:
    # The last number of a row that has gone is not given again: letters and work remember it.
    old.write("INSERT INTO core_settingvalue (key, value, changed_at) VALUES ('gone', '1', '2026-11-23')")
    gone = old.one("SELECT max(id) FROM core_settingvalue")
    old.write("DELETE FROM core_settingvalue WHERE key = 'gone'")
    counted = {name: len(rows) for name, rows in old.rows().items()}
    email, placed, words = old.all("SELECT email, placed_at, ship_to FROM orders_order")[0]

    moved = new.command("move-to-postgresql", "--json")

    assert (moved.returncode, moved.stderr) == (0, "")
    told = json.loads(moved.stdout)["tables"]
    assert told == {name: rows for name, rows in counted.items() if name in told}
    left_out = {name for name, rows in counted.items() if rows and name not in told and "core_search_index" not in name}
    assert left_out == {"django_migrations", "sqlite_sequence"}
    assert told["orders_order"] == 1
    moment = datetime.fromisoformat(placed).replace(tzinfo=UTC)
    assert new.all("SELECT email, placed_at, ship_to FROM orders_order") == [(email, moment, json.loads(words))]
    # Words are found as before, what comes next gets the next number, and lists are as fast as in a new database.
    found = (
        "SELECT count(*) FROM core_searchdocument WHERE vector @@ '''becher'''::tsquery OR tokens LIKE '%detbecher%'"
    )
    assert new.one(found) > 0
    assert new.one("SELECT last_value FROM core_settingvalue_id_seq") == gone
    last = new.one("SELECT max(id) FROM core_factrecord")
    assert new.one("SELECT nextval('core_factrecord_id_seq')") == last + 1
    added = new.command("staff", "add", "mei@shop.example", "--name", "Mei", "--role", "owner", "--json")
    assert added.returncode == 0, added.stderr
    with new_url() as url:
        fresh = replace(new, url=url)
        assert fresh.command("manage", "migrate", "--verbosity", "0").returncode == 0
        assert indexes(new) == indexes(fresh)


def test_the_old_file_stays_and_nothing_begins_anew_without_the_address(old: House, new: House) -> None:
    before = old.folder.database.read_bytes()
    assert new.command("move-to-postgresql").returncode == 0

    forgotten = old.command("staff", "add", "mei@shop.example", "--name", "Mei", "--role", "owner")

    assert forgotten.returncode == 1
    assert "has moved to PostgreSQL. Set TRADEWIND_DATABASE_URL to it." in forgotten.stderr
    assert not old.folder.database.exists()
    assert old.folder.moved_database.read_bytes()[:100] == before[:100]
    again = new.command("move-to-postgresql")
    assert (again.returncode, "was moved already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [
        ("UPDATE orders_order SET ref = 'a reference that is far too long for its column'", "orders_order"),
        ("UPDATE orders_orderline SET title = 'Mug' || char(0)", "orders_orderline"),
        ("UPDATE orders_orderline SET order_id = 999", "A row that names another"),
        ("CREATE TABLE of_a_stranger AS SELECT 1 AS x", "of_a_stranger"),
    ],
    ids=["too long", "a byte that PostgreSQL does not know", "an order that is not there", "a table of somebody else"],
)
def test_what_postgresql_does_not_take_is_named_and_nothing_is_changed(
    spoilt: str, named: str, old: House, new: House
) -> None:
    old.write(spoilt)

    refused = new.command("move-to-postgresql")

    assert refused.returncode == 1
    assert f"tradewind: {named} cannot be moved: " in refused.stderr
    assert "Nothing was changed" in refused.stderr
    assert new.one("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 0
    assert old.one("SELECT count(*) FROM orders_order") == 1


def test_a_database_with_anything_in_it_is_left_alone(old: House, new: House) -> None:
    assert new.server is not None
    with new.server.connect() as connection:
        connection.execute("CREATE TABLE notes (word TEXT)")

    refused = new.command("move-to-postgresql")

    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert old.folder.database.exists()


def test_a_database_of_another_version_is_not_moved(old: House, new: House) -> None:
    old.write("DELETE FROM django_migrations WHERE name = '0001_visits'")

    refused = new.command("move-to-postgresql")

    assert refused.returncode == 1
    assert "is of another Tradewind than this one. Leave TRADEWIND_DATABASE_URL out" in refused.stderr
    assert new.one("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 0


def test_a_row_that_differs_afterwards_is_found(old: House, new: House) -> None:
    """The control of the comparison, which no row that was moved well can show."""
    assert new.server is not None
    assert new.command("manage", "migrate", "--verbosity", "0").returncode == 0
    script = """
import django
django.setup()
from django.db import transaction
from tradewind.backup import moving
from tradewind.orders.models import Order
moving.open_old()
with transaction.atomic():
    moving._empty(moving._tables())
    for table in moving._tables():
        moving._copy(table)
moving._compare(Order)
Order.objects.update(total=1)
try:
    moving._compare(Order)
except moving.NotMoved as problem:
    print(problem)
"""
    done = new.python(script)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("orders_order cannot be moved: PostgreSQL has (")
