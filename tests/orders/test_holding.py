"""What is held does not leave: not by hand, not at the same moment, and not twice."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.shop import Shop, open_shop
from tradewind.core.facts import timeline
from tradewind.core.models import AuditEntry
from tradewind.orders.holding import (
    NotHeldSo,
    NotHoldable,
    OrderKeptBack,
    hold_order,
    is_kept,
    release_order,
    why_not_held,
)
from tradewind.orders.models import Order, OrderHold
from tradewind.orders.moving import move
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.shipping.dispatching import mark_dispatched


def paid(shop: Shop) -> Order:
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID)
    return Order.objects.get(pk=order.pk)


def test_what_is_held_leaves_only_after_it_was_released(shop: Shop) -> None:
    order = paid(shop)
    held = hold_order(order_id=order.pk, reason="address_unclear", words="Two house numbers", by="staff:1", at=shop.at)

    with pytest.raises(OrderKeptBack) as refusal:
        mark_dispatched(order=order, by="staff:2", at=shop.at)
    release_order(hold_id=held.pk, by="staff:2", at=shop.at)
    mark_dispatched(order=order, by="staff:2", at=shop.at)

    order.refresh_from_db()
    assert (refusal.value.reason, order.state, order.held_at) == ("address_unclear", "dispatched", None)
    told = [(fact.name, fact.actor, fact.data.get("reason")) for fact in timeline("order", order.pk)]
    assert ("orders.held", "staff:1", "address_unclear") in told
    assert ("orders.released", "staff:2", None) in told
    # What was typed may name the buyer, and stands in the row alone.
    assert not AuditEntry.objects.filter(after__icontains="house").exists()
    assert list(AuditEntry.objects.filter(subject_id=order.pk).order_by("pk").values_list("action", flat=True)) == [
        "order.held",
        "order.released",
    ]


def test_a_second_hold_is_refused_and_the_first_stays(shop: Shop) -> None:
    order = paid(shop)
    hold_order(order_id=order.pk, reason="other", by="staff:1", at=shop.at)

    with pytest.raises(NotHoldable) as refusal:
        hold_order(order_id=order.pk, reason="buyer_asked", by="staff:2", at=shop.at)

    assert (refusal.value.why, OrderHold.objects.get().reason) == ("held", "other")


def test_who_saw_an_older_hold_does_not_end_the_present_one(shop: Shop) -> None:
    order = paid(shop)
    seen = hold_order(order_id=order.pk, reason="other", by="staff:1", at=shop.at)
    release_order(hold_id=seen.pk, by="staff:1", at=shop.at)
    hold_order(order_id=order.pk, reason="payment_wrong", by="staff:1", at=shop.at)

    with pytest.raises(NotHeldSo):
        release_order(hold_id=seen.pk, by="staff:2", at=shop.at)

    assert is_kept(Order.objects.get(pk=order.pk))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "sale", "state": "paid"}, ""),
        ({"kind": "sale", "state": "awaiting_payment"}, ""),
        ({"kind": "sale", "state": "dispatched"}, "moved_on"),
        ({"kind": "sale", "state": "cancelled"}, "moved_on"),
        ({"kind": "credit", "state": "paid"}, "credit"),
        ({"kind": "sale", "state": "paid", "held_at": datetime(2026, 11, 23, tzinfo=UTC)}, "held"),
    ],
)
def test_only_sales_that_have_not_left_can_be_held(fields: dict[str, object], why: str) -> None:
    assert why_not_held(Order(**fields)) == why


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_held_and_dispatched_at_the_same_moment_only_one_happens(now: datetime, turn: int) -> None:
    order = paid(open_shop(now))

    def dispatch() -> None:
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=now)

    def hold() -> None:
        hold_order(order_id=order.pk, reason="other", by="staff:2", at=now)

    both = [hold, dispatch] if turn % 2 else [dispatch, hold]
    assert succeed_at_once(*both, refusals=(NotHoldable, OrderKeptBack, MoveNotAllowed)) == 1
    order.refresh_from_db()
    assert (order.state, order.held_at is None) in {("dispatched", True), ("paid", False)}


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_sends_what_is_held(now: datetime) -> None:
    """The control: without the lock, the order is held and leaves all the same."""
    order = paid(open_shop(now))
    both_have_looked = threading.Barrier(2)

    def hold() -> None:
        if why_not_held(Order.objects.get(pk=order.pk)):
            raise NotHoldable(order.pk, "held")
        both_have_looked.wait()
        with transaction.atomic():
            Order.objects.filter(pk=order.pk).update(held_at=now)

    def dispatch() -> None:
        if is_kept(Order.objects.get(pk=order.pk)):
            raise OrderKeptBack(order.pk, "other")
        both_have_looked.wait()
        with transaction.atomic():
            move(Order.objects.get(pk=order.pk), OrderState.DISPATCHED)

    assert succeed_at_once(hold, dispatch) == 2
