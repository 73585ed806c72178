"""Goods off a paid order: what is left costs what it would have cost alone, stock is free again, and the difference goes back once."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.checkout.test_code_goods_abroad import AMERICA, BRITAIN, FRANCE, Case
from tests.inventory.test_bundling import make_set
from tests.shop import HAMBURG, Shop, add_method, add_option, move_money, open_shop
from tradewind.catalog.models import Variant
from tradewind.catalog.pricing import set_price
from tradewind.checkout import reducing
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.reducing import NotReducible, look_at_reduction, reduce_order, seen_lines
from tradewind.checkout.summary import Choice, summarise
from tradewind.core.models import AuditEntry, FactRecord, Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.lib.money import Money
from tradewind.markets.opening import open_preset
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.models import Refund
from tradewind.shipping.dispatching import mark_dispatched


def paid(shop: Shop, order: Order) -> Order:
    move_money(order, order.total, shop.at)
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, paid=order.total)
    return Order.objects.get(pk=order.pk)


def mugs(shop: Shop, small: int = 3, large: int = 1) -> Order:
    return paid(shop, shop.place(shop.cart((shop.small, small), (shop.large, large))).order)


def goods(order: Order) -> list[OrderLine]:
    return list(order.lines.filter(kind="goods").order_by("position"))


def seen(order: Order) -> str:
    return seen_lines([(line.pk, line.quantity) for line in goods(order)])


def take(order: Order, *left: int, at: datetime) -> None:
    units = dict(zip([line.pk for line in goods(order)], left, strict=True))
    found = look_at_reduction(order_id=order.pk, left=units, seen=seen(order))
    how = {"seen": seen(order), "agreed": found.total.amount, "by": "staff:1", "at": at}
    reduce_order(order_id=order.pk, left=units, **how)


def written(order: Order) -> tuple[object, ...]:
    """What an order is worth, without its numbers."""
    order.refresh_from_db()
    lines = order.lines.order_by("position").values_list("kind", "sku", "title", "quantity", "total", "tax", "tax_rate")
    rules = {name: order.rules[name] for name in ("tax_names", "at_door")}
    return list(lines), order.goods, order.delivery, order.tax, order.total, rules


def test_less_goods_free_their_stock_and_send_the_difference_back(shop: Shop) -> None:
    order = mugs(shop)

    take(order, 1, 0, at=shop.at)

    lines, sum_of_goods, _, tax, total, _ = written(order)
    assert lines == [
        ("goods", "MUG-S", "Becher", 1, 1000, 160, 19),
        ("delivery", "", "de-air", 1, 690, 110, 19),
    ]
    assert (sum_of_goods, tax, total) == (1000, 270, 1690)
    reserved = (
        StockLevel.objects.filter(warehouse=shop.shenzhen).order_by("variant_id").values_list("reserved", flat=True)
    )
    assert list(reserved) == [1, 0]
    assert Refund.objects.get().amount == 3000
    assert FactRecord.objects.get(name="orders.reduced").data["amount"] == 3000
    entry = AuditEntry.objects.get(action="order.reduced")
    assert (entry.before, entry.after) == ({"MUG-S": 3, "MUG-L": 1}, {"MUG-S": 1, "MUG-L": 0})
    # What is on its way back is not too much that came: nobody is asked to send it again.
    run_until_idle(now=lambda: shop.at)
    assert not Todo.objects.filter(kind="order.overpaid").exists()
    mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=shop.at)
    assert list(order.lines.filter(kind="goods").values_list("quantity", "dispatched")) == [(1, 1)]


@pytest.mark.parametrize("case", [FRANCE, BRITAIN, AMERICA], ids=lambda case: case.market)
def test_what_is_left_costs_what_it_would_have_cost_alone_also_across_the_limits_of_the_customs(
    shop: Shop, bowl: Variant, case: Case
) -> None:
    made = open_preset(code=case.market, at=shop.at, by="command")
    add_option(made, shop.shenzhen, "air", Money(600, made.currency), (6, 12), 0)
    add_method(made, "card", "simulator", 0, is_instant=True, hold_days=1)
    for variant, price, code in ((shop.small, case.mug, "691110"), (bowl, case.bowl, "701337")):
        Variant.objects.filter(pk=variant.pk).update(customs={"traits": [], "hs_code": code})
        set_price(variant=variant, market_id=made.pk, price=Money(price, made.currency), by="system", at=shop.at)

    def place(*lines: tuple[Variant, int]) -> Order:
        cart, market = shop.cart(*lines, market=case.market), shop.market(case.market)
        found = summarise(cart, market, Choice(case.country, "air", "card"), language="en", at=shop.at)
        details = replace(HAMBURG, country=case.country, postcode=case.postcode)
        agreed = Agreement("air", "card", found.digest)
        how = {"market": market, "language": "en", "details": details, "agreed": agreed, "at": shop.at}
        return place_order(cart_key=cart.key, **how).order

    whole, alone, fewer = place((shop.small, 2), (bowl, 1)), place((shop.small, 1)), place((shop.small, 1), (bowl, 1))
    order = paid(shop, whole)

    take(order, 1, 1, at=shop.at)
    assert written(order) == written(fewer)
    take(order, 1, 0, at=shop.at)

    assert written(order) == written(alone)
    assert sum(refund.amount for refund in Refund.objects.all()) == order.paid - order.total


def test_a_set_gives_back_its_parts(shop: Shop) -> None:
    bundle = make_set(shop)
    order = paid(shop, shop.place(shop.cart((bundle, 2))).order)

    take(order, 1, at=shop.at)

    reserved = (
        StockLevel.objects.filter(warehouse=shop.shenzhen).order_by("variant_id").values_list("reserved", flat=True)
    )
    assert list(reserved) == [2, 1]


@pytest.mark.parametrize(
    ("change", "left", "why"),
    [
        ({}, (0, 0), reducing.NOTHING_LEFT),
        ({}, (3, 1), reducing.NOTHING_TAKEN),
        ({"state": "dispatched"}, (1, 1), reducing.MOVED_ON),
        ({"state": "awaiting_payment"}, (1, 1), reducing.MOVED_ON),
        ({"discount": -100}, (1, 1), reducing.HAS_CODE),
        ({"kind": "credit"}, (1, 1), reducing.ELSEWHERE),
        ({"market": "gone"}, (1, 1), reducing.OTHERWISE),
        ({"total": 4691}, (1, 1), reducing.OTHERWISE),
    ],
)
def test_what_cannot_be_changes_nothing(shop: Shop, change: dict[str, object], left: tuple[int, int], why: str) -> None:
    order = mugs(shop)
    Order.objects.filter(pk=order.pk).update(**change)
    before = written(order)

    with pytest.raises(NotReducible) as refusal:
        take(order, *left, at=shop.at)

    assert (refusal.value.why, written(order), Refund.objects.count()) == (why, before, 0)


def test_whoever_looked_before_somebody_else_changed_it_changes_nothing(shop: Shop) -> None:
    order = mugs(shop)
    looked = seen(order)
    first = goods(order)[0].pk
    take(order, 2, 1, at=shop.at)
    before = written(order)

    for known, agreed in ((looked, 2690), (seen(order), 2691)):
        with pytest.raises(NotReducible) as refusal:
            reduce_order(order_id=order.pk, left={first: 1}, seen=known, agreed=agreed, by="staff:2", at=shop.at)
        assert refusal.value.why == reducing.CHANGED

    assert (written(order), Refund.objects.count()) == (before, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_reduced_twice_at_the_same_moment_the_money_goes_back_once(now: datetime, turn: int) -> None:
    order = mugs(open_shop(now))
    how = {"left": {goods(order)[0].pk: 1}, "seen": seen(order), "agreed": 2690, "at": now}

    def reduce() -> None:
        reduce_order(order_id=order.pk, by=f"staff:{turn}", **how)

    def dispatch() -> None:
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:9", at=now)

    tasks = [reduce, reduce, *([dispatch] if turn % 2 else [])]
    succeed_at_once(*tasks, refusals=(NotReducible, MoveNotAllowed))

    order.refresh_from_db()
    units = sum(line.quantity for line in goods(order))
    assert sum(refund.amount for refund in Refund.objects.all()) == (4 - units) * 1000
    assert units in {2, 4}
    held = sum(level.reserved + 10 - level.on_hand for level in StockLevel.objects.all())
    assert held == units


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_sends_goods_whose_money_went_back(now: datetime) -> None:
    """The control: without the lock, three leave and two of them are paid back."""
    order = mugs(open_shop(now))
    both_have_looked = threading.Barrier(2)

    def reduce() -> None:
        look_at_reduction(order_id=order.pk, left={goods(order)[0].pk: 1}, seen=seen(order))
        both_have_looked.wait()
        with transaction.atomic():
            OrderLine.objects.filter(pk=goods(order)[0].pk).update(quantity=1)

    def dispatch() -> None:
        found = Order.objects.get(pk=order.pk)
        both_have_looked.wait()
        with transaction.atomic():
            move(found, OrderState.DISPATCHED)

    assert succeed_at_once(reduce, dispatch) == 2
