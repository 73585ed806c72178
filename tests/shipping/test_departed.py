"""The promised day of dispatch means the day on which a carrier has the goods."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.orders.changing import bought, goods
from tests.shop import Shop
from tradewind.console.today.promised import due_promises
from tradewind.core.reach import EVERYWHERE
from tradewind.core.worker import run_until_idle
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import dispatch_locked, mark_dispatched
from tradewind.shipping.handing_over import hand_over, parcels_waiting
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status, means
from tradewind.shipping.writing_off import write_off

pytestmark = pytest.mark.django_db
WAITS = Tracking("DHL", "JD1", is_waiting=True)


def leaves(order: Order) -> Promise:
    return Promise.objects.get(kind="dispatch", subject_kind="order", subject_id=order.pk, is_owed=True)


def kept(order: Order) -> tuple[str, datetime | None]:
    return Promise.objects.values_list("state", "fulfilled_at").get(kind="dispatch", subject_id=order.pk)


def test_what_stands_ready_has_not_left_until_its_carrier_collects_it(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=WAITS)
    due_at = leaves(order).due_at
    [row] = due_promises(EVERYWHERE, now=due_at - timedelta(hours=1))
    assert (row.helps, row.address) == (
        "It stands ready: say when its carrier has collected it.",
        "/console/warehouse/waiting",
    )
    note_broken(due_at)
    assert kept(order) == ("broken", None)

    hand_over(parcel_ids=[order.parcels.get().pk], reach=EVERYWHERE, by="staff:1", at=due_at + timedelta(days=1))

    assert kept(order) == ("broken", due_at + timedelta(days=1))


def test_the_first_scan_of_a_carrier_keeps_it_by_its_own_time(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=WAITS)
    due_at, scanned_at = leaves(order).due_at, shop.at + timedelta(hours=3)
    note_broken(due_at)

    scan = Told(scanned_at, means(Status.PICKED_UP), "c")
    hear(parcel_id=order.parcels.get().pk, told=[scan], source="x", at=due_at + timedelta(hours=1))
    run_until_idle(now=lambda: due_at + timedelta(hours=1))

    assert kept(order) == ("kept", scanned_at)


def test_of_several_parcels_the_last_one_counts(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    [line] = goods(order)
    part = Part({line.pk: 1}, seen_left([line]), 0, 0, WAITS)
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    dispatch_locked([Order.objects.get(pk=order.pk)], by="staff:1", at=shop.at + timedelta(hours=1))
    assert kept(order) == ("made", None)

    first = Parcel.objects.get(order=order, is_waiting=True)
    hand_over(parcel_ids=[first.pk], reach=EVERYWHERE, by="staff:1", at=shop.at + timedelta(hours=2))

    assert kept(order) == ("kept", shop.at + timedelta(hours=2))


def test_a_part_that_is_collected_keeps_nothing_while_the_rest_is_here(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    [line] = goods(order)
    part = Part({line.pk: 1}, seen_left([line]), 0, 0, WAITS)
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    hand_over(parcel_ids=[order.parcels.get().pk], reach=EVERYWHERE, by="staff:1", at=shop.at)
    assert kept(order) == ("made", None)


def test_a_scan_that_is_heard_together_with_the_delivery_keeps_it_as_well(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=WAITS)
    scanned_at, heard_at = shop.at + timedelta(hours=3), shop.at + timedelta(hours=9)
    news = [Told(scanned_at, means(Status.PICKED_UP), "c"), Told(heard_at, means(Status.DELIVERED), "d")]

    hear(parcel_id=order.parcels.get().pk, told=news, source="x", at=heard_at)
    run_until_idle(now=lambda: heard_at)

    order.refresh_from_db()
    assert (order.state, kept(order)) == ("delivered", ("kept", scanned_at))


def refunded(parcel: Parcel, at: datetime) -> None:
    with transaction.atomic():
        write_off(Order.objects.select_for_update().get(pk=parcel.order_id), parcel, at=at, by="staff:1")


def test_what_waits_and_is_paid_back_owes_no_day_of_dispatch_and_stands_on_no_list(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=WAITS)

    refunded(order.parcels.get(), shop.at + timedelta(hours=1))

    assert kept(order) == ("released", None)
    assert not parcels_waiting(EVERYWHERE).exists()


def test_once_the_parcel_that_waits_is_paid_back_those_that_left_keep_it(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    [line] = goods(order)
    send_part(order_id=order.pk, part=Part({line.pk: 1}, seen_left([line]), 0, 0, WAITS), by="staff:1", at=shop.at)
    waits = Parcel.objects.get(order=order)
    left_at = shop.at + timedelta(hours=1)
    dispatch_locked([Order.objects.get(pk=order.pk)], by="staff:1", at=left_at)

    refunded(waits, shop.at + timedelta(hours=2))

    assert kept(order) == ("kept", left_at)
