"""One act on many orders: what can be is done once with each, whatever dies; what cannot says why; and it can be undone."""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests.at_once import succeed_at_once
from tests.console.making import make_order, make_staff
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.shop import Shop
from tradewind.core import deliveries
from tradewind.core.accounts import own_shop
from tradewind.core.keeping import FILES_KEPT
from tradewind.core.models import AuditEntry, Delivery, FactRecord
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation, StockLevel, StockMovement
from tradewind.lib.clock import utc_now
from tradewind.orders import bulk
from tradewind.orders.addressing import ask_for_change, confirm_change
from tradewind.orders.bulk import NotAsSeen, NothingChosen, TooMany
from tradewind.orders.bulk_work import DROPPED, BulkCourier, register_courier
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.holding import NotHoldable, hold_order, release_order
from tradewind.orders.models import BulkItem, BulkRun, Order, OrderHold, OrderLine, Tagging
from tradewind.orders.tagging import add_tag
from tradewind.promises.models import Promise
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel

AT: Final = datetime.fromisoformat("2026-11-20T03:00:00+00:00")
NOBODY: Final = "smtp://127.0.0.1:9"
Act = BulkRun.Act
# Dies at the so manieth of these statements.
DYING_LATE: Final = "seen = 0\n" + DYING.replace(
    "if sql.startswith(sys.argv[2]):",
    "global seen\n    seen += sql.startswith(sys.argv[2])\n    if seen == int(sys.argv[3]):",
)


@pytest.fixture
def by_threes() -> Iterator[None]:
    deliveries.register(BulkCourier(at_once=3))
    yield
    register_courier()


def chosen(act: Act, *orders: Order) -> BulkRun:
    return bulk.choose(act=act, order_ids=[order.pk for order in orders], reach=EVERYWHERE, by="staff:1", at=AT)


def work_off(run: BulkRun) -> BulkRun:
    run_until_idle(now=lambda: AT)
    return BulkRun.objects.get(pk=run.pk)


def do(run: BulkRun, **how: str) -> BulkRun:
    bulk.begin(run_id=run.pk, by="staff:1", at=AT, **how)
    return work_off(run)


def undo(run: BulkRun) -> BulkRun:
    return work_off(bulk.undo(run_id=run.pk, by="staff:2", at=AT))


def figures(run: BulkRun) -> tuple[str, int, int]:
    return run.state, run.done, run.refused


def test_what_was_shown_is_held_in_batches_and_undone_without_touching_what_came_later(
    db: None, by_threes: None
) -> None:
    orders = [make_order(number, state="paid") for number in range(1, 8)]
    hold_order(order_id=orders[0].pk, reason="other", by="staff:9", at=AT)
    Order.objects.filter(pk=orders[1].pk).update(state="dispatched")
    run = chosen(Act.HOLD, *orders)
    seen = bulk.split(run)

    done = do(run, reason="waiting_goods", words="The boat is late")

    assert (list(seen.can), seen.reasons) == ([each.pk for each in orders[2:]], [("held", 1), ("moved_on", 1)])
    assert (figures(done), done.step, done.words) == (("done", 5, 2), 3, "")
    assert set(OrderHold.objects.filter(run=run).values_list("reason", "words")) == {
        ("waiting_goods", "The boat is late")
    }
    # One of them is released and held anew for another reason by hand: that hold is not the run's to end.
    release_order(hold_id=OrderHold.objects.get(order=orders[2], released_at=None).pk, by="staff:9", at=AT)
    hold_order(order_id=orders[2].pk, reason="payment_wrong", by="staff:9", at=AT)
    undone = undo(done)
    assert (figures(undone), undone.items.get(state="refused").why) == (("done", 4, 1), "held_anew")
    held = Order.objects.filter(held_at__isnull=False).order_by("pk")
    assert list(held) == [orders[0], orders[2]]
    with pytest.raises(NotAsSeen):
        undo(done)


def test_undoing_a_release_holds_each_for_its_own_reason(db: None) -> None:
    orders = [make_order(number, state="paid") for number in (1, 2)]
    for order, reason in zip(orders, ("address_unclear", "payment_wrong"), strict=True):
        hold_order(order_id=order.pk, reason=reason, words=f"why {reason}", by="staff:9", at=AT)

    released = do(chosen(Act.RELEASE, *orders))
    assert not OrderHold.objects.filter(released_at=None).exists()
    undo(released)

    holds = OrderHold.objects.filter(released_at=None).order_by("order_id").values_list("reason", "words")
    assert list(holds) == [("address_unclear", "why address_unclear"), ("payment_wrong", "why payment_wrong")]


