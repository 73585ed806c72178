"""One paid order becomes two: nothing is counted anew, nothing is free in between, and no money goes back twice."""

import threading
from datetime import datetime

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.orders.changing import bought, goods, held, seen, split, told_of, written
from tests.shop import Shop, open_shop
from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.models import CodeUse
from tradewind.connectors.simulator.models import SimulatedMovement
from tradewind.core.models import AuditEntry, Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.inventory.reserving import NotEnoughStock, Wanted, exchange, reserve
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.orders import changing
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.holding import OrderKeptBack, hold_order
from tradewind.orders.models import Order, OrderChange, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.paying import note_payment
from tradewind.orders.splitting import look_at_split, split_order
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.models import LedgerEntry, Refund
from tradewind.payments.queries import intents_for, ledger_sum
from tradewind.payments.refunding import MoreThanCaptured, plan_refund
from tradewind.payments.settling import record_capture
from tradewind.promises.queries import promises_about
from tradewind.shipping.dispatching import mark_dispatched


def test_both_orders_owe_hold_and_were_paid_what_the_one_was(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    before = [(promise.kind, promise.due_at, promise.last_day) for promise in promises_about("order", order.pk)]

    new = split(shop, order, 1, 1)

    lines, sums, *_ = written(new)
    assert [(kind, sku, quantity, total, tax) for kind, sku, quantity, _, total, tax, _ in lines] == [
        ("goods", "MUG-S", 1, 1000, 160),
        ("goods", "MUG-L", 1, 1000, 160),
        ("delivery", "", 1, 345, 55),
    ]
    assert sums == (2000, 345, 0, 375, 2345, 2345)
    assert written(order)[1] == (2000, 345, 0, 374, 2345, 2345)
    assert (held(order), held(new)) == (
        {f"shenzhen {shop.small.pk}": 2},
        {f"shenzhen {shop.small.pk}": 1, f"shenzhen {shop.large.pk}": 1},
    )
    assert sorted(StockLevel.objects.filter(warehouse=shop.shenzhen).values_list("reserved", flat=True)) == [1, 3]
    for each in (order, new):
        assert [
            (promise.kind, promise.due_at, promise.last_day) for promise in promises_about("order", each.pk)
        ] == before
    assert (told_of(order)[-1], told_of(new)[-1]) == ("orders.split", "orders.split_off")
    assert (new.placed_at, new.buyer_id, new.ship_to, new.cart_key) == (
        order.placed_at,
        order.buyer_id,
        order.ship_to,
        None,
    )
    assert new.ref != order.ref
    assert AuditEntry.objects.get(action="order.split").after["order"] == new.ref
    run_until_idle(now=lambda: shop.at)
    assert not Todo.objects.filter(kind="order.overpaid").exists()


def test_an_order_is_split_once_all_that_follows_from_its_payment_is_done(shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 2)), method="bank_transfer").order
    intent = intents_for("order", order.pk).get()
    record_capture(intent_id=intent.pk, external_id="A", amount=intent.due, by="staff:1", at=shop.at)
    order = note_payment(order_id=order.pk, at=shop.at)

    with pytest.raises(NotChangeable) as refusal:
        split(shop, order, 1)
    assert (refusal.value.why, promises_about("order", order.pk)) == (changing.JUST_PAID, [])
    run_until_idle(now=lambda: shop.at)
    new = split(shop, order, 1)

    dates = [[(each.kind, each.due_at) for each in promises_about("order", pk)] for pk in (order.pk, new.pk)]
    assert (dates[0] == dates[1], len(dates[0])) == (True, 2)


