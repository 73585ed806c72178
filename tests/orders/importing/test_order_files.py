"""A file that is handed in: looked at first, brought in as it was seen, and forgotten after a while."""

import os
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from tests.console.making import make_staff
from tests.orders.importing.handing_in import bring, counts, decide, hand_in, look, sold, work
from tests.orders.importing.marketplaces.conftest import order
from tests.shop import Shop
from tradewind.clientele.erasing import erase_order
from tradewind.core.accounts import close_account, rename_account
from tradewind.core.files import private_path
from tradewind.core.keeping import FILES_KEPT
from tradewind.core.models import AuditEntry, Delivery, SettingValue, ShopAccount, StoredFile
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing import running, working
from tradewind.orders.importing.deciding import NotAsSeen, leave
from tradewind.orders.importing.forgetting import WAITS_FOR, forget_files
from tradewind.orders.models import Order, OrderLine

pytestmark = pytest.mark.django_db
BROKEN = {"Quantity": "some"}


def test_before_anything_is_stored_it_is_told_what_would_be(shop: Shop) -> None:
    bring(sold("12-1", "12-2"))

    row = look(sold("12-2", "12-3", "12-4", **{"Custom Label": "MUG-S"}))

    assert (row.state, Order.objects.count()) == ("checked", 2)
    assert counts(row) == (2, 1, 0, 0)
    assert row.outcome["sums"] == [[3840, "USD"]]
    assert row.outcome["unmatched"] == {"number": 0, "first": []}
    first = row.outcome["first"]
    assert [(each["result"], each["number"], each["state"]) for each in first] == [
        ("changed", "12-2", "paid"),
        ("new", "12-3", "paid"),
        ("new", "12-4", "paid"),
    ]
    assert (first[1]["goods"], first[1]["total"], first[1]["country"]) == ([[1, "MUG-S", "Lamp"]], 1280, "US")


def test_what_was_seen_is_brought_in_by_the_worker_and_is_on_record(shop: Shop) -> None:
    row = look(sold("12-1", **{"Custom Label": "MUG-S"}))
    decide(row)
    assert (OrderFile.objects.get().state, Order.objects.count()) == ("applying", 0)
    work(row)

    assert (row.state, counts(row), row.decided_by) == ("applied", (1, 0, 0, 0), "staff:1")
    assert FileEntry.objects.get().is_new
    assert OrderLine.objects.get(kind="goods").variant_id == shop.small.pk
    assert AuditEntry.objects.get(action="order_file.decided").after["created"] == 1
    # Who looked at it is not named after the decision.
    assert "first" not in row.outcome


def test_the_same_file_once_more_does_nothing() -> None:
    bring(sold("12-1"))

    again = bring(sold("12-1"))

    assert (again.state, counts(again)) == ("applied", (0, 0, 1, 0))
    assert (Order.objects.count(), again.entries.count()) == (1, 0)


def test_what_would_be_otherwise_by_now_is_shown_again_instead_of_done() -> None:
    row = look(sold("12-1", "12-2"))
    bring(sold("12-1"))

    decide(row)
    work(row)

    assert (row.state, row.trouble[:31], counts(row)) == ("checked", "Orders have changed since you l", (1, 0, 1, 0))
    assert Order.objects.count() == 1
    decide(row)
    assert counts(work(row)) == (1, 0, 1, 0)


def test_rejects_have_line_and_reason_and_a_file() -> None:
    row = look(sold("12-1") + sold("12-2", **BROKEN).split(b"\n", 2)[2])

    assert (counts(row), row.rejects is not None) == ((1, 0, 0, 1), True)
    assert row.outcome["rejects"][0][1] == "quantity “some” is not whole"
    assert row.rejects is not None
    content = private_path(row.rejects.digest).read_text(encoding="utf-8-sig")
    assert content.startswith("rejected_line,rejected_because,Sales Record Number")


def test_a_state_never_goes_back_by_file_as_by_command() -> None:
    bring(sold("12-1", **{"Shipped On Date": "Jul-22-26"}))
    assert order("12-1").state == "dispatched"

    older = bring(sold("12-1"))

    assert (order("12-1").state, older.outcome["older"], counts(older)) == ("dispatched", 1, (0, 0, 0, 0))


def test_a_closed_account_takes_nothing_whenever_it_was_closed() -> None:
    row = look(sold("12-1"))
    close_account(row.account_id, by="staff:1", at=utc_now())

    decide(row)
    work(row)

    assert (row.state, row.trouble, Order.objects.count()) == (
        "refused",
        "The account is closed. Open it again, then upload the file once more.",
        0,
    )


def test_an_account_that_is_renamed_while_its_file_is_brought_in_has_no_twin() -> None:
    row = look(sold("12-1"))
    decide(row)
    find = running._account_id

    def renamed(job: running.Job) -> int | None:
        rename_account(row.account_id, name="eBay Germany", by="staff:1", at=utc_now())
        return find(job)

    with patch.object(running, "_account_id", renamed):
        work(row)

    assert (row.state, ShopAccount.objects.get().name) == ("applied", "eBay Germany")
    assert order("12-1").account_id == row.account_id


