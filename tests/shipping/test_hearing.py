"""From what trackers tell to the parcel, its facts, its order and the promise: each thing once, whatever comes when."""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.orders.changing import bought, goods, told_of
from tests.shop import Shop
from tradewind.core.models import FactRecord
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.asking import let_time_pass
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel, TrackingEvent
from tradewind.shipping.notices import hear_all
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Reason, Status, means

pytestmark = pytest.mark.django_db
NUMBER = "RR 123 456 785 CN"


def sent(shop: Shop) -> tuple[Order, Parcel]:
    """An order that left in one parcel."""
    order = mark_dispatched(
        order=bought(shop, (shop.small, 2)), by="staff:1", at=shop.at, tracking=Tracking("China Post", NUMBER)
    )
    return order, Parcel.objects.get(order=order)


def way(shop: Shop, *statuses: Status) -> list[Told]:
    """A day apart, beginning the day after it left."""
    return [
        Told(shop.at + timedelta(days=day), means(status), f"code-{status}", "Frankfurt", "Words")
        for day, status in enumerate(statuses, start=1)
    ]


def test_an_order_that_leaves_is_one_parcel_with_all_that_is_in_it(shop: Shop) -> None:
    order, parcel = sent(shop)
    assert (parcel.number_key, parcel.status, parcel.watch) == ("RR123456785CN", "not_found", "wanted")
    assert list(parcel.lines.values_list("line_id", "quantity")) == [(goods(order)[0].pk, 2)]
    assert parcel.due_at == Promise.objects.get(kind="delivery").due_at
    assert told_of(order)[-3:] == ["shipping.parcel_handed_over", "promises.settled", "shipping.marked_dispatched"]


def test_what_was_said_of_the_same_number_before_the_order_is_seen_by_staff_and_moves_nothing(shop: Shop) -> None:
    """Numbers of the post are given again."""
    order, parcel = sent(shop)
    another = [Told(shop.at - timedelta(days=400), means(Status.DELIVERED), "code", "Lyon", "Words")]

    assert hear(parcel_id=parcel.pk, told=another, source="x", at=shop.at + timedelta(days=1)) == 1

    parcel.refresh_from_db()
    order.refresh_from_db()
    assert (parcel.status, parcel.delivered_at, order.state) == ("not_found", None, "dispatched")
    assert list(parcel.events.values_list("claims", flat=True)) == [False]


def test_whatever_comes_when_and_however_often_each_thing_happens_once(shop: Shop) -> None:
    order, parcel = sent(shop)
    before = len(told_of(order))
    told = way(shop, Status.LABEL_CREATED, Status.PICKED_UP, Status.CUSTOMS, Status.OUT_FOR_DELIVERY, Status.DELIVERED)
    pieces = told * 3
    random.Random(7).shuffle(pieces)

    for at, piece in enumerate(pieces):
        hear(parcel_id=parcel.pk, told=[piece], source="x", at=shop.at + timedelta(days=7, minutes=at))

    parcel.refresh_from_db()
    order.refresh_from_db()
    assert (parcel.status, parcel.first_scan_at, parcel.delivered_at) == ("delivered", told[1].at, told[4].at)
    assert (order.state, parcel.events.count()) == ("delivered", 5)
    assert sorted(told_of(order)[before:]) == [
        "promises.settled",
        "shipping.order_delivered",
        "shipping.parcel_delivered",
        "shipping.parcel_first_scanned",
        *["shipping.parcel_moved"] * 3,
    ]
    delivery = Promise.objects.get(kind="delivery")
    assert (delivery.state, delivery.settled_at) == ("kept", told[4].at)
    # Each stands in the timeline at a time at which it had happened, not at that of its news.
    first = FactRecord.objects.get(name="shipping.parcel_first_scanned")
    assert first.recorded_at in {event.at for event in told[1:]}


def test_news_that_comes_late_makes_a_promise_kept_after_all(shop: Shop) -> None:
    _, parcel = sent(shop)
    delivery = Promise.objects.get(kind="delivery")
    note_broken(delivery.due_at)
    in_time = Told(delivery.due_at - timedelta(hours=1), means(Status.DELIVERED), "c")

    hear(parcel_id=parcel.pk, told=[in_time], source="x", at=delivery.due_at + timedelta(days=1))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.settled_at) == ("kept", in_time.at)


def test_a_promise_stays_broken_where_the_parcel_was_late(shop: Shop) -> None:
    order, parcel = sent(shop)
    delivery = Promise.objects.get(kind="delivery")
    note_broken(delivery.due_at)

    late = Told(delivery.due_at, means(Status.DELIVERED), "c")
    hear(parcel_id=parcel.pk, told=[late], source="x", at=delivery.due_at + timedelta(days=1))

    delivery.refresh_from_db()
    order.refresh_from_db()
    assert (delivery.state, order.state) == ("broken", "delivered")


def test_trouble_is_recorded_with_who_answers_for_it(shop: Shop) -> None:
    order, parcel = sent(shop)
    lost = Told(shop.at + timedelta(days=2), means(Status.EXCEPTION, Reason.LOST), "Exception_Lost")
    hear(parcel_id=parcel.pk, told=[lost], source="x", at=lost.at)
    trouble = FactRecord.objects.get(name="shipping.parcel_in_trouble").data
    assert (trouble["status"], trouble["reason"], trouble["party"]) == ("exception", "lost", "carrier")
    order.refresh_from_db()
    assert order.state == "dispatched"