def test_refunds_on_either_go_back_to_the_payment_and_never_above_what_came(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    new = split(shop, order, 1, 0)
    share = intents_for("order", new.pk).get()
    assert sum(LedgerEntry.objects.filter(kind="transfer").values_list("amount", flat=True)) == 0

    with pytest.raises(MoreThanCaptured):
        plan_refund(intent=share, amount=Money(new.total + 1, "EUR"), reason="x", at=shop.at, by="system")
    for each in (new, order):
        cancel_order(order=each, by="staff:1", reason="buyer_asked", at=shop.at)
        run_until_idle(now=lambda: shop.at)

    payment = SimulatedMovement.objects.order_by("pk").values_list("payment__ref", "amount")
    provider_ref = intents_for("order", order.pk).get().provider_ref
    assert list(payment) == [(provider_ref, 4690), (provider_ref, -1172), (provider_ref, -3518)]
    assert [ledger_sum("order", each.pk, "EUR").amount for each in (order, new)] == [0, 0]
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 0


def test_what_lies_in_another_warehouse_goes_first(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=5, by="system", at=shop.at)
    order = bought(shop, (shop.small, 6))
    exchange(subject=("order", order.pk), given={shop.small.pk: 2}, lines=[], warehouses=[], at=shop.at)
    reserve(subject=("order", order.pk), lines=[Wanted(shop.small.pk, 2)], warehouses=[shop.frankfurt.pk], at=shop.at)

    new = split(shop, order, 3)

    key = shop.small.pk
    assert (held(order), held(new)) == ({f"shenzhen {key}": 3}, {f"shenzhen {key}": 1, f"frankfurt {key}": 2})


def test_an_order_that_got_money_back_lacks_it_in_both_parts(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    plan_refund(
        intent=intents_for("order", order.pk).get(),
        amount=Money(269, "EUR"),
        reason="by_staff",
        at=shop.at,
        by="system",
    )
    run_until_idle(now=lambda: shop.at)

    new = split(shop, order, 1)

    order.refresh_from_db()
    assert [(each.total, each.paid) for each in (order, new)] == [(1345, 1211), (1345, 1210)]


def test_a_code_is_free_again_once_no_part_has_its_discount(shop: Shop) -> None:
    new_code = NewCode("SPRING", "season", "percent", shop.at, percent=10)
    make_code(new_code, by="staff:1", at=shop.at)
    order = bought(shop, (shop.small, 3), (shop.large, 1), code="SPRING")
    new = split(shop, order, 1, 0)
    assert [(each.discount, each.total) for each in (Order.objects.get(pk=order.pk), new)] == [
        (-300, 3218),
        (-100, 1072),
    ]

    for each, is_free in ((order, False), (new, True)):
        cancel_order(order=each, by="staff:1", reason="buyer_asked", at=shop.at)
        run_until_idle(now=lambda: shop.at)
        assert CodeUse.objects.filter(given_back_at=None).exists() != is_free


def test_what_was_kept_back_leaves_in_neither_part(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    hold_order(order_id=order.pk, reason="address_unclear", by="staff:1", at=shop.at, words="which door?")

    new = split(shop, order, 1)

    for each in (order, new):
        with pytest.raises(OrderKeptBack):
            mark_dispatched(order=each, by="staff:1", at=shop.at)
    assert new.holds.get().words == "which door?"


@pytest.mark.parametrize(
    ("change", "units", "why"),
    [
        ({}, (0, 0), changing.NOTHING_TAKEN),
        ({}, (3, 1), changing.NOTHING_LEFT),
        ({"state": "dispatched"}, (1, 1), changing.MOVED_ON),
        ({"state": "awaiting_payment"}, (1, 1), changing.MOVED_ON),
        ({"kind": "credit"}, (1, 1), changing.ELSEWHERE),
        ({"total": 4691}, (1, 1), changing.OTHERWISE),
    ],
)
def test_what_cannot_be_split_stays_as_it_is(
    shop: Shop, change: dict[str, object], units: tuple[int, int], why: str
) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    Order.objects.filter(pk=order.pk).update(**change)
    before = written(order)

    with pytest.raises(NotChangeable) as refusal:
        split(shop, order, *units)

    assert (refusal.value.why, written(order), Order.objects.count()) == (why, before, 1)


def test_whoever_looked_before_somebody_else_changed_it_splits_nothing(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    looked, first = seen(order), goods(order)[0].pk
    split(shop, order, 1)
    before = written(order)

    for known, agreed in ((looked, 1563), (seen(order), 1)):
        act = Act("staff:2", shop.at, tells=False)
        with pytest.raises(NotChangeable) as refusal:
            split_order(order_id=order.pk, moved={first: 1}, seen=known, agreed=agreed, act=act)
        assert refusal.value.why == changing.CHANGED

    assert (written(order), OrderChange.objects.count(), Refund.objects.count()) == (before, 1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_split_twice_while_it_leaves_and_somebody_else_buys_no_unit_is_sold_twice(now: datetime, turn: int) -> None:
    shop = open_shop(now)
    order = bought(shop, (shop.small, 9))
    first, looked = goods(order)[0].pk, seen(order)
    agreed = look_at_split(order_id=order.pk, moved={first: 4}, seen=looked).goes.total

    def split_it() -> None:
        act = Act("staff:1", now, tells=False)
        split_order(order_id=order.pk, moved={first: 4}, seen=looked, agreed=agreed, act=act)

    def dispatch() -> None:
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:9", at=now)

    def buy() -> None:
        # One is free; a unit on its way from one order to the other must not be.
        reserve(subject=("cart", 1), lines=[Wanted(shop.small.pk, 2)], warehouses=[shop.shenzhen.pk], at=now)

    done = succeed_at_once(
        split_it,
        split_it,
        buy,
        *([dispatch] if turn % 2 else []),
        refusals=(NotChangeable, MoveNotAllowed, NotEnoughStock),
    )

    orders = list(Order.objects.order_by("pk"))
    assert done >= 1
    assert sum(line.quantity for each in orders for line in goods(each)) == 9
    assert sum(each.total for each in orders) == sum(each.paid for each in orders) == 9690
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert level.reserved == sum(sum(held(each).values()) for each in orders)
    assert level.reserved + 10 - level.on_hand == 9
    assert len(orders) <= 2


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_sends_and_keeps_the_same_goods(now: datetime) -> None:
    """The control: without the lock, an order leaves with goods that became another order's at the same moment."""
    shop = open_shop(now)
    order = bought(shop, (shop.small, 9))
    both_have_looked = threading.Barrier(2)

    def split_it() -> None:
        look_at_split(order_id=order.pk, moved={goods(order)[0].pk: 4}, seen=seen(order))
        both_have_looked.wait()
        with transaction.atomic():
            OrderLine.objects.filter(pk=goods(order)[0].pk).update(quantity=5)

    def dispatch() -> None:
        found = Order.objects.get(pk=order.pk)
        both_have_looked.wait()
        with transaction.atomic():
            move(found, OrderState.DISPATCHED)

    assert succeed_at_once(split_it, dispatch) == 2
