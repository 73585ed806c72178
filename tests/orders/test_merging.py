"""Orders of one buyer become one: all goes over, the earlier promise stands, and nobody's money is lost or counted twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.orders.changing import bought, goods, held, split, told_of, written
from tests.shop import Shop, open_shop
from tradewind.connectors.simulator.models import SimulatedMovement
from tradewind.core.models import AuditEntry, Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.lib.money import Money
from tradewind.messaging.models import Message
from tradewind.orders import changing
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changes import parts_of, standing_for
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.merging import look_at_merge, merge_orders, mergeable_with
from tradewind.orders.models import Order
from tradewind.orders.moving import move
from tradewind.orders.noting import write_note
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.models import LedgerEntry, Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.shipping.dispatching import mark_dispatched


def merge(shop: Shop, order: Order, *others: Order, refunds: bool = False) -> Order:
    ids = [other.pk for other in others]
    seen = look_at_merge(order_id=order.pk, others=ids).seen
    return merge_orders(
        order_id=order.pk, others=ids, seen=seen, refunds=refunds, act=Act("staff:1", shop.at, tells=False)
    )


def test_one_order_has_all_that_both_had_and_what_was_paid_twice_goes_back(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.small, 1), (shop.large, 1))
    other_ref, paid = other.ref, order.paid + other.paid
    write_note(order_id=other.pk, key="k", text="fragile", by="staff:2", at=shop.at)
    Promise.objects.filter(subject_id=other.pk, kind="dispatch").update(due_at=shop.at + timedelta(hours=1))
    earlier = Promise.objects.get(subject_id=other.pk, kind="dispatch").due_at
    assert [found.pk for found in mergeable_with(order)] == [other.pk]
    look = look_at_merge(order_id=order.pk, others=[other.pk])
    assert (look.total.amount, look.deliveries.amount, Refund.objects.count()) == (5380, 690, 0)

    merge(shop, order, other, refunds=True)
    run_until_idle(now=lambda: shop.at)

    lines, sums, state, units, _ = written(order)
    assert [(kind, sku, quantity, total) for kind, sku, quantity, _, total, *_ in lines] == [
        ("goods", "MUG-S", 3, 3000),
        ("delivery", "", 1, 690),
        ("goods", "MUG-L", 1, 1000),
    ]
    assert (sums, state) == ((4000, 690, 0, 748, 4690, 4690), "paid")
    assert units == {f"shenzhen {shop.small.pk}": 3, f"shenzhen {shop.large.pk}": 1}
    assert written(other)[:4] == ([], (0, 0, 0, 0, 0, 0), "merged", {})
    assert sum(SimulatedMovement.objects.values_list("amount", flat=True)) == paid - 690
    assert Refund.objects.get().amount == 690
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == paid - 690
    stands = [promise for promise in promises_about("order", order.pk) if promise.state == "made"]
    assert [(promise.kind, promise.due_at == earlier) for promise in stands] == [
        ("delivery", False),
        ("dispatch", True),
    ]
    assert not Promise.objects.filter(subject_id=other.pk, state="made").exists()
    assert (order.notes.get().text, standing_for(other.pk), standing_for(order.pk)) == ("fragile", order.pk, order.pk)
    assert ("orders.took_in" in told_of(order), "orders.merged" in told_of(other)) == (True, True)
    assert AuditEntry.objects.get(action="order.merged").before == {"total": 2690, "MUG-S": 1, "MUG-L": 1}
    assert not Todo.objects.filter(kind="order.overpaid").exists()
    assert Order.objects.get(pk=other.pk).ref == other_ref
    # Cancelled later, all of it goes back, to both payments.
    cancel_order(order=order, by="staff:1", reason="buyer_asked", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    balances: dict[str, int] = {}
    for ref, amount in SimulatedMovement.objects.values_list("payment__ref", "amount"):
        balances[ref] = balances.get(ref, 0) + amount
    assert set(balances.values()) == {0}


def test_money_that_comes_late_for_an_order_that_is_no_more_is_put_before_a_person(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.large, 1))
    merge(shop, order, other)
    intent = intents_for("order", other.pk)[0]

    record_capture(intent_id=intent.pk, external_id="late", amount=Money(500, "EUR"), by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)

    todo = Todo.objects.get(kind="order.overpaid")
    assert ((todo.subject_kind, todo.subject_id), todo.facts["amount"]) == (("order", other.pk), 500)


def test_three_become_one_with_one_letter_for_all(shop: Shop) -> None:
    order, *others = [bought(shop, (shop.small, number)) for number in (1, 2, 3)]
    seen = look_at_merge(order_id=order.pk, others=[row.pk for row in others]).seen
    act = Act("staff:1", shop.at)

    merge_orders(order_id=order.pk, others=[row.pk for row in others], seen=seen, refunds=True, act=act)
    run_until_idle(now=lambda: shop.at)

    order.refresh_from_db()
    letter = Message.objects.get(moment="order_changed")
    assert all(row.ref in letter.text for row in (order, *others))
    assert ("13,80" in letter.text, order.total, order.delivery) == (True, 6690, 690)
    assert sum(refund.amount for refund in Refund.objects.all()) == 1380


@pytest.mark.parametrize("units", [(1, 0), (2, 1), (0, 1)])
def test_merging_what_was_split_makes_it_what_it_was(shop: Shop, units: tuple[int, int]) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    before = written(order)
    new = split(shop, order, *units)
    assert [each.pk for each in parts_of(new.pk)] == [order.pk]
    # Its delivery was paid once: nothing of it goes back.
    assert look_at_merge(order_id=order.pk, others=[new.pk]).deliveries.amount == 0

    merge(shop, order, new, refunds=True)

    lines, *rest = written(order)
    assert (sorted(lines), rest) == (sorted(before[0]), list(before[1:]))  # type: ignore[call-overload]  # rows of values
    assert parts_of(order.pk) == []
    # The money is again where the provider knows it.
    assert [sum(entry.amount for entry in intent.entries.all()) for intent in intents_for("order", order.pk)] == [4690]
    stands = [promise.kind for promise in promises_about("order", order.pk) if promise.state == "made"]
    assert stands == ["dispatch", "delivery"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ship_to": {"country": "DE"}}, changing.DIFFERS),
        ({"market": "world"}, changing.DIFFERS),
        ({"buyer": None}, changing.DIFFERS),
        ({"state": "dispatched"}, changing.MOVED_ON),
        ({"state": "awaiting_payment"}, changing.MOVED_ON),
        ({"kind": "credit"}, changing.ELSEWHERE),
        ({"total": 1}, changing.OTHERWISE),
        ({"held_at": datetime(2026, 11, 1, tzinfo=UTC)}, changing.HELD),
    ],
)
def test_what_is_not_one_parcel_stays_two_orders(shop: Shop, change: dict[str, object], why: str) -> None:
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.large, 1))
    Order.objects.filter(pk=other.pk).update(**change)
    before = written(order), written(other)

    with pytest.raises(NotChangeable) as refusal:
        merge(shop, order, other)

    assert (refusal.value.why, (written(order), written(other))) == (why, before)
    assert why == changing.OTHERWISE or mergeable_with(order) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_merged_while_one_of_them_leaves_or_is_cancelled_every_unit_and_cent_is_somewhere(
    now: datetime, turn: int
) -> None:
    shop = open_shop(now)
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.small, 3))
    seen = look_at_merge(order_id=order.pk, others=[other.pk]).seen
    back = look_at_merge(order_id=other.pk, others=[order.pk]).seen

    def into(one: Order, two: Order, known: str) -> None:
        merge_orders(order_id=one.pk, others=[two.pk], seen=known, refunds=False, act=Act("staff:1", now, tells=False))

    def leave() -> None:
        mark_dispatched(order=Order.objects.get(pk=other.pk), by="staff:9", at=now)

    def cancel() -> None:
        cancel_order(order=Order.objects.get(pk=other.pk), by="buyer", reason="buyer_asked", at=now)

    tasks = [lambda: into(order, other, seen), lambda: into(other, order, back), leave if turn % 2 else cancel]
    done = succeed_at_once(*tasks, refusals=(NotChangeable, MoveNotAllowed))
    run_until_idle(now=lambda: now)

    # One of the two merges, or the other act alone, or the act on what took the other in.
    assert done in {1, 2}
    cancelled = Order.objects.filter(state="cancelled")
    standing = Order.objects.exclude(state="cancelled")
    back_home = sum(refund.amount for refund in Refund.objects.filter(state="confirmed"))
    assert sum(each.total for each in cancelled) == back_home
    assert sum(each.paid for each in standing) == sum(each.total for each in standing)
    assert sum(SimulatedMovement.objects.values_list("amount", flat=True)) == sum(each.paid for each in standing)
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert level.reserved == sum(sum(held(each).values()) for each in Order.objects.filter(state="paid"))
    assert 10 - level.on_hand + level.reserved == sum(line.quantity for each in standing for line in goods(each))


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_merging_later_gives_money_back_for_goods_that_leave(now: datetime) -> None:
    """The control: without the locks, an order is cancelled whose goods another one has taken in."""
    shop = open_shop(now)
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.small, 3))
    both_have_looked = threading.Barrier(2)

    def take_in() -> None:
        look_at_merge(order_id=order.pk, others=[other.pk])
        both_have_looked.wait()
        with transaction.atomic():
            other.lines.filter(kind="goods").update(order=order, position=9)

    def cancel() -> None:
        found = Order.objects.get(pk=other.pk)
        both_have_looked.wait()
        with transaction.atomic():
            move(found, OrderState.CANCELLED)

    assert succeed_at_once(take_in, cancel) == 2