def test_what_is_ahead_of_its_time_counts_when_its_time_comes(shop: Shop) -> None:
    _, parcel = sent(shop)
    (ahead,) = way(shop, Status.OUT_FOR_DELIVERY)
    hear(parcel_id=parcel.pk, told=[ahead], source="x", at=shop.at)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.next_at) == ("not_found", ahead.at)

    assert let_time_pass(ahead.at - timedelta(seconds=1)) == 0
    assert let_time_pass(ahead.at) == 1

    parcel.refresh_from_db()
    assert (parcel.status, parcel.next_at) == ("out_for_delivery", None)


def test_a_new_label_takes_the_place_of_the_old_one_which_is_kept(shop: Shop) -> None:
    order, old = sent(shop)
    scan = way(shop, Status.PICKED_UP)
    hear(parcel_id=old.pk, told=scan, source="x", at=scan[0].at)
    seen, right = Tracking("China Post", NUMBER), Tracking("DHL", "00340434161094042557")

    tell_tracking(order_id=order.pk, tracking=right, seen=seen, by="staff:1", at=scan[0].at)

    old.refresh_from_db()
    new = Parcel.objects.get(order=order, replaced_at=None)
    assert (old.replaced_at, old.tracking_number, old.status) == (scan[0].at, NUMBER, "picked_up")
    assert (new.tracking_number, new.status, new.handed_over_at) == (right.number, "not_found", old.handed_over_at)
    assert list(new.lines.values_list("line_id", "quantity")) == list(old.lines.values_list("line_id", "quantity"))
    # What is still said about the old label moves nothing.
    told = ParcelTold(NUMBER, tuple(way(shop, Status.PICKED_UP, Status.DELIVERED)))
    assert hear_all([told], source="x", at=shop.at + timedelta(days=9)) == "no parcel of ours"
    assert hear(parcel_id=old.pk, told=told.events, source="x", at=shop.at + timedelta(days=9)) == 0
    order.refresh_from_db()
    assert order.state == "dispatched"


def test_a_parcel_is_found_by_our_reference_or_by_its_number_however_it_is_written(shop: Shop) -> None:
    _, parcel = sent(shop)
    (scan,) = way(shop, Status.PICKED_UP)
    at = scan.at
    assert hear_all([ParcelTold("rr123456785cn", (scan,))], source="x", at=at) == "1 new of 1 events"
    assert hear_all([ParcelTold("?", (scan,), ref=parcel.ref, undated=1)], source="x", at=at) == (
        "0 new of 1 events, 1 without a time"
    )
    assert hear_all([ParcelTold("", (scan,)), ParcelTold("RR9", (scan,))], source="x", at=at) == (
        "no parcel of ours; no parcel of ours"
    )


def test_what_nobody_understands_is_kept_and_moves_nothing(shop: Shop) -> None:
    order, parcel = sent(shop)
    before = len(told_of(order))
    strange = Told(shop.at, NOT_UNDERSTOOD, "InTransit_Teleported", "a\0b", "w" * 2000)
    assert hear(parcel_id=parcel.pk, told=[strange], source="x", at=shop.at) == 1
    event = parcel.events.get()
    assert (event.code, event.claims, event.place, len(event.words)) == ("InTransit_Teleported", False, "ab", 1000)
    parcel.refresh_from_db()
    assert (parcel.status, len(told_of(order))) == ("not_found", before)


def test_a_time_without_a_zone_is_read_by_the_clock_where_parcels_are_at_this_step(shop: Shop) -> None:
    """Delivered at eight in the evening of the promised day, by the buyer's clock."""
    _, parcel = sent(shop)
    delivery = Promise.objects.get(kind="delivery")
    there, here = ZoneInfo(delivery.zone), ZoneInfo(Promise.objects.get(kind="dispatch").zone)
    evening = datetime.combine(delivery.last_day, time(20), UTC)
    told = [
        Told(shop.at + timedelta(hours=9), means(Status.PICKED_UP), "c", is_local=True),
        Told(shop.at + timedelta(days=2), means(Status.IN_TRANSIT), "c", is_local=True),
        Told(evening, means(Status.DELIVERED), "c", is_local=True),
    ]

    hear(parcel_id=parcel.pk, told=told, source="x", at=delivery.due_at)

    assert there != here
    assert list(TrackingEvent.objects.order_by("at").values_list("at", flat=True)) == [
        (shop.at + timedelta(hours=9)).replace(tzinfo=here),
        shop.at + timedelta(days=2),
        evening.replace(tzinfo=there),
    ]
    delivery.refresh_from_db()
    assert delivery.state == "kept"


def test_what_was_said_without_a_zone_is_known_again_by_whatever_clock_it_is_read(shop: Shop) -> None:
    order, parcel = sent(shop)
    at = shop.at + timedelta(days=9)
    before = Told(shop.at + timedelta(hours=5), means(Status.LABEL_CREATED), "c")  # taken as it stood, once
    picked_up = Told(shop.at + timedelta(hours=9), means(Status.PICKED_UP), "c", is_local=True)
    assert hear(parcel_id=parcel.pk, told=[before, picked_up], source="x", at=at) == 2

    Promise.objects.filter(subject_id=order.pk).update(zone="America/New_York")

    assert hear(parcel_id=parcel.pk, told=[replace(before, is_local=True), picked_up], source="x", at=at) == 0
