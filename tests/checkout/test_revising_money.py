"""What is asked for and what goes back when goods of a paid order change more than once: never money that did not come."""

from tests.checkout.test_revising import change, goods
from tests.orders.changing import bought
from tests.orders.test_bulk import chosen, do, figures
from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.orders import changing
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import NotChangeable
from tradewind.orders.holding import release_order
from tradewind.orders.merging import look_at_merge
from tradewind.orders.models import BulkRun, Order, OrderHold
from tradewind.orders.paying import note_payment
from tradewind.orders.splitting import look_at_split
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.payments.refunding import plan_refund
from tradewind.payments.settling import GIVEN_UP, record_capture


def let_go(order: Order, shop: Shop) -> None:
    release_order(hold_id=OrderHold.objects.get(order=order, released_at=None).pk, by="staff:1", at=shop.at)
    order.refresh_from_db()


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