def test_a_tag_is_given_to_all_that_are_found_and_taken_from_those_again(db: None) -> None:
    orders = [make_order(number, state="paid") for number in (1, 2, 3)]
    make_order(4)
    add_tag(order_id=orders[0].pk, name="Fair", by="staff:9", at=AT)
    found = OrderFilters(state="paid")
    run = bulk.choose_found(act=Act.TAG, filters=found, reach=EVERYWHERE, by="staff:1", at=AT)
    bulk.choose_tag(run_id=run.pk, name="fair", at=AT)

    done = do(run)

    assert (figures(done), Tagging.objects.count()) == (("done", 2, 1), 3)
    assert AuditEntry.objects.filter(action="order.tagged", actor="staff:1").count() == 2
    assert AuditEntry.objects.get(action="orders.bulk_begun").after == {"act": "tag", "orders": 3, "tag": "Fair"}
    assert figures(undo(done)) == ("done", 2, 0)
    # Who had it before has it still.
    assert list(Tagging.objects.values_list("order_id", flat=True)) == [orders[0].pk]


def test_many_are_dispatched_as_each_would_be_alone(shop: Shop) -> None:
    at = shop.at + timedelta(hours=1)
    alone, *together = [shop.place(shop.cart((shop.small, 1), (shop.large, 1))).order for _ in range(3)]
    unpaid, readdressed, held = [shop.place(shop.cart((shop.small, 1))).order for _ in range(3)]
    elsewhere = readdressed.ship_to | {"line1": "Holstenstraße 1"}
    _, code = ask_for_change(order_id=readdressed.pk, ship_to=elsewhere, key="k", at=at)
    confirm_change(order_id=readdressed.pk, code=str(code), at=at)
    hold_order(order_id=held.pk, reason="other", by="staff:9", at=at)
    Order.objects.exclude(pk=unpaid.pk).update(state="paid")
    mark_dispatched(order=Order.objects.get(pk=alone.pk), by="staff:1", at=AT)

    run = do(chosen(Act.DISPATCH, *together, unpaid, readdressed, held))

    assert figures(run) == ("done", 2, 3)
    why = run.items.filter(state="refused").order_by("pk").values_list("why", flat=True)
    assert list(why) == ["not_paid", "readdressed", "held"]
    traces = {trace_of(order) for order in (alone, *together)}
    assert len(traces) == 1
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert (level.on_hand, level.reserved) == (10 - 3, 3)


def trace_of(order: Order) -> tuple[object, ...]:
    """What is left of an order that was marked dispatched, without its numbers."""
    facts = FactRecord.objects.filter(data__order_id=order.pk, recorded_at=AT).order_by("pk")
    return (
        Order.objects.get(pk=order.pk).state,
        tuple(OrderLine.objects.filter(order=order).order_by("pk").values_list("kind", "dispatched")),
        tuple(Reservation.objects.filter(subject_id=order.pk).order_by("pk").values_list("state", "settled_at")),
        tuple(Promise.objects.filter(subject_id=order.pk).order_by("pk").values_list("kind", "state", "settled_at")),
        tuple((fact.name, fact.actor, fact.data.get("units"), fact.data.get("in_time")) for fact in facts),
        StockMovement.objects.filter(kind="shipped", at=AT, by="staff:1", reason="").count(),
        tuple(
            Parcel.objects.filter(order=order)
            .order_by("lines__line")
            .values_list("carrier", "tracking_number", "handed_over_at", "due_at", "option", "watch", "lines__quantity")
        ),
    )


def test_nothing_and_too_many_are_refused_and_what_is_out_of_reach_left_out(db: None) -> None:
    mine, other = make_order(1), make_order(2, account="eBay DE")
    reach = Reach(frozenset({mine.account_id}))

    with pytest.raises(NothingChosen):
        bulk.choose(act=Act.HOLD, order_ids=[other.pk, 999], reach=reach, by="staff:1", at=AT)
    with pytest.raises(TooMany):
        bulk.choose(act=Act.HOLD, order_ids=range(bulk.MOST + 1), reach=reach, by="staff:1", at=AT)
    run = bulk.choose(act=Act.HOLD, order_ids=[mine.pk, other.pk, mine.pk], reach=reach, by="staff:1", at=AT)

    assert list(run.items.values_list("order_id", flat=True)) == [mine.pk]


