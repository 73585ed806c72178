"""Marking an order as dispatched."""

from datetime import timedelta

import pytest

from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import mark_dispatched


def _paid_order(shop: Shop) -> Order:
    placed = shop.place(shop.cart((shop.small, 2)))
    amount = Money(placed.intent.amount, "EUR")
    record_capture(intent_id=placed.intent.pk, external_id="m-1", amount=amount, by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=placed.order.pk)


def test_dispatched_goods_leave_the_books_and_keep_the_promise(shop: Shop) -> None:
    order = mark_dispatched(order=_paid_order(shop), by="staff:1", at=shop.at + timedelta(hours=3))

    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert (level.on_hand, level.reserved) == (8, 0)
    assert order.state == OrderState.DISPATCHED
    assert list(Promise.objects.order_by("pk").values_list("kind", "state")) == [
        ("dispatch", "kept"),
        ("delivery", "made"),
    ]
    assert list(order.lines.filter(kind="goods").values_list("dispatched", flat=True)) == [2]


def test_an_unpaid_order_is_not_dispatched(shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 2)))

    with pytest.raises(MoveNotAllowed) as refusal:
        mark_dispatched(order=placed.order, by="staff:1", at=shop.at)
    assert (refusal.value.found, refusal.value.wanted) == ("awaiting_payment", "dispatched")
    assert StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen).reserved == 2


def test_dispatching_twice_takes_the_goods_once(shop: Shop) -> None:
    order = _paid_order(shop)
    mark_dispatched(order=order, by="staff:1", at=shop.at)

    with pytest.raises(MoveNotAllowed):
        mark_dispatched(order=order, by="staff:1", at=shop.at)
    assert StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen).on_hand == 8


def test_a_promise_is_broken_the_moment_its_day_is_over_and_not_before(shop: Shop) -> None:
    _paid_order(shop)
    dispatch = Promise.objects.get(kind="dispatch")

    assert note_broken(dispatch.due_at - timedelta(seconds=1)) == 0
    assert note_broken(dispatch.due_at) == 1
    assert note_broken(dispatch.due_at) == 0
    assert list(Promise.objects.order_by("pk").values_list("kind", "state")) == [
        ("dispatch", "broken"),
        ("delivery", "made"),
    ]
