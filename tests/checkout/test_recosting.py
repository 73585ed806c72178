"""The delivery of an order whose goods are changed: at the price that was agreed, or at the one that they have today."""

from datetime import timedelta

import pytest

from tests.orders.changing import bought, goods, seen, split
from tests.papers.parts import name_seller
from tests.papers.test_changing import merge, require_sound, told
from tests.shipping.test_costing import TABLE, carries
from tests.shop import Shop
from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.promising import quote_for_order
from tradewind.checkout.revising import revise_order
from tradewind.checkout.revisions import Goods, Revision, look_at_revision
from tradewind.core.models import AuditEntry, FactRecord
from tradewind.core.worker import run_until_idle
from tradewind.lib.freight import write_rates
from tradewind.messaging.models import Message
from tradewind.orders.asking_more import still_asked
from tradewind.orders.changing import CHANGED, HELD, Act, NotChangeable
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order, OrderChange
from tradewind.payments.models import Refund
from tradewind.promises.models import Promise

# By TABLE: 800 g cost 7.00, 1,200 g 9.00, 1,600 g 11.00.
BY_WEIGHT = {"rates": write_rates(TABLE), "rounds_to_g": 100}


def wanted(order: Order, *left: int, added: dict[int, int] | None = None, is_recosted: bool = True) -> Goods:
    units = dict(zip([line.pk for line in goods(order)], left, strict=True))
    return Goods(units, seen(order), added or {}, is_recosted=is_recosted)


def revise(shop: Shop, order: Order, what: Goods, *, tells: bool = False) -> Revision:
    found = look_at_revision(order_id=order.pk, wanted=what, at=shop.at)
    made = revise_order(
        order_id=order.pk, wanted=what, agreed=found.total.amount, act=Act("staff:1", shop.at, tells=tells)
    )
    order.refresh_from_db()
    run_until_idle(now=lambda: shop.at)
    return made


def weighed(order: Order) -> list[dict[str, object]]:
    """What the order and each of its open promises say of the weight that the delivery costs by."""
    promised = Promise.objects.filter(subject_kind="order", subject_id=order.pk, state=Promise.State.MADE)
    return [order.delivery_option["quote"].get("weighed"), *(each.inputs.get("weighed") for each in promised)]


def test_both_prices_are_looked_at_and_the_agreed_one_stays_where_nobody_takes_the_other(shop: Shop) -> None:
    carries(shop, **BY_WEIGHT)
    order = bought(shop, (shop.small, 4))
    before = weighed(order)

    revision = revise(shop, order, wanted(order, 2, is_recosted=False))

    assert revision.recosted is not None
    assert (revision.delivery_before.amount, revision.recosted.cost.amount) == (1100, 700)
    assert (order.delivery, order.total, Refund.objects.get().amount) == (1100, 3100, 2000)
    assert weighed(order) == before
    change = OrderChange.objects.get()
    assert (change.delivery_before, change.delivery_after) == (None, None)


def test_the_price_for_less_sends_its_difference_back_and_all_that_is_told_of_it_is_true(shop: Shop) -> None:
    name_seller(shop.at)
    carries(shop, **BY_WEIGHT)
    order = bought(shop, (shop.small, 4))

    revise(shop, order, wanted(order, 2), tells=True)

    alike = shop.place(shop.cart((shop.small, 2))).order
    for each in (order, alike):
        line = each.lines.get(kind="delivery")
        assert (line.total, f"{line.unit:.2f}", line.tax, each.delivery) == (700, "7.00", 112, 700)
        assert (each.total, each.tax) == (2700, 431)
    assert Refund.objects.get().amount == 2400
    assert FactRecord.objects.get(name="orders.reduced").data["amount"] == 2400
    assert [each and each["counted_g"] for each in weighed(order)] == [800, 800, 800]
    entry = AuditEntry.objects.get(action="order.reduced")
    assert (entry.before, entry.after) == ({"MUG-S": 4, "delivery": 1100}, {"MUG-S": 2, "delivery": 700})
    assert "Versand: 7,00\xa0€ statt 11,00\xa0€" in Message.objects.get(moment="order_changed").text
    assert told() == [("invoice", 5100), ("credit_note", 2400)]
    require_sound()


def test_a_limit_for_free_delivery_that_is_no_longer_met_is_asked_for_where_staff_take_the_price(shop: Shop) -> None:
    name_seller(shop.at)
    carries(shop, free_from=3000)
    order = bought(shop, (shop.small, 3))
    assert (order.delivery, weighed(order)) == (0, [{"free_from": "30.00 EUR"}] * 3)

    kept = look_at_revision(order_id=order.pk, wanted=wanted(order, 2, is_recosted=False), at=shop.at)
    made = revise(shop, order, wanted(order, 2))

    assert (kept.total.amount, made.total.amount) == (2000, 2690)
    assert (order.delivery, order.total, Refund.objects.get().amount) == (690, 2690, 310)
    assert weighed(order) == [{}, {}, {}]
    assert told() == [("invoice", 3000), ("credit_note", 1000), ("invoice", 690)]
    require_sound()


