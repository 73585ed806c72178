"""What is asked for and what goes back when goods of a paid order change more than once: never money that did not come."""

from datetime import datetime
from functools import partial

import pytest

from tests.at_once import succeed_at_once
from tests.checkout.test_revising import change
from tests.inventory.test_bundling import make_set
from tests.orders.changing import bought, goods, held, split
from tests.orders.test_bulk import chosen, do, figures
from tests.orders.test_merging import merge
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Variant
from tradewind.checkout.codes import NewCode, make_code
from tradewind.core.models import FactRecord
from tradewind.core.worker import run_until_idle
from tradewind.inventory.bundling import Part, set_parts
from tradewind.inventory.models import StockLevel
from tradewind.lib.money import Money
from tradewind.orders import changing
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import NotChangeable
from tradewind.orders.holding import release_order
from tradewind.orders.merging import look_at_merge
from tradewind.orders.models import BulkRun, Order, OrderChange, OrderHold
from tradewind.orders.paying import note_payment
from tradewind.orders.splitting import look_at_split
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.refunding import plan_refund
from tradewind.payments.settling import GIVEN_UP, record_capture


def let_go(order: Order, shop: Shop) -> None:
    release_order(hold_id=OrderHold.objects.get(order=order, released_at=None).pk, by="staff:1", at=shop.at)
    order.refresh_from_db()


def refund(order: Order, amount: int, shop: Shop) -> None:
    intent = intents_for("order", order.pk)[0]
    plan_refund(intent=intent, amount=Money(amount, "EUR"), reason="by_staff", at=shop.at, by="staff:1")
    run_until_idle(now=lambda: shop.at)


def test_goods_that_were_let_go_unpaid_and_are_taken_off_again_send_nothing_back(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    change(order, (3,), {shop.large.pk: 1}, shop.at)
    let_go(order, shop)
    assert still_asked(order).amount == 1000

    change(order, (3, 0), {}, shop.at)

    order.refresh_from_db()
    assert (order.total, order.paid, order.held_at, Refund.objects.count()) == (3690, 3690, None, 0)
    assert [intent.problem for intent in intents_for("order", order.pk)] == ["", GIVEN_UP]
    change(order, (2,), {}, shop.at)
    assert Refund.objects.get().amount == 1000


def test_an_order_that_waits_for_money_is_neither_split_nor_merged_until_it_came(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 2)), bought(shop, (shop.small, 1))
    change(order, (2,), {shop.large.pk: 1}, shop.at)
    let_go(order, shop)
    moved = {goods(order)[0].pk: 1}
    seen = changing.seen_lines([(line.pk, line.quantity) for line in goods(order)])

    whys = []
    for look in (
        lambda: look_at_split(order_id=order.pk, moved=moved, seen=seen),
        lambda: look_at_merge(order_id=other.pk, others=[order.pk]),
    ):
        try:
            look()
        except NotChangeable as refusal:
            whys.append(refusal.why)
    assert whys == [changing.ASKED] * 2

    asked = intents_for("order", order.pk).last()
    assert asked is not None
    record_capture(intent_id=asked.pk, external_id="x", amount=Money(1000, "EUR"), by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    assert look_at_split(order_id=order.pk, moved=moved, seen=seen).goes.goods == 1000
    assert look_at_merge(order_id=other.pk, others=[order.pk]).total.amount == 5380


def test_no_bulk_release_and_no_payment_of_something_else_lets_unpaid_goods_go(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    change(order, (2,), {shop.large.pk: 1}, shop.at)

    run = do(chosen(BulkRun.Act.RELEASE, order))

    assert (figures(run), run.items.get().why) == (("done", 0, 1), "unpaid")
    # Also one whose amount nobody wrote down.
    OrderHold.objects.filter(order=order).update(expects=None)
    plan_refund(
        intent=intents_for("order", order.pk)[0], amount=Money(100, "EUR"), reason="x", at=shop.at, by="staff:1"
    )
    run_until_idle(now=lambda: shop.at)
    assert note_payment(order_id=order.pk, at=shop.at).held_at is not None


def test_nobody_is_told_of_money_that_went_back_before(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    refund(order, 3000, shop)

    change(order, (1,), {}, shop.at)

    assert OrderChange.objects.get().back == 690
    assert FactRecord.objects.get(name="orders.reduced").data["amount"] == 690
    assert sum(Refund.objects.values_list("amount", flat=True)) == 3690


def test_of_a_merged_delivery_goes_back_what_is_here(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.large, 1))
    for each in (order, other):
        refund(each, 1500, shop)
    Refund.objects.filter(intent__subject_id=order.pk).update(amount=1690)

    merge(shop, order, other, refunds=True)

    assert OrderChange.objects.get().back == 190
    assert FactRecord.objects.get(name="orders.took_in").data["amount"] == 190


def test_an_amount_off_the_goods_that_is_as_large_as_the_delivery_is_no_free_delivery(shop: Shop) -> None:
    how = {"gives": "amount", "amounts": {"EUR": 690}, "least": {"EUR": 1000}, "starts_at": shop.at}
    make_code(NewCode(code="SAME", occasion="season", **how), by="staff:1", at=shop.at)
    order, other = bought(shop, (shop.small, 3)), bought(shop, (shop.large, 2), code="SAME")

    merge(shop, order, other, refunds=True)

    order.refresh_from_db()
    assert (order.discount, order.total, Refund.objects.get().amount) == (-690, 5000, 690)


def test_of_a_set_that_is_made_of_other_parts_by_now_one_more_is_a_line_of_its_own(shop: Shop) -> None:
    bundle = make_set(shop)
    order = bought(shop, (bundle, 1))
    set_parts(bundle=bundle, parts=[Part(shop.small.pk, 1), Part(shop.large.pk, 3)], by="staff:1", at=shop.at)

    change(order, (1,), {bundle.pk: 1}, shop.at)

    assert [line.parts for line in goods(order)] == [[["MUG-S", 2], ["MUG-L", 1]], [["MUG-S", 1], ["MUG-L", 3]]]
    change(order, (0, 1), {}, shop.at)
    assert held(order) == {f"shenzhen {shop.small.pk}": 1, f"shenzhen {shop.large.pk}": 3}


def test_a_part_whose_tax_was_rounded_when_it_was_split_off_can_be_changed(shop: Shop) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    part = split(shop, order, 1, 1)
    # Made anew, this would be 374.
    assert (part.total, part.tax) == (2345, 375)

    change(part, (1, 0), {}, shop.at)

    part.refresh_from_db()
    assert (part.total, Refund.objects.get().amount, part.tax) == (1345, 1000, 215)


@pytest.mark.django_db(transaction=True)
def test_two_that_exchange_the_same_articles_the_other_way_round_do_not_wait_for_each_other(now: datetime) -> None:
    shop = open_shop(now)
    orders = [bought(shop, (shop.small, 2), (shop.large, 2)) for _ in range(4)]

    def swap(order: Order, left: tuple[int, int], variant: Variant) -> None:
        change(order, left, {variant.pk: 1}, now)

    ways = [((1, 2), shop.large), ((2, 1), shop.small)] * 2
    tasks = [partial(swap, order, *way) for order, way in zip(orders, ways, strict=True)]
    assert succeed_at_once(*tasks) == 4
    assert [level.reserved for level in StockLevel.objects.filter(warehouse=shop.shenzhen).order_by("pk")] == [8, 8]
