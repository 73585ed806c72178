"""Cases of orders that are split, merged, paid late or sent in parts: each order has those that concern it, and its promise fears them."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.orders.changing import bought, goods, split
from tests.orders.test_merging import merge
from tests.shipping.troubled import heard
from tests.shop import Shop
from tradewind.checkout.promising import promise_after_payment
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stocktaking import count_short
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_prospects import Wish
from tradewind.messaging.trouble_telling import OrderGone, tell, untold
from tradewind.orders.changes import count_of_changes
from tradewind.orders.holding import hold_order, release_order
from tradewind.orders.models import Order
from tradewind.promises.making import Told, renew
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.shipping.days_changed import look_at_changed_days
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.shortages import look_for_shortages
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_orders import clear_orders, look_for_not_leaving, note_orders
from tradewind.shipping.trouble_rules import Cause
from tradewind.shipping.trouble_watching import look_for_trouble
from tradewind.shipping.ways_switched import way_name

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=5)


def _work(shop: Shop) -> None:
    run_until_idle(now=lambda: shop.at + SOON)


def _open(order: Order) -> list[str]:
    return list(Trouble.objects.filter(order=order, closed_at=None).order_by("cause").values_list("cause", flat=True))


def _risks(order: Order) -> list[tuple[str, str]]:
    """Kind of the promise and cause, each from a case of this very order."""
    rows = PromiseRisk.objects.filter(promise__subject_id=order.pk, until=None).order_by("cause")
    own = set(Trouble.objects.filter(order=order, closed_at=None).values_list("pk", flat=True))
    assert {row.source_id for row in rows} <= own
    return list(rows.values_list("promise__kind", "cause"))


def _is_closed(order: Order, *, is_closed: bool = True) -> None:
    """The warehouse works no more before the promised day."""
    days = [
        [
            (order.placed_at.date() - timedelta(days=1)).isoformat(),
            (order.placed_at.date() + timedelta(days=9)).isoformat(),
        ]
    ]
    places = Warehouse.objects.filter(code=order.delivery_option["warehouse"])
    places.update(closures=days if is_closed else [], look_after=0)


def test_a_part_that_was_split_off_has_cases_of_its_own_which_outlive_those_of_the_other(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2), (shop.large, 2))
    way = way_name(order.market, order.delivery_option["code"])
    note_orders(Cause.CLOSED_LANE, [order.pk], at=shop.at, notice=way)
    _is_closed(order)
    look_at_changed_days(shop.at)
    new = split(shop, order, 1, 1)
    _work(shop)

    assert [_open(each) for each in (order, new)] == [["closed_lane", "holiday"]] * 2
    assert [_risks(each) for each in (order, new)] == [[("delivery", "closed_lane"), ("dispatch", "holiday")]] * 2
    # What is over for one of them is not over for the other.
    clear_orders(Cause.CLOSED_LANE, order_ids=[order.pk], at=shop.at)
    assert (_risks(order), _risks(new)[0]) == ([("dispatch", "holiday")], ("delivery", "closed_lane"))
    _is_closed(order, is_closed=False)
    look_at_changed_days(shop.at)
    assert (_open(order), _open(new)) == ([], ["closed_lane"])


def test_goods_that_are_missing_are_a_case_of_the_part_that_has_them(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2), (shop.large, 2))
    count_short(variant_id=shop.large.pk, warehouse=shop.shenzhen, counted=0, reason="x", by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    assert _open(order) == ["no_stock"]
    new = split(shop, order, 0, 2)
    _work(shop)

    assert (_open(order), _open(new)) == ([], ["no_stock"])
    assert (_risks(order), _risks(new)) == ([], [("dispatch", "no_stock")])
    look_for_shortages(shop.at)
    assert (_open(order), _open(new)) == ([], ["no_stock"])


def test_who_was_told_of_the_whole_was_told_of_its_parts(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    hold = hold_order(order_id=order.pk, reason="waiting_goods", by="staff:1", at=shop.at)
    _work(shop)
    case = Trouble.objects.get()
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    count_short(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=0, reason="x", by="staff:1", at=shop.at)
    note_orders(Cause.CLOSED_LANE, [order.pk], at=shop.at)
    new = split(shop, Order.objects.get(pk=order.pk), 1)
    _work(shop)

    copied = Trouble.objects.get(order=new, cause="closed_lane")
    assert (copied.told_at, copied.handled_at) == (None, None)
    assert Trouble.objects.filter(cause="closed_lane", handled_at=None).count() == 2
    release_order(hold_id=hold.pk, by="staff:1", at=shop.at)
    told = Trouble.objects.get(order=new, cause="no_stock")
    assert (told.told_at, [each["act"] for each in told.done]) == (shop.at, ["tell"])
    assert Message.objects.filter(moment="order_trouble").count() == 1


def test_cases_of_an_order_that_became_part_of_another_go_over_to_it(shop: Shop) -> None:
    order, gone = bought(shop, (shop.small, 1)), bought(shop, (shop.large, 1))
    count_short(variant_id=shop.large.pk, warehouse=shop.shenzhen, counted=0, reason="x", by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    note_orders(Cause.CLOSED_LANE, [order.pk, gone.pk], at=shop.at)
    note_orders(Cause.NOT_LEAVING, [gone.pk], at=shop.at)
    _work(shop)
    case = Trouble.objects.get(cause="no_stock")
    merge(shop, order, gone)
    gone.refresh_from_db()

    # Before the worker has come by, nothing is written about an order that is gone.
    assert case.pk not in untold(case.group_id).values_list("pk", flat=True)
    with pytest.raises(OrderGone):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    _work(shop)

    # The day of dispatch is far: what does not leave by itself yet is not late.
    assert (_open(order), _open(gone)) == (["closed_lane", "no_stock"], [])
    assert _risks(order) == [("delivery", "closed_lane"), ("dispatch", "no_stock")]
    assert Trouble.objects.get(cause="no_stock").pk == case.pk
    assert not PromiseRisk.objects.filter(promise__subject_id=gone.pk, until=None).exists()
    look_for_shortages(shop.at)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    assert order.ref in Message.objects.get(moment="order_trouble").text
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 1


def test_merged_twice_before_the_worker_came_the_cases_are_with_the_last(shop: Shop) -> None:
    first, second, third = (bought(shop, (shop.small, 1)) for _ in range(3))
    note_orders(Cause.CLOSED_LANE, [first.pk], at=shop.at)
    merge(shop, second, first)
    merge(shop, third, second)
    _work(shop)
    assert [_open(each) for each in (first, second, third)] == [[], [], ["closed_lane"]]
    assert _risks(third) == [("delivery", "closed_lane")]


def test_what_left_in_parts_is_promised_again_and_the_part_at_customs_still_endangers_it(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    [line] = goods(order)
    _send(order, {line.pk: 1}, "LP1", shop, days=0)
    parcel = Parcel.objects.get()
    heard(shop, parcel, 1, Status.CUSTOMS, Reason.INFO_REQUIRED)
    look_for_trouble(shop.at + timedelta(days=1))
    assert _risks(order) == [("delivery", "customs")]
    _send(order, {line.pk: 1}, "LP2", shop, days=4)
    run_until_idle(now=lambda: shop.at + timedelta(days=4, minutes=3))

    old, new = Promise.objects.filter(subject_id=order.pk, kind="delivery").order_by("pk")
    assert (old.state, new.state, new.replaces_id) == ("renewed", "made", old.pk)
    assert (_risks(order), new.risk, new.at_risk_since) == (
        [("delivery", "customs")],
        "customs",
        shop.at + timedelta(days=1),
    )


def _send(order: Order, units: dict[int, int], number: str, shop: Shop, *, days: int) -> None:
    at = shop.at + timedelta(days=days)
    seen, tracking = seen_left(goods(order)), Tracking("YunExpress", number)
    part = Part(units, seen, order.address_changes.count(), count_of_changes(order.pk), tracking)
    send_part(order_id=order.pk, part=part, by="staff:1", at=at)


def test_promised_anew_with_the_payment_only_what_still_holds_endangers_the_new_day(shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    _work(shop)
    _is_closed(order)
    look_at_changed_days(shop.at)
    hold_order(order_id=order.pk, reason="waiting_goods", by="staff:1", at=shop.at)
    _work(shop)
    assert (_open(order), _risks(order)) == (
        ["holiday", "no_stock"],
        [("dispatch", "holiday"), ("dispatch", "no_stock")],
    )
    with transaction.atomic():
        promise_after_payment(Order.objects.get(pk=order.pk), at=shop.at + timedelta(days=1))
    assert Promise.objects.filter(subject_id=order.pk, state="renewed").count() == 2
    run_until_idle(now=lambda: shop.at + timedelta(days=1))

    # The new day was counted with the closure in mind.
    assert (_open(order), _risks(order)) == (["no_stock"], [("dispatch", "no_stock")])


def test_another_day_that_a_sales_channel_names_ends_what_was_late_for_the_old_one(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    old = Promise.objects.get(kind="dispatch")
    at = old.due_at - timedelta(hours=7)
    look_for_not_leaving(at)
    note_orders(Cause.NO_STOCK, [order.pk], at=at)
    for days, left in ((0, ["no_stock", "not_leaving"]), (2, ["no_stock"])):
        owed = Promise.objects.get(kind="dispatch", state="made")
        told = Told(owed.due_at + timedelta(days=days), owed.zone, inputs=owed.inputs)
        renew(promise_id=owed.pk, told=told, at=at)
        run_until_idle(now=lambda: at)
        assert (_open(order), _risks(order)) == (left, [("dispatch", cause) for cause in left])
