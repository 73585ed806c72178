"""Other goods in a paid order: it costs what it would have cost so from the beginning, and the difference goes back or is asked for once."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.checkout.test_code_goods_abroad import AMERICA, BRITAIN, FRANCE, Case
from tests.inventory.test_bundling import make_set
from tests.orders.changing import bought
from tests.shop import HAMBURG, Shop, add_method, add_option, move_money, open_shop
from tradewind.catalog.models import Variant
from tradewind.catalog.pricing import set_price
from tradewind.checkout import codes, revisions
from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.models import CodeUse
from tradewind.checkout.paying_again import pay_again
from tradewind.checkout.placing import Agreement, place_order
from tradewind.checkout.rebilling import CodeFails
from tradewind.checkout.revising import revise_order
from tradewind.checkout.revisions import Goods, look_at_revision
from tradewind.checkout.summary import Choice, summarise
from tradewind.connectors.simulator.choosing import Choice as Choose
from tradewind.connectors.simulator.choosing import choose
from tradewind.core.models import AuditEntry, FactRecord, Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.lib.money import Money
from tradewind.markets.opening import open_preset
from tradewind.messaging.models import Message
from tradewind.orders import changing
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import Act, NotChangeable, seen_lines
from tradewind.orders.holding import OrderKeptBack
from tradewind.orders.models import Order, OrderHold, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.asking import ask_now
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.starting import start_now
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
    wanted = Goods(units, seen(order))
    found = look_at_revision(order_id=order.pk, wanted=wanted, at=at)
    revise_order(order_id=order.pk, wanted=wanted, agreed=found.total.amount, act=Act("staff:1", at, tells=False))


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
        ({}, (0, 0), changing.NOTHING_LEFT),
        ({}, (3, 1), changing.NOTHING_TAKEN),
        ({"state": "dispatched"}, (1, 1), changing.MOVED_ON),
        ({"state": "awaiting_payment"}, (1, 1), changing.MOVED_ON),
        ({"discount": -100}, (1, 1), changing.OTHERWISE),
        ({"kind": "credit"}, (1, 1), changing.ELSEWHERE),
        ({"market": "gone"}, (1, 1), changing.OTHERWISE),
        ({"total": 4691}, (1, 1), changing.OTHERWISE),
    ],
)
def test_what_cannot_be_changes_nothing(shop: Shop, change: dict[str, object], left: tuple[int, int], why: str) -> None:
    order = mugs(shop)
    Order.objects.filter(pk=order.pk).update(**change)
    before = written(order)

    with pytest.raises(NotChangeable) as refusal:
        take(order, *left, at=shop.at)

    assert (refusal.value.why, written(order), Refund.objects.count()) == (why, before, 0)


def test_whoever_looked_before_somebody_else_changed_it_changes_nothing(shop: Shop) -> None:
    order = mugs(shop)
    looked = seen(order)
    first = goods(order)[0].pk
    take(order, 2, 1, at=shop.at)
    before = written(order)

    for known, agreed in ((looked, 2690), (seen(order), 2691)):
        with pytest.raises(NotChangeable) as refusal:
            revise_order(order_id=order.pk, wanted=Goods({first: 1}, known), agreed=agreed, act=Act("staff:2", shop.at))
        assert refusal.value.why == changing.CHANGED

    assert (written(order), Refund.objects.count()) == (before, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_reduced_twice_at_the_same_moment_the_money_goes_back_once(now: datetime, turn: int) -> None:
    order = mugs(open_shop(now))
    wanted = Goods({goods(order)[0].pk: 1}, seen(order))

    def reduce() -> None:
        revise_order(order_id=order.pk, wanted=wanted, agreed=2690, act=Act(f"staff:{turn}", now, tells=False))

    def dispatch() -> None:
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:9", at=now)

    tasks = [reduce, reduce, *([dispatch] if turn % 2 else [])]
    succeed_at_once(*tasks, refusals=(NotChangeable, MoveNotAllowed))

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
        look_at_revision(order_id=order.pk, wanted=Goods({goods(order)[0].pk: 1}, seen(order)), at=now)
        both_have_looked.wait()
        with transaction.atomic():
            OrderLine.objects.filter(pk=goods(order)[0].pk).update(quantity=1)

    def dispatch() -> None:
        found = Order.objects.get(pk=order.pk)
        both_have_looked.wait()
        with transaction.atomic():
            move(found, OrderState.DISPATCHED)

    assert succeed_at_once(reduce, dispatch) == 2


def change(order: Order, left: tuple[int, ...], added: dict[int, int], at: datetime, *, tells: bool = False) -> None:
    units = dict(zip([line.pk for line in goods(order)], left, strict=True))
    wanted = Goods(units, seen(order), added)
    found = look_at_revision(order_id=order.pk, wanted=wanted, at=at)
    revise_order(order_id=order.pk, wanted=wanted, agreed=found.total.amount, act=Act("staff:1", at, tells=tells))


def with_code(shop: Shop, code: str, *lines: tuple[Variant, int], **how: Any) -> Order:
    new = {"code": code, "occasion": "season", "gives": "percent", "percent": 10, "starts_at": shop.at, **how}
    make_code(NewCode(**new), by="staff:1", at=shop.at)
    cart = shop.cart(*lines)
    return paid(shop, shop.place(cart, agreed=shop.agree(cart, code=code)).order)


@pytest.mark.parametrize(
    "how",
    [
        {"percent": 15},
        {"gives": "amount", "percent": 0, "amounts": {"EUR": 500}, "least": {"EUR": 900}},
        {"gives": "delivery", "percent": 0},
        {"percent": 15, "most_uses": 1},
    ],
)
def test_a_code_is_valued_on_what_is_left_as_at_placing(shop: Shop, how: dict[str, Any]) -> None:
    order = with_code(shop, "SPRING", (shop.small, 3), (shop.large, 1), **how)
    shares = "kind", "sku", "quantity", "total", "tax", "discount", "unit"
    take(order, 1, 0, at=shop.at)
    order.refresh_from_db()
    found = list(order.lines.order_by("position").values_list(*shares)), order.discount, order.total, order.tax
    use = CodeUse.objects.get(order_id=order.pk)
    assert (use.amount, Refund.objects.get().amount) == (-order.discount, order.paid - order.total)
    CodeUse.objects.all().delete()

    alone = shop.cart((shop.small, 1))
    alike = shop.place(alone, agreed=shop.agree(alone, code="SPRING")).order

    assert found == (
        list(alike.lines.order_by("position").values_list(*shares)), alike.discount, alike.total, alike.tax
    )  # fmt: skip


def test_a_code_whose_least_is_no_longer_met_keeps_the_goods_and_says_what_they_would_cost(shop: Shop) -> None:
    order = with_code(shop, "SPRING", (shop.small, 4), least={"EUR": 3000})
    before = written(order)

    take(order, 3, at=shop.at)
    with pytest.raises(CodeFails) as refusal:
        take(order, 2, at=shop.at)

    assert (refusal.value.valued.problem, refusal.value.without.amount) == (codes.TOO_LITTLE, 2690)
    assert written(order) != before
    assert Refund.objects.get().amount == 900


def test_added_goods_are_held_asked_for_and_keep_the_order_until_they_are_paid(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))

    change(order, (2,), {shop.small.pk: 1, shop.large.pk: 2}, shop.at, tells=True)
    order.refresh_from_db()
    run_until_idle(now=lambda: shop.at)

    assert [(line.sku, line.quantity, line.total) for line in goods(order)] == [("MUG-S", 3, 3000), ("MUG-L", 2, 2000)]
    assert (order.total, order.paid, still_asked(order).amount) == (5690, 2690, 3000)
    assert written(order)[3] == shop.place(shop.cart((shop.small, 3), (shop.large, 2))).order.tax
    with pytest.raises(OrderKeptBack):
        mark_dispatched(order=order, by="staff:1", at=shop.at)
    letter = Message.objects.get(moment="order_changed")
    assert "30,00" in letter.text
    # On its page the buyer chooses the way that was asked for, or another one.
    intent = pay_again(order_id=order.pk, market_id=shop.de.pk, method="card", language="de", at=shop.at)
    assert intent is not None
    assert intent.amount == 3000
    choose(ref=start_now(intent, now=lambda: shop.at).provider_ref, choice=Choose.PAY_LOST, at=shop.at)
    ask_now(PaymentIntent.objects.get(pk=intent.pk), now=shop.at)
    run_until_idle(now=lambda: shop.at)
    order.refresh_from_db()
    assert (order.paid, order.held_at, still_asked(order).amount) == (5690, None, 0)
    assert pay_again(order_id=order.pk, market_id=shop.de.pk, method="card", language="de", at=shop.at) is None
    assert not Todo.objects.filter(kind="order.overpaid").exists()
    mark_dispatched(order=order, by="staff:1", at=shop.at)


def test_what_was_asked_for_and_has_not_come_counts_against_what_goes_back(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    change(order, (2,), {shop.large.pk: 1}, shop.at)

    change(order, (1, 1), {}, shop.at)

    order.refresh_from_db()
    assert (order.total, order.held_at, Refund.objects.count()) == (2690, None, 0)
    change(order, (1, 1), {shop.large.pk: 2}, shop.at)
    change(order, (1, 0), {}, shop.at)
    order.refresh_from_db()
    assert (order.total, order.held_at, Refund.objects.get().amount) == (1690, None, 1000)
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 1


def test_exchanged_for_the_same_price_nothing_moves_but_the_goods(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))

    change(order, (1,), {shop.large.pk: 1}, shop.at)

    order.refresh_from_db()
    assert [(line.sku, line.quantity) for line in goods(order)] == [("MUG-S", 1), ("MUG-L", 1)]
    assert (order.total, order.held_at, Refund.objects.count(), PaymentIntent.objects.count()) == (2690, None, 0, 1)


@pytest.mark.parametrize(
    ("change_to", "units", "why"),
    [
        ({}, 11, revisions.NO_STOCK),
        ({"weight_g": 30000}, 1, revisions.NO_WAY),
        ({"is_on": False}, 1, revisions.NOT_SOLD),
    ],
)
def test_goods_that_cannot_be_added_change_nothing(
    shop: Shop, change_to: dict[str, object], units: int, why: str
) -> None:
    order = bought(shop, (shop.small, 2))
    if "is_on" in change_to:
        shop.large.prices.all().delete()
    else:
        Variant.objects.filter(pk=shop.large.pk).update(**change_to)
    before = written(order)

    with pytest.raises(NotChangeable) as refusal:
        change(order, (2,), {shop.large.pk: units}, shop.at)

    assert (refusal.value.why, written(order), OrderHold.objects.count()) == (why, before, 0)
