"""A worker process of its own is killed with -9 over a file of orders: every order is there whole and once, or gone."""

import signal
from typing import Any, Final
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from tests.at_once import at_the_same_time
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.orders.importing.handing_in import bring, counts, decide, look, many, sold, weigh_it, work
from tests.orders.importing.marketplaces.conftest import order
from tradewind.buyers.models import Buyer
from tradewind.core.models import Delivery, ShopAccount
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing import storing, undoing
from tradewind.orders.importing.deciding import KIND, Upload, take_back, take_in
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]
NEEDS_WRITERS: Final = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case"
)
NOBODY: Final = "smtp://127.0.0.1:9"
NUMBER: Final = 250
# It dies when it is about to do this for the second time, so that a part of the orders stands already.
AGAIN: Final = DYING.replace(
    "if sql.startswith(sys.argv[2]):", "global seen\n    seen += sql.startswith(sys.argv[2])\n    if seen == 2:"
)


def die(at: str) -> None:
    with worker(NOBODY, "seen = 0\n" + AGAIN, at) as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    with transaction.atomic():
        Delivery.objects.filter(state=Delivery.State.RUNNING).update(due_at=utc_now())


def go_on(row: OrderFile) -> OrderFile:
    with worker(NOBODY):
        wait_until(lambda: not Delivery.objects.filter(Delivery.IS_OPEN, kind=KIND).exists())
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("dies_at", ['INSERT INTO "orders_orderline"', 'INSERT INTO "orders_fileentry"'])
def test_a_worker_that_dies_in_the_middle_of_a_file_leaves_whole_orders_and_the_next_stores_the_rest(
    dies_at: str,
) -> None:
    row = look(many(NUMBER))
    decide(row)

    die(dies_at)
    assert (Order.objects.count(), OrderFile.objects.get().state) == (200, "applying")
    assert OrderLine.objects.values("order_id").distinct().count() == FileEntry.objects.count() == 200
    go_on(row)

    assert (row.state, counts(row)) == ("applied", (NUMBER, 0, 0, 0))
    assert (Order.objects.count(), Order.objects.values("external_id").distinct().count()) == (NUMBER, NUMBER)
    assert FileEntry.objects.filter(is_new=True).count() == NUMBER
    assert OrderLine.objects.filter(kind="goods").count() == NUMBER


def test_a_worker_that_dies_while_it_takes_back_is_followed_by_another() -> None:
    row = weigh_it(bring(many(NUMBER)))
    take_back(file_id=row.pk, seen=row.seen, by="staff:1", at=utc_now())

    die('DELETE FROM "core_searchdocument"')
    assert (Order.objects.count(), OrderFile.objects.get().state) == (NUMBER - 200, "undoing")
    go_on(row)

    assert (row.state, row.undo["removed"], row.undo["kept"]) == ("undone", NUMBER, 0)
    assert (Order.objects.count(), Buyer.objects.count()) == (0, 0)


def send(found: Order) -> None:
    """Somebody marks it dispatched, and does not wait for long."""
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
        move(found, OrderState.DISPATCHED)


def sent_while_a_file_changes_it() -> tuple[bool, str]:
    """Was it sent, and how far is it said to be?"""
    bring(sold("12-1"))
    found, write = order("12-1"), storing._write

    def slowly(*batch: Any) -> Any:
        sent.extend(at_the_same_time(lambda: send(found)))
        return write(*batch)

    sent: list[object] = []
    row = look(sold("12-1", **{"Item Title": "Lantern"}))
    decide(row)
    with patch.object(storing, "_write", slowly):
        work(row)
    return sent == [None], order("12-1").state


@NEEDS_WRITERS
def test_an_order_that_a_file_changes_is_not_sent_meanwhile_and_forgotten() -> None:
    assert sent_while_a_file_changes_it() == (False, "paid")


@NEEDS_WRITERS
def test_the_control_without_holding_what_is_known_one_is_sent_and_paid_again() -> None:
    with patch.object(QuerySet, "select_for_update", lambda self, **_: self):
        assert sent_while_a_file_changes_it() == (True, "paid")


def test_two_clicks_at_once_hand_in_one_file_and_make_one_account() -> None:
    def click() -> int:
        upload = Upload("k", "a.csv", sold("12-1"), "en", new_account=("eBay DE", "ebay"), source="ebay")
        return take_in(upload, by="staff:1", at=utc_now()).pk

    rows = at_the_same_time(click, click, click)

    assert rows == [OrderFile.objects.get().pk] * 3
    assert ShopAccount.objects.count() == 1


def dispatched_while_it_is_taken_back() -> tuple[bool, bool]:
    """Somebody marks an order dispatched at the moment in which it has been weighed: is it there, and dispatched?"""
    row = weigh_it(bring(sold("12-1")))
    found = order("12-1")
    judge = undoing._weigh

    def slowly(entries: list[FileEntry]) -> undoing.Weighed:
        weighed = judge(entries)
        moved.extend(at_the_same_time(lambda: send(found)))
        return weighed

    moved: list[object] = []
    with patch.object(undoing, "_weigh", slowly):
        undoing.undo_entries(row, at=utc_now(), on_progress=lambda *_: None)
    there = Order.objects.filter(pk=found.pk).first()
    return there is not None, moved == [None]


@NEEDS_WRITERS
def test_an_order_that_is_being_taken_back_is_not_sent_meanwhile() -> None:
    is_there, is_sent = dispatched_while_it_is_taken_back()

    assert (is_there, is_sent) == (False, False)


@NEEDS_WRITERS
def test_the_control_without_holding_the_orders_one_is_sent_and_gone() -> None:
    with patch.object(undoing, "hold_all", lambda *_, **__: None):
        is_there, is_sent = dispatched_while_it_is_taken_back()

    assert (is_there, is_sent) == (False, True)
