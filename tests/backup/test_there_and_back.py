"""What is restored is what was there: every row of every table, every file, as at one moment, on both databases."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.backup.houses import House

pytestmark = [pytest.mark.slow, pytest.mark.processes]
PASSPHRASE = {"TRADEWIND_BACKUP_PASSPHRASE": "a long walk by the sea"}


def backed_up(house: House, *options: str, **changes: str) -> Path:
    done = house.command("backup", "--json", *options, **changes)
    assert (done.returncode, done.stderr) == (0, "")
    return Path(json.loads(done.stdout)["archive"])


@pytest.mark.parametrize("options", [(), ("--encrypt",)], ids=["plain", "sealed"])
def test_every_row_and_every_file_comes_back(options: tuple[str, ...], house: House, empty: House) -> None:
    rows, files = house.rows(), house.files()

    archive = backed_up(house, *options, **PASSPHRASE)
    checked = house.command("backup", "verify", archive, "--json", **PASSPHRASE)
    restored = empty.command("restore", archive, **PASSPHRASE)

    assert (restored.returncode, restored.stderr) == (0, "")
    assert json.loads(checked.stdout)["rows"] == sum(len(of) for name, of in rows.items() if _is_counted(name))
    assert len(files) == 13
    assert len(rows["orders_order"]) == 1
    assert empty.rows() == rows
    assert empty.files() == files
    # And it is a shop again: what comes next gets the next number.
    added = empty.command("staff", "add", "mei@shop.example", "--name", "Mei", "--role", "owner", "--json")
    assert json.loads(added.stdout)["id"] == 1


def test_what_is_sold_during_the_backup_is_there_as_at_one_moment(house: House, empty: House) -> None:
    sellers = [house.script("sell", name) for name in ("a", "b")]
    try:
        before = [_first_sold(seller) for seller in sellers]
        archive = backed_up(house)
    finally:
        for seller in sellers:
            seller.kill()
            seller.communicate()
    assert empty.command("restore", archive).returncode == 0

    orders = {row[0] for row in empty.all("SELECT id FROM orders_order")}
    assert set(before) <= orders
    assert len(orders) > len(before)  # they went on selling between our first look and the moment of the backup
    assert house.one("SELECT count(*) FROM orders_order") > len(orders)  # and after it
    for name in ("a", "b"):
        sides = empty.all(f"SELECT value FROM core_settingvalue WHERE key LIKE '{name}.%'")
        assert len(sides) == 2
        assert len(set(sides)) == 1
    # Each of them is whole, and stock was reserved for no other.
    for table in ("orders_orderline", "payments_paymentintent", "inventory_reservation"):
        key = "order_id" if table == "orders_orderline" else "subject_id"
        assert {row[0] for row in empty.all(f"SELECT {key} FROM {table}")} == orders
    held = empty.one("SELECT sum(quantity) FROM inventory_reservation")
    assert empty.one("SELECT sum(reserved) FROM inventory_stocklevel") == held
    named = {f"files/private/{row[0][:2]}/{row[0]}" for row in empty.all("SELECT digest FROM core_storedfile")}
    assert len(named) > 5
    assert named <= empty.files().keys()


def test_an_older_archive_is_brought_up_to_date(house: House, empty: House) -> None:
    back = house.command("manage", "migrate", "insights", "zero", "--verbosity", "0")
    assert back.returncode == 0, back.stderr
    done = house.command("backup", "--json")
    archive = json.loads(done.stdout)["archive"]

    restored = empty.command("restore", archive)

    assert "Its database was brought up to date." in restored.stdout
    migrated = {row[0] for row in empty.all("SELECT name FROM django_migrations WHERE app = 'insights'")}
    assert migrated == {"0001_visits"}
    assert empty.rows()["orders_order"] == house.rows()["orders_order"]


def _is_counted(table: str) -> bool:
    """Manifests count tables, without SQLite's own and without sequences."""
    return not table.startswith("sqlite_") and not table.endswith("_seq")


def _first_sold(seller: "subprocess.Popen[str]") -> int:
    assert seller.stdout is not None
    return int(seller.stdout.readline())