def test_a_run_is_begun_once_or_left_and_drafts_are_forgotten(db: None) -> None:
    order = make_order(1)
    begun, left, draft = (chosen(Act.HOLD, order) for _ in range(3))
    do(begun, reason="other")
    bulk.leave(run_id=left.pk, at=AT)

    for run in (begun, left):
        with pytest.raises(NotAsSeen):
            bulk.begin(run_id=run.pk, by="staff:1", at=AT, reason="other")
    with pytest.raises(NotAsSeen):
        bulk.undo(run_id=draft.pk, by="staff:1", at=AT)

    assert bulk.forget_bulk_runs(AT + timedelta(days=2)) == 1
    assert bulk.forget_bulk_runs(AT + FILES_KEPT + timedelta(days=1)) == 2
    assert (BulkRun.objects.count(), OrderHold.objects.get().run_id) == (0, None)


def many(number: int) -> list[Order]:
    account = own_shop(at=AT)
    rows = [
        Order(
            ref=f"TW-MANY{each:06}",
            account=account,
            state="paid",
            currency="EUR",
            goods=100,
            total=100,
            placed_at=AT - timedelta(minutes=each),
        )
        for each in range(number)
    ]
    with transaction.atomic():
        return Order.objects.bulk_create(rows)


@pytest.mark.parametrize("act", [Act.TAG, Act.HOLD, Act.DISPATCH])
def test_a_batch_takes_few_statements(
    act: Act, db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = chosen(act, *many(200))
    if act == Act.TAG:
        bulk.choose_tag(run_id=run.pk, name="Fair", at=AT)
    bulk.begin(run_id=run.pk, by="staff:1", at=AT, reason="other")

    with django_assert_max_num_queries(60):
        deliveries.run_deliveries(now=lambda: AT)

    assert figures(BulkRun.objects.get(pk=run.pk)) == ("done", 200, 0)
    assert Parcel.objects.count() == (200 if act == Act.DISPATCH else 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_what_is_held_in_the_moment_in_which_many_leave_does_not_leave(turn: int) -> None:
    """The control, without the lock, stands with the holds."""
    orders = many(20)
    run = chosen(Act.DISPATCH, *orders)
    bulk.begin(run_id=run.pk, by="staff:1", at=AT)

    def dispatch() -> None:
        deliveries.run_deliveries(now=lambda: AT)

    def hold() -> None:
        hold_order(order_id=orders[turn].pk, reason="other", by="staff:2", at=AT)

    succeed_at_once(*([hold, dispatch] if turn % 2 else [dispatch, hold]), refusals=(NotHoldable,))

    left = Order.objects.get(pk=orders[turn].pk)
    assert (left.state, left.held_at is None) in {("dispatched", True), ("paid", False)}
    assert figures(BulkRun.objects.get(pk=run.pk)) == (
        "done",
        19 + (left.held_at is None),
        int(left.held_at is not None),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
@pytest.mark.slow
def test_whoever_comes_after_a_worker_that_died_goes_on_where_it_was() -> None:
    run = chosen(Act.HOLD, *many(600))
    bulk.begin(run_id=run.pk, by="staff:1", at=utc_now(), reason="other")
    with worker(NOBODY, DYING_LATE, 'UPDATE "orders_bulkitem"', "2") as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    # The second batch had held its orders already: none of it is left.
    assert (OrderHold.objects.count(), BulkItem.objects.filter(state="done").count()) == (250, 250)
    with transaction.atomic():
        Delivery.objects.filter(Delivery.IS_OPEN).update(due_at=utc_now())

    with worker(NOBODY):
        wait_until(lambda: BulkRun.objects.filter(state="done").exists())

    assert figures(BulkRun.objects.get()) == ("done", 600, 0)
    assert OrderHold.objects.values("order_id").distinct().count() == OrderHold.objects.count() == 600
    assert FactRecord.objects.filter(name="orders.held").count() == 600


def test_a_batch_that_staff_drop_ends_the_run_and_what_it_left_out_says_why(db: None, by_threes: None) -> None:
    orders = [make_order(number, state="paid") for number in range(1, 6)]
    run = chosen(Act.HOLD, *orders)
    bulk.begin(run_id=run.pk, by="staff:1", at=AT, reason="other", words="The boat is late")
    deliveries.run_now(Delivery.objects.get(state="waiting"), now=lambda: AT)
    stuck = Delivery.objects.get(state="waiting")
    Delivery.objects.filter(pk=stuck.pk).update(state="stuck", finished_at=AT)

    assert deliveries.drop(stuck.pk, reason="wrong orders", by=make_staff(), at=AT)

    run.refresh_from_db()
    left_out = run.items.filter(state="refused").order_by("order")
    assert (figures(run), run.words) == (("done", 3, 2), "")
    assert list(left_out.values_list("order_id", "why")) == [(order.pk, DROPPED) for order in orders[3:]]
    assert figures(undo(run)) == ("done", 3, 0)
