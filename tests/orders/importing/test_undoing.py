"""What a file brought in is taken back, as far as nobody was at it since; the rest stays, and it is said why."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_staff
from tests.orders.importing.handing_in import bring, decide, look, many, sold, undo, weigh_it, work
from tests.orders.importing.marketplaces.conftest import lines, order
from tradewind.aftersales.models import Withdrawal
from tradewind.buyers.models import Buyer, Identity
from tradewind.clientele.erasing import erase_order
from tradewind.core import search
from tradewind.core.models import AuditEntry, FactRecord, SearchDocument, Staff
from tradewind.core.todos import ask_for_hand
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import BuyerMessage
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.deciding import NotAsSeen, keep_it, take_back, weigh
from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.recording import QUIET_FOR, BrokenOff, CommandRecord, break_off_quiet, told_of
from tradewind.orders.importing.running import Job, import_orders
from tradewind.orders.importing.undoing import undo_entries
from tradewind.orders.models import Order, OrderLine
from tradewind.payments.models import PaymentIntent
from tradewind.shipping.dispatching import mark_dispatched

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


def standing() -> list[object]:
    """All that is known of orders, but for the numbers of their rows."""
    lines_of = OrderLine.objects.order_by("order_id", "position").values()
    found = SearchDocument.objects.filter(kind="order").order_by("subject_id").values_list("subject_id", "tokens")
    told_of = [[value for name, value in line.items() if name != "id"] for line in lines_of]
    return [list(Order.objects.order_by("pk").values()), told_of, [(pk, set(text.split())) for pk, text in found]]


def told(row: OrderFile) -> tuple[int, int, list[tuple[str, str]]]:
    """How many were removed and restored, and number and reason of those that stay."""
    kept = [(each["number"], each["because"]) for each in row.undo["kept_orders"]]
    return row.undo["removed"], row.undo["restored"], kept


def test_orders_that_a_file_made_go_with_everything_of_theirs() -> None:
    before = standing()
    row = bring(sold("12-1", "12-2"))
    assert (Order.objects.count(), search.find("12-2", kinds=["order"])) != (0, [])
    made = set(Order.objects.values_list("pk", flat=True))

    undo(row)

    assert (row.state, told(row)) == ("undone", (2, 0, []))
    assert standing() == before
    assert (Buyer.objects.count(), Identity.objects.count(), FileEntry.objects.count()) == (0, 0, 0)
    assert search.find("12-2", kinds=["order"]) == []
    assert set(FactRecord.objects.filter(name="orders.taken_back").values_list("data__order_id", flat=True)) == made
    assert AuditEntry.objects.get(action="order_file.taken_back").after["removed"] == 2


def test_orders_that_it_changed_become_what_they_were() -> None:
    bring(sold("12-1", "12-2"))
    before, stood = standing(), lines("12-1")
    row = bring(sold("12-1", **{"Item Title": "Lantern", "Sold For": "$11.00", "Total Price": "$13.80"}))
    assert (lines("12-1") != stood, order("12-1").total) == (True, 1380)

    undo(row)

    assert (told(row), standing(), lines("12-1")) == ((0, 1, []), before, stood)
    assert Buyer.objects.count() == 1  # whom the first file told of


def test_taking_back_the_later_file_lets_the_earlier_go_too() -> None:
    first = bring(sold("12-1"))
    second = bring(sold("12-1", **{"Item Title": "Lantern"}))

    assert told(weigh_it(first)) == (0, 0, [("12-1", "later_file")])
    undo(second)
    undo(first)

    assert (told(first), Order.objects.count()) == ((1, 0, []), 0)


@pytest.mark.parametrize("is_new", [True, False])
def test_thirty_orders_are_taken_back_with_the_statements_of_one(is_new: bool) -> None:
    counted = []
    for number in (1, 30):
        bring(many(number))
        if not is_new:
            titled = {"Item Title": f"Lantern {number}"}
            bring(sold(*(f"12-{each:05}" for each in range(number)), **titled))
        row = OrderFile.objects.latest("pk")
        with CaptureQueriesContext(connection) as statements:
            assert undo_entries(row, at=utc_now(), on_progress=lambda _done, _total: None) == []
        counted.append(len(statements))
        Order.objects.all().delete()
    assert counted[0] == counted[1]


def touch_by_dispatch(found: Order, at: datetime) -> None:
    mark_dispatched(order=found, by="staff:1", at=at)


def touch_by_cancelling(found: Order, at: datetime) -> None:
    cancel_order(order=found, by="staff:1", reason="no_stock", at=at)


def touch_by_message(found: Order, at: datetime) -> None:
    BuyerMessage.objects.create(
        order=found, key="k", topic="other", text="?", reply_to="a@b.cd", language="de", received_at=at
    )


def touch_by_payment(found: Order, at: datetime) -> None:
    PaymentIntent.objects.create(
        ref="PI-1", subject_kind="order", subject_id=found.pk, amount=1, currency="USD", method="card", provider="x", created_at=at
    )  # fmt: skip


def touch_by_withdrawal(found: Order, at: datetime) -> None:
    Withdrawal.objects.create(key="k", order=found, order_ref="x", name="A", email="a@b.cd", declared_at=at)


def touch_by_todo(found: Order, at: datetime) -> None:
    with transaction.atomic():
        ask_for_hand("look", subject=("order", found.pk), account_id=found.account_id, due_at=at, at=at)


def touch_by_trail(found: Order, at: datetime) -> None:
    with transaction.atomic():
        write_audit("order.noted", subject=("order", found.pk), by="staff:1", at=at)


def touch_by_hand(found: Order, at: datetime) -> None:  # one of several
    OrderLine.objects.filter(order=found).update(quantity=7)


@pytest.mark.parametrize(
    ("touch", "because"),
    [
        (touch_by_dispatch, "dispatched"),
        (touch_by_cancelling, "cancelled"),
        (touch_by_message, "touched"),
        (touch_by_payment, "payment"),
        (touch_by_withdrawal, "touched"),
        (touch_by_todo, "touched"),
        (touch_by_trail, "touched"),
        (touch_by_hand, "touched"),
    ],
)
def test_an_order_that_somebody_was_at_stays_and_the_others_go(
    touch: Callable[[Order, datetime], None], because: str
) -> None:
    row = bring(sold("12-1", "12-2"))
    touch(order("12-1"), utc_now() + timedelta(seconds=1))

    undo(row)

    assert told(row) == (1, 0, [("12-1", because)])
    assert list(Order.objects.values_list("external_id", flat=True)) == ["12-1"]
    assert Buyer.objects.count() == 1


def test_a_note_from_before_the_file_does_not_keep_what_it_changed() -> None:
    bring(sold("12-1"))
    touch_by_trail(order("12-1"), utc_now())
    row = bring(sold("12-1", **{"Item Title": "Lantern"}))

    undo(row)

    assert told(row) == (0, 1, [])


def test_what_an_erased_order_was_is_recorded_nowhere(owner: Staff) -> None:
    mark = "Quetzal"
    bring(sold("12-1", **{"Ship To Name": mark, "Shipped On Date": "Jul-22-26"}))
    row = bring(sold("12-1", **{"Ship To Name": f"{mark} Two", "Shipped On Date": "Jul-22-26"}))
    waiting = look(sold("12-1", **{"Ship To Name": f"{mark} 3", "Shipped On Date": "Jul-22-26"}))
    assert mark in str(FileEntry.objects.get(file=row).before)
    assert mark in str(waiting.outcome)

    erase_order(order("12-1").pk, keeps_address=False, by=owner, at=utc_now())

    assert mark not in str([*FileEntry.objects.values_list("before"), *OrderFile.objects.values_list("outcome")])
    assert told(undo(row)) == (0, 0, [("12-1", "erased")])
    # The file that is done with goes at the next turn; the other still waits for somebody.
    row.refresh_from_db()
    assert row.kept_until is not None
    assert row.kept_until <= utc_now()
    decide(waiting)
    assert (work(waiting).state, order("12-1").ship_to) == ("checked", {"country": "US"})


def test_what_was_before_and_is_forgotten_stays() -> None:
    bring(sold("12-1"))
    row = bring(sold("12-1", **{"Item Title": "Lantern"}))
    FileEntry.objects.update(before=None)

    assert told(weigh_it(row)) == (0, 0, [("12-1", "not_recorded")])


def test_nothing_is_taken_back_before_somebody_has_decided() -> None:
    row = weigh_it(bring(sold("12-1")))
    assert (row.state, told(row), Order.objects.count()) == ("weighed", (1, 0, []), 1)

    assert keep_it(file_id=row.pk)
    row.refresh_from_db()

    assert (row.state, Order.objects.count()) == ("applied", 1)


def test_what_somebody_does_between_the_look_and_the_decision_counts() -> None:
    row = weigh_it(bring(sold("12-1", "12-2")))
    touch_by_dispatch(order("12-2"), utc_now())

    take_back(file_id=row.pk, seen=row.seen, by="staff:1", at=utc_now())
    work(row)

    assert told(row) == (1, 0, [("12-2", "dispatched")])


def test_the_rest_can_be_taken_back_later() -> None:
    row = bring(sold("12-1", "12-2"))
    OrderLine.objects.filter(order=order("12-1")).update(quantity=7)
    undo(row)
    OrderLine.objects.filter(order=order("12-1")).update(quantity=1)

    undo(row)

    assert (told(row), Order.objects.count()) == ((2, 0, []), 0)


def test_what_broke_off_is_taken_back_too_and_stays_broken_off_where_it_is_not() -> None:
    row = bring(sold("12-1"))
    OrderFile.objects.update(state=OrderFile.State.FAILED)

    keep_it(file_id=weigh_it(row).pk)
    row.refresh_from_db()
    assert row.state == "failed"
    undo(row)

    assert (row.state, told(row), Order.objects.count()) == ("undone", (1, 0, []), 0)


def test_what_came_in_by_command_is_taken_back_in_the_same_way(tmp_path: Path) -> None:
    bring(sold("12-1"))
    record = CommandRecord("orders.csv", utc_now())
    job = Job(Export("ebay", "eBay DE"), utc_now(), "orders.csv", [tmp_path / "rejects.csv"], recorder=record.begin)
    summary = import_orders(io.BytesIO(sold("12-1", "12-2", **{"Item Title": "Lantern"})), job)
    record.finish(told_of(summary), source="ebay", at=utc_now())
    assert record.row is not None
    record.row.refresh_from_db()

    undo(record.row)

    assert (record.row.state, told(record.row)) == ("undone", (1, 1, []))
    assert list(OrderLine.objects.filter(kind="goods").values_list("title", flat=True)) == ["Lamp"]


def test_a_command_that_runs_cannot_be_taken_back_and_one_that_was_given_up_stores_no_more(tmp_path: Path) -> None:
    record = CommandRecord("orders.csv", utc_now())
    seen: list[object] = []

    def meanwhile(_done: int, _total: int) -> None:
        row = OrderFile.objects.get()
        seen.append((row.state, break_off_quiet(utc_now())))
        with pytest.raises(NotAsSeen):
            weigh(file_id=row.pk, at=utc_now())
        seen.append(break_off_quiet(utc_now() + QUIET_FOR + timedelta(seconds=1)))

    job = Job(Export("ebay", "eBay DE"), utc_now(), "orders.csv", [tmp_path / "rejects.csv"], recorder=record.begin)
    with pytest.raises(BrokenOff):
        import_orders(io.BytesIO(many(250)), job, on_progress=meanwhile)
    row = OrderFile.objects.get()

    assert (seen, row.state, Order.objects.count()) == ([("applying", 0), 1], "failed", 200)
    with pytest.raises(BrokenOff):
        record.finish({}, source="ebay", at=utc_now())
    undo(row)
    assert (row.state, Order.objects.count()) == ("undone", 0)
