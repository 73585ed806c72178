"""Orders that are late stay late when they are split or merged: what was promised of them goes along."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.orders.changing import bought, split, told_of
from tests.orders.test_merging import merge
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE
from tradewind.orders.models import Order
from tradewind.promises.ending import keep
from tradewind.promises.models import Promise
from tradewind.promises.queries import owed
from tradewind.promises.watching import note_broken

pytestmark = pytest.mark.django_db
DISPATCH = Promise.Kind.DISPATCH


def leaves(order: Order) -> list[tuple[str, bool, datetime]]:
    rows = Promise.objects.filter(kind=DISPATCH, subject_kind="order", subject_id=order.pk)
    return list(rows.order_by("pk").values_list("state", "is_owed", "due_at"))


def test_both_parts_of_a_late_order_are_late(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    due_at = leaves(order)[-1][2]
    note_broken(due_at)

    new = split(shop, order, 1)

    assert leaves(new) == leaves(order)[-1:] == [("broken", True, due_at)]
    assert told_of(new).count("promises.broken") == 1, "whoever is told of late orders hears of it"
    late = owed(EVERYWHERE, kinds=[DISPATCH], until=due_at + timedelta(seconds=1))
    assert {promise.subject_id for promise in late} == {order.pk, new.pk}
    keep(DISPATCH, order_id=new.pk, at=due_at + timedelta(days=1))
    assert Promise.objects.get(kind=DISPATCH, subject_id=new.pk).fulfilled_at == due_at + timedelta(days=1)


def test_a_late_order_that_is_taken_in_makes_the_other_late_and_is_owed_nothing(shop: Shop) -> None:
    late = bought(shop, (shop.small, 1))
    due_at = leaves(late)[-1][2]
    note_broken(due_at)
    other = bought(shop, (shop.small, 1))
    Promise.objects.filter(subject_id=other.pk).update(due_at=due_at + timedelta(days=2))

    merge(shop, other, late)

    assert leaves(other) == [("released", False, due_at + timedelta(days=2)), ("broken", True, due_at)]
    assert leaves(late) == [("broken", False, due_at)]
    assert "promises.broken" in told_of(other)


def test_a_late_order_that_takes_another_in_stays_late(shop: Shop) -> None:
    late, other = bought(shop, (shop.small, 1)), bought(shop, (shop.small, 1))
    due_at = leaves(late)[-1][2]
    Promise.objects.filter(subject_id=other.pk).update(due_at=due_at + timedelta(days=2))
    note_broken(due_at)

    merge(shop, late, other)

    assert leaves(late) == [("broken", True, due_at)]
    assert leaves(other) == [("released", False, due_at + timedelta(days=2))]


def test_what_merged_orders_were_still_owed_before_is_put_right_once(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    note_broken(leaves(order)[-1][2])
    Order.objects.update(state="merged")

    import_module("tradewind.shipping.migrations.0075_not_known").put_right(apps, None)

    assert [is_owed for _, is_owed, _ in leaves(order)] == [False]
