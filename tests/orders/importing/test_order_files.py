"""A file that is handed in: looked at first, brought in as it was seen, and forgotten after a while."""

import os
from datetime import datetime, timedelta

import pytest

from tests.orders.importing.handing_in import bring, counts, decide, look, sold, work
from tests.orders.importing.marketplaces.conftest import order
from tests.shop import Shop
from tradewind.core.accounts import close_account
from tradewind.core.files import private_path
from tradewind.core.models import AuditEntry, ShopAccount, StoredFile
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.deciding import KEPT_FOR, NotAsSeen, leave
from tradewind.orders.importing.forgetting import forget_files
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
    later = utc_now() + KEPT_FOR + timedelta(days=1)
    assert forget_files(later - timedelta(days=2)) == 0

    assert forget_files(later) == 3

    assert ([path.exists() for path in paths], StoredFile.objects.count()) == ([False, False], 0)
    applied.refresh_from_db()
    waiting.refresh_from_db()
    assert (applied.state, counts(applied), waiting.state) == ("applied", (1, 1, 0, 0), "left")
    assert FileEntry.objects.filter(before__isnull=False).count() == 0
    assert ShopAccount.objects.count() == 1