def test_goods_that_reach_the_limit_are_sent_for_nothing(shop: Shop) -> None:
    name_seller(shop.at)
    carries(shop, free_from=3000)
    order = bought(shop, (shop.small, 2))

    revise(shop, order, wanted(order, 2, added={shop.large.pk: 1}))

    # 26.90 were paid, 30.00 are the goods.
    assert (order.delivery, order.total, still_asked(order).amount) == (0, 3000, 310)
    assert weighed(order) == [{"free_from": "30.00 EUR"}] * 3


def test_less_goods_that_cost_more_to_send_than_they_are_worth_are_asked_for(shop: Shop) -> None:
    carries(shop, cost=1690, free_from=3000)
    order = bought(shop, (shop.small, 3))

    revise(shop, order, wanted(order, 2), tells=True)

    assert (order.total, order.paid, still_asked(order).amount) == (3690, 3000, 690)
    assert FactRecord.objects.get(name="orders.extended").data["amount"] == 690
    assert "6,90" in Message.objects.get(moment="order_changed").text
    revise(shop, order, wanted(order, 1, is_recosted=False))
    assert (order.total, still_asked(order).amount, Refund.objects.get().amount) == (2690, 0, 310)


def test_of_an_order_that_is_held_no_more_is_asked_for(shop: Shop) -> None:
    carries(shop, cost=1690, free_from=3000)
    order = bought(shop, (shop.small, 3))
    hold_order(order_id=order.pk, reason="other", words="", by="staff:1", at=shop.at)

    with pytest.raises(NotChangeable) as refusal:
        revise(shop, order, wanted(order, 2))

    assert refusal.value.why == HELD
    revise(shop, order, wanted(order, 2, is_recosted=False))


def test_a_price_that_changed_after_it_was_looked_at_changes_nothing(shop: Shop) -> None:
    carries(shop, **BY_WEIGHT)
    order = bought(shop, (shop.small, 4))
    what = wanted(order, 2)
    looked = look_at_revision(order_id=order.pk, wanted=what, at=shop.at)
    carries(shop, rates=None, cost=650)

    with pytest.raises(NotChangeable) as refusal:
        revise_order(order_id=order.pk, wanted=what, agreed=looked.total.amount, act=Act("staff:1", shop.at))

    assert (refusal.value.why, Refund.objects.count()) == (CHANGED, 0)


@pytest.mark.parametrize("gives", ["percent", "delivery"])
def test_a_code_is_valued_at_the_price_that_is_taken_and_a_free_delivery_stays_free(shop: Shop, gives: str) -> None:
    how = {"percent": 10} if gives == "percent" else {}
    make_code(
        NewCode(code="SPRING", occasion="season", gives=gives, starts_at=shop.at, **how), by="staff:1", at=shop.at
    )  # type: ignore[arg-type]
    carries(shop, **BY_WEIGHT)
    order = bought(shop, (shop.small, 4), code="SPRING")

    revision = revise(shop, order, wanted(order, 2))

    expected = {"percent": (True, 700, -200, 2500), "delivery": (False, 1100, -1100, 2000)}
    assert (revision.is_recosted, order.delivery, order.discount, order.total) == expected[gives]


def test_what_was_divided_or_put_together_keeps_the_delivery_that_was_agreed(shop: Shop) -> None:
    carries(shop, **BY_WEIGHT)
    divided, one, other = (bought(shop, (shop.small, 3)) for _ in range(3))
    split(shop, divided, 1)
    merge(shop, one, other, refunds=True)

    looked = [
        look_at_revision(order_id=order.pk, wanted=wanted(order, *left), at=shop.at)
        for order, left in ((divided, (1,)), (one, (5,)))
    ]

    assert [each.recosted for each in looked] == [None, None]


def test_a_way_that_is_gone_keeps_the_price_of_what_it_carried(shop: Shop) -> None:
    carries(shop, **BY_WEIGHT)
    order = bought(shop, (shop.small, 4))
    carries(shop, is_on=False)

    assert look_at_revision(order_id=order.pk, wanted=wanted(order, 2), at=shop.at).recosted is None


def test_dates_that_are_promised_after_the_payment_tell_of_the_price_that_was_charged(shop: Shop) -> None:
    carries(shop, free_from=2000, **BY_WEIGHT)
    order = shop.place(shop.cart((shop.small, 3))).order
    carries(shop, free_from=None)

    quote = quote_for_order(order, at=shop.at + timedelta(days=1))

    assert quote is not None
    assert quote.inputs["weighed"] == order.delivery_option["quote"]["weighed"] == {"free_from": "20.00 EUR"}
