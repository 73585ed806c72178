"""A change of an order and what others do with it at that time: dispatch, a withdrawal, a code, a cancellation."""

from datetime import timedelta

import pytest

from tests.orders.changing import bought, goods, split
from tests.orders.test_merging import merge
from tests.shop import Shop
from tradewind.aftersales.withdrawing import Declaration, declare_withdrawal
from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.models import CodeUse
from tradewind.core.models import Todo
from tradewind.core.reach import EVERYWHERE
from tradewind.core.worker import run_until_idle
from tradewind.orders import bulk
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changes import taken_in
from tradewind.orders.changing import NotChangeable
from tradewind.orders.merging import OPEN_MATTER
from tradewind.orders.models import BulkRun, Order


def cancel(order: Order, shop: Shop) -> None:
    cancel_order(order=Order.objects.get(pk=order.pk), by="staff:1", reason="buyer_asked", at=shop.at)
    run_until_idle(now=lambda: shop.at)


def with_code(shop: Shop) -> Order:
    how = {"gives": "percent", "percent": 10, "starts_at": shop.at - timedelta(days=1)}
    make_code(NewCode(code="TENOFF", occasion="season", **how), by="staff:1", at=shop.at)
    return bought(shop, (shop.small, 2), (shop.large, 2), code="TENOFF")


def test_many_are_not_marked_dispatched_with_goods_that_changed_since_they_were_chosen(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.small, 1))
    ids = [order.pk, other.pk]
    run = bulk.choose(
        act=BulkRun.Act.DISPATCH, order_ids=ids, reach=EVERYWHERE, by="staff:1", at=shop.at - timedelta(minutes=1)
    )
    assert list(bulk.split(run).can) == ids

    new = split(shop, order, 1)

    assert bulk.split(run).reasons == [("revised", 1)]
    bulk.begin(run_id=run.pk, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    states = [Order.objects.get(pk=pk).state for pk in (*ids, new.pk)]
    assert states == ["paid", "dispatched", "paid"]


def test_an_open_withdrawal_is_acted_on_before_its_order_is_taken_in(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.large, 1))
    told = Declaration("Greta", other.ref, other.email)
    declare_withdrawal(told, key="k", market="de", language="de", at=shop.at)

    with pytest.raises(NotChangeable) as refusal:
        merge(shop, order, other)

    assert (refusal.value.why, refusal.value.order_id) == (OPEN_MATTER, other.pk)
    Todo.objects.filter(kind="order.withdrawal").update(state="done")
    merge(shop, order, other)
    late, _ = declare_withdrawal(told, key="later", market="de", language="de", at=shop.at)
    assert late.order_id == order.pk


def test_the_code_of_an_order_that_was_taken_in_comes_back_with_what_took_it_in(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), with_code(shop)
    merge(shop, order, other)

    cancel(order, shop)

    assert CodeUse.objects.get().given_back_at == shop.at


def test_a_code_comes_back_once_no_part_stands_wherever_it_went(shop: Shop) -> None:
    order, third = with_code(shop), bought(shop, (shop.small, 1))
    part = split(shop, order, 0, 2)
    merge(shop, third, part)

    cancel(order, shop)
    assert CodeUse.objects.get().given_back_at is None
    cancel(third, shop)

    assert CodeUse.objects.get().given_back_at == shop.at


def test_an_order_without_a_cart_that_was_taken_in_is_named_and_a_part_is_not(shop: Shop) -> None:
    order, by_staff = bought(shop, (shop.small, 3)), bought(shop, (shop.large, 1))
    Order.objects.filter(pk=by_staff.pk).update(cart_key=None)
    part = split(shop, order, 1)

    merge(shop, order, part, by_staff)

    assert taken_in(order.pk) == [by_staff.ref]
    assert len(goods(order)) == 2
