"""An upgrade ends with a database that is wholly new, or with the one that was there; and there is a way back."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.houses import SERVER, House, copied

pytestmark = [pytest.mark.slow, pytest.mark.processes]


def migrations(house: House) -> set[str]:
    return {f"{app}.{name}" for app, name in house.all("SELECT app, name FROM django_migrations")}


@pytest.fixture(scope="module")
def once_older(filled: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """As a Tradewind left it that knew no visits yet, and not when an order was erased."""
    with copied(filled, tmp_path_factory.mktemp("older") / "house") as house:
        for words in (("orders", "0008"), ("insights", "zero")):
            back = house.command("manage", "migrate", *words, "--verbosity", "0")
            assert back.returncode == 0, back.stderr
        yield house


@pytest.fixture
def older(once_older: House, tmp_path: Path) -> Iterator[House]:
    with copied(once_older, tmp_path / "older") as house:
        yield house


def test_after_a_backup_the_database_is_new_and_the_way_back_leads_to_the_old_one(older: House, empty: House) -> None:
    before = migrations(older)

    checked = older.command("upgrade", "--check", "--json")
    told = json.loads(checked.stdout)
    assert (told["is_up_to_date"], told["archive"], migrations(older)) == (False, None, before)

    done = older.command("upgrade", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    upgraded = json.loads(done.stdout)
    assert upgraded["migrations"] == told["migrations"]
    assert migrations(older) == before | set(told["migrations"])
    assert not [path for path in older.folder.path.iterdir() if path.name.endswith(".before")]
    assert "up to date" in older.command("upgrade").stdout
    # The archive is of the database before: an older program takes it, and this one brings it up to date again.
    restored = empty.command("restore", upgraded["archive"])
    assert "Its database was brought up to date." in restored.stdout
    assert len(empty.rows()["orders_order"]) == 1
    assert Path(upgraded["archive"]).parent == older.folder.backups


def test_a_change_that_fails_takes_those_before_it_back(older: House) -> None:
    before = migrations(older)
    older.write("ALTER TABLE orders_order ADD COLUMN erased_at integer")

    failed = older.command("upgrade")

    assert failed.returncode == 1
    assert failed.stderr.startswith("tradewind: The database could not be brought up to date: ")
    assert "It is as it was before; the backup " in failed.stderr
    assert migrations(older) == before
    assert "insights_visit" not in " ".join(older.rows())
    assert older.one("SELECT count(erased_at) FROM orders_order") == 0
    # And once the clash is gone, it works.
    older.write("ALTER TABLE orders_order DROP COLUMN erased_at")
    assert older.command("upgrade").returncode == 0


@pytest.mark.skipif(bool(SERVER), reason="PostgreSQL upgrades in one transaction")
def test_after_an_upgrade_that_was_killed_the_next_begins_from_the_old_state(older: House) -> None:
    before = migrations(older)
    shutil.copy(older.folder.database, older.folder.path / "tradewind.sqlite3.before")
    assert older.command("manage", "migrate", "insights", "--verbosity", "0").returncode == 0
    older.write("ALTER TABLE orders_order ADD COLUMN erased_at integer")  # where it was killed: half of it is done

    done = older.command("upgrade", "--json")

    assert done.returncode == 0, done.stderr
    assert migrations(older) > before
    assert not (older.folder.path / "tradewind.sqlite3.before").exists()


def test_a_database_of_a_newer_tradewind_is_left_alone(house: House) -> None:
    house.write("INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '9999_later', '2027-01-01')")

    refused = house.command("upgrade")

    assert refused.returncode == 1
    assert "is of a newer Tradewind: it has had orders.9999_later" in refused.stderr


def test_nobody_may_be_at_work(older: House) -> None:
    with older.folder.occupied("a test"):
        refused = older.command("upgrade")

    assert (refused.returncode, "is in use already (a test)" in refused.stderr) == (1, True)


def test_where_there_is_no_shop_nothing_is_made(empty: House) -> None:
    refused = empty.command("upgrade")

    assert (refused.returncode, "There is no shop in" in refused.stderr) == (2, True)
    assert not empty.folder.path.exists()
