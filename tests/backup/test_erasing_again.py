"""Who was erased since a backup is not brought back by restoring it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backup.houses import House
from tradewind.backup.erasures import FILE, Erasure, erasures_since, note_erasure

CANCEL = """
import django
django.setup()
from tradewind.lib.clock import utc_now
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
cancel_order(order=Order.objects.get(), by="buyer", reason="buyer_other", at=utc_now())
"""
ERASE = """
import django
django.setup()
from tradewind.clientele.erasing import erase_order
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
Message.objects.update(state=Message.State.SENT)
erase_order(Order.objects.get().pk, keeps_address=False, by=None, at=utc_now())
run_until_idle(now=utc_now)
"""
ADDRESS = "SELECT CAST(ship_to AS text) FROM orders_order"


def archive_of(house: House) -> str:
    done = house.command("backup", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["archive"])


def ran(house: House, program: str) -> None:
    done = house.python(program)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.processes
def test_a_restore_erases_again_whom_its_backup_still_knows(house: House, empty: House, tmp_path: Path) -> None:
    ran(house, CANCEL)
    ran(
        house,
        "import django; django.setup()\nfrom tradewind.messaging.models import Message\nMessage.objects.update(state='sent')",
    )
    archive = archive_of(house)
    assert "Hamburg" in house.one(ADDRESS)
    ran(house, ERASE)

    restored = empty.command("restore", archive, "--json")

    assert restored.returncode == 0, restored.stderr
    ref = house.one("SELECT ref FROM orders_order")
    assert (json.loads(restored.stdout)["erased_again"], json.loads(restored.stdout)["to_erase"]) == ([ref], [])
    assert json.loads(empty.one(ADDRESS)) == {"country": "DE"}
    assert empty.one("SELECT name FROM buyers_buyer") == ""
    assert "Hamburg" not in str(empty.rows()["messaging_message"])


@pytest.mark.slow
@pytest.mark.processes
def test_what_the_backup_has_unpaid_is_put_before_a_person(house: House, empty: House) -> None:
    archive = archive_of(house)
    ran(house, CANCEL)
    ran(house, ERASE)

    restored = empty.command("restore", archive)

    ref = house.one("SELECT ref FROM orders_order")
    assert f"Erased since, and to be erased by hand: {ref}." in restored.stdout
    assert empty.one("SELECT count(*) FROM core_todo WHERE kind = 'order.erasure'") == 1
    assert "Hamburg" in empty.one(ADDRESS)


def test_of_each_order_the_last_erasure_counts_and_a_line_that_was_cut_off_harms_nothing(tmp_path: Path) -> None:
    for number, (order_id, keeps, day) in enumerate([(1, True, 20), (2, True, 24), (2, False, 25), (3, True, 26)]):
        note_erasure(tmp_path / "backups", Erasure(order_id, f"TW-{order_id}", keeps, f"2026-11-{day}T00:00:00Z"))
        if number == 1:
            with (tmp_path / "backups" / FILE).open("a") as file:
                file.write('{"order_id": 9, "ref"')

    found = erasures_since(datetime(2026, 11, 23, tzinfo=UTC), [tmp_path / "backups", tmp_path / "nowhere"])

    assert [(each.order_id, each.keeps_address) for each in found] == [(2, False), (3, True)]