def test_a_second_click_decides_once() -> None:
    row = look(sold("12-1"))
    decide(row)

    with pytest.raises(NotAsSeen):
        decide(row)
    assert not leave(file_id=row.pk, by="staff:1", at=utc_now())
    assert (work(row).state, Order.objects.count()) == ("applied", 1)


def test_files_go_after_a_while_and_what_they_did_stays(now: datetime) -> None:
    bring(sold("12-1"))
    applied = bring(sold("12-1", "12-2", **{"Item Title": "Lantern"}))
    waiting = look(sold("12-3"))
    for file in StoredFile.objects.all():
        os.utime(private_path(file.digest), (now.timestamp(), now.timestamp()))
    paths = [private_path(row.file.digest) for row in (applied, waiting) if row.file]
    later = utc_now() + FILES_KEPT + timedelta(days=1)
    assert forget_files(later - timedelta(days=2)) == 0

    assert forget_files(later) == 3

    assert ([path.exists() for path in paths], StoredFile.objects.count()) == ([False, False], 0)
    applied.refresh_from_db()
    waiting.refresh_from_db()
    assert (applied.state, counts(applied), waiting.state) == ("applied", (1, 1, 0, 0), "left")
    assert FileEntry.objects.filter(before__isnull=False).count() == 0
    assert ShopAccount.objects.count() == 1


MARK = "Quetzal"


def shipped(*numbers: str) -> bytes:
    return sold(*numbers, **{"Ship To Name": MARK, "Shipped On Date": "Jul-22-26"})


def erase(number: str) -> datetime:
    at = utc_now()
    erase_order(order(number).pk, keeps_address=False, by=make_staff(), at=at)
    return at


def is_told(row: OrderFile) -> bool:
    row.refresh_from_db()
    return MARK in str(row.outcome)


def test_a_file_that_tells_of_an_erased_order_waits_for_days_and_goes_with_the_decision(now: datetime) -> None:
    bring(shipped("12-1"))
    waiting, left = look(shipped("12-1", "12-2")), look(shipped("12-1", "12-3"))
    assert is_told(left)

    at = erase("12-1")

    assert (is_told(left), left.kept_until) == (False, at + WAITS_FOR)
    assert leave(file_id=left.pk, by="staff:1", at=at)
    left.refresh_from_db()
    assert left.kept_until == at
    for file in StoredFile.objects.all():
        os.utime(private_path(file.digest), (now.timestamp(), now.timestamp()))
    assert forget_files(at + timedelta(minutes=1)) == 2  # with the one that had been brought in
    assert forget_files(at + WAITS_FOR + timedelta(minutes=1)) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file, StoredFile.objects.count()) == ("left", None, 0)


def test_an_order_that_is_erased_while_the_worker_looks_is_not_told_of_afterwards() -> None:
    bring(shipped("12-1"))
    row = hand_in(shipped("12-1", "12-2"))
    look_at = working._look

    def slowly(file: OrderFile, on_progress: working.OnProgress) -> dict[str, object]:
        found = look_at(file, on_progress)
        assert MARK in str(found)
        erase("12-1")
        return found

    with patch.dict(working._WORK, {OrderFile.State.CHECKING: slowly}):
        work(row)

    assert (row.state, is_told(row), counts(row)) == ("checked", False, (1, 0, 1, 0))
    assert row.kept_until is not None
    assert row.kept_until < utc_now() + WAITS_FOR + timedelta(minutes=1)


def test_a_file_of_an_erased_order_goes_when_it_was_brought_in_or_given_up() -> None:
    bring(shipped("12-1"))
    row = look(shipped("12-2"))
    erase("12-1")
    decide(row)
    work(row)

    assert (row.state, row.kept_until is not None and row.kept_until <= utc_now()) == ("applied", True)
    OrderFile.objects.filter(pk=row.pk).update(state="applying", kept_until=utc_now() + FILES_KEPT)
    delivery = Delivery(payload={"file": row.pk, "state": "applying"})
    working.OrderFileCourier().give_up(delivery, RuntimeError(), utc_now())
    row.refresh_from_db()
    assert (row.state, row.kept_until is not None and row.kept_until <= utc_now()) == ("failed", True)


def test_a_file_that_has_just_come_in_goes_at_a_later_turn_and_not_without_its_content() -> None:
    bring(shipped("12-1"))
    at = erase("12-1")
    OrderFile.objects.update(kept_until=at)

    assert (forget_files(at + timedelta(minutes=1)), StoredFile.objects.count()) == (0, 1)
    assert (forget_files(at + timedelta(hours=2)), StoredFile.objects.count()) == (1, 0)


def test_fewer_days_hold_for_files_that_are_there(now: datetime) -> None:
    row = bring(sold("12-1"))
    for file in StoredFile.objects.all():
        os.utime(private_path(file.digest), (now.timestamp(), now.timestamp()))
    later = row.created_at + timedelta(days=8)
    assert forget_files(later) == 0

    days = {"files": "7"}
    SettingValue.objects.create(key="setting.keeping", value={"values": days}, changed_at=now)

    assert (forget_files(later), StoredFile.objects.count()) == (1, 0)
