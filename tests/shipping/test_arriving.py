"""Somebody says that a parcel has arrived: staff, a program or the buyer. The promise is settled, and nothing false is learnt."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.orders.changing import bought, told_of
from tests.shipping.test_hearing import sent, way
from tests.shipping.test_unseen import arrival
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.promises.wording import fate_words
from tradewind.shipping.arriving import Arrivals, NotThatDay, NotUnderway, say_all_arrived, say_arrived
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.lane_coverage import count_windows
from tradewind.shipping.lane_learning import learn_lanes
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import Status, means

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def unnumbered(shop: Shop, *, is_waiting: bool = False) -> tuple[Order, Parcel]:
    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking(is_waiting=is_waiting)
    )
    return order, Parcel.objects.get(order=order)


def say(parcel: Parcel, on: date, shop: Shop, *, teller: Parcel.Teller = Parcel.Teller.STAFF, days: int = 40) -> bool:
    return say_arrived(parcel_id=parcel.pk, on=on, teller=teller, by="staff:1", at=shop.at + days * DAY)


def test_the_day_that_somebody_tells_settles_the_promise_as_a_scan_would(shop: Shop) -> None:
    order, parcel = unnumbered(shop)
    last = arrival(order).last_day
    note_broken(arrival(order).due_at)

    assert say(parcel, last, shop) is True

    order.refresh_from_db()
    parcel.refresh_from_db()
    assert (order.state, parcel.status, parcel.arrival_told_by) == ("delivered", "delivered", "staff")
    assert parcel.first_scan_at is None, "nobody has scanned it"
    assert (arrival(order).state, arrival(order).is_owed) == ("kept", False)
    facts = told_of(order)
    assert "shipping.order_delivered" in facts
    assert "shipping.parcel_first_scanned" not in facts
    # Again, by whomever, it is no news.
    assert say(parcel, last, shop, teller=Parcel.Teller.BUYER) is False


def test_a_day_after_the_promised_ones_says_how_late_it_was(shop: Shop) -> None:
    order, parcel = unnumbered(shop)
    note_broken(arrival(order).due_at)
    say(parcel, arrival(order).last_day + DAY, shop)
    assert (arrival(order).state, arrival(order).fulfilled_at is not None) == ("broken", True)


def test_days_before_it_left_and_days_to_come_are_refused(shop: Shop) -> None:
    order, parcel = unnumbered(shop)
    for on in (shop.at.date() - DAY, shop.at.date() + 41 * DAY):
        with pytest.raises(NotThatDay):
            say(parcel, on, shop)
    order.refresh_from_db()
    assert order.state == "dispatched"


def test_what_goes_back_or_has_another_label_does_not_arrive(shop: Shop) -> None:
    _, parcel = sent(shop)
    _, back = sent(shop)
    hear(parcel_id=back.pk, told=way(shop, Status.RETURNING), source="x", at=shop.at + 2 * DAY)
    tell_tracking(
        order_id=parcel.order_id,
        tracking=Tracking("DHL", "00340434161094022115"),
        seen=Tracking(parcel.carrier, parcel.tracking_number),
        by="staff:1",
        at=shop.at,
    )
    for gone in (parcel, back):
        with pytest.raises(NotUnderway):
            say(gone, shop.at.date() + 3 * DAY, shop)


def test_of_several_parcels_the_order_has_arrived_with_the_last(shop: Shop) -> None:
    order, parcel = unnumbered(shop)
    other = Parcel.objects.create(order=order, ref="PC-2", handed_over_at=shop.at, country="DE", departure=2)
    say(parcel, shop.at.date() + 3 * DAY, shop)
    order.refresh_from_db()
    assert order.state == "dispatched"
    say(other, shop.at.date() + 5 * DAY, shop)
    order.refresh_from_db()
    assert order.state == "delivered"


def test_what_has_arrived_was_collected_before(shop: Shop) -> None:
    _, parcel = unnumbered(shop, is_waiting=True)
    say(parcel, shop.at.date() + 5 * DAY, shop)
    parcel.refresh_from_db()
    assert (parcel.is_waiting, parcel.departure, parcel.status) == (False, 1, "delivered")


def test_the_carriers_word_counts_before_that_of_people(shop: Shop) -> None:
    _, parcel = sent(shop)
    scanned = way(shop, Status.PICKED_UP, Status.IN_TRANSIT, Status.IN_TRANSIT, Status.DELIVERED)
    say(parcel, shop.at.date() + DAY, shop, days=1)
    hear(parcel_id=parcel.pk, told=scanned[:3], source="x", at=shop.at + 4 * DAY)
    parcel.refresh_from_db()
    assert parcel.is_contradicted, "it was scanned on its way after it was said to be there"

    hear(parcel_id=parcel.pk, told=scanned[3:], source="x", at=shop.at + 5 * DAY)

    parcel.refresh_from_db()
    assert (parcel.delivered_at, parcel.arrival_told_by, parcel.is_contradicted) == (scanned[3].at, "", False)


def test_a_delivery_that_a_carrier_tells_later_settles_the_promise_again(shop: Shop) -> None:
    order, parcel = sent(shop)
    due_at = arrival(order).due_at
    say(parcel, arrival(order).last_day, shop)
    assert arrival(order).state == "kept"

    delivered_at = due_at + 2 * DAY
    hear(
        parcel_id=parcel.pk, told=[Told(delivered_at, means(Status.DELIVERED), "c")], source="x", at=shop.at + 41 * DAY
    )

    assert (arrival(order).state, arrival(order).fulfilled_at) == ("broken", delivered_at)
    order.refresh_from_db()
    assert order.state == "delivered"
    facts = told_of(order)
    assert (facts.count("shipping.order_delivered"), facts[-1]) == (1, "promises.settled")


def test_what_only_people_say_to_be_there_goes_on_being_asked_about(shop: Shop) -> None:
    _, parcel = sent(shop)
    Parcel.objects.update(watch=Parcel.Watch.WATCHED)
    say(parcel, shop.at.date() + DAY, shop, days=3)
    parcel.refresh_from_db()
    assert parcel.ask_at is not None

    told = Told(shop.at + 2 * DAY, means(Status.DELIVERED), "c")
    hear(parcel_id=parcel.pk, told=[told], source="x", at=shop.at + 4 * DAY)

    parcel.refresh_from_db()
    assert parcel.ask_at is None


def test_what_people_say_teaches_nothing_of_lanes(shop: Shop) -> None:
    """Those whom somebody asked, or who wrote, are not like the others."""
    order, parcel = unnumbered(shop)
    Promise.objects.filter(pk=arrival(order).pk).update(
        share="0.90", inputs={**arrival(order).inputs, "lane": ["de", "DE", "de-air"]}
    )
    say(parcel, arrival(order).last_day, shop)
    by_carrier, seen = sent(shop)
    told = Told(arrival(by_carrier).due_at - DAY, means(Status.DELIVERED), "c")
    hear(parcel_id=seen.pk, told=[told], source="x", at=told.at)

    [row] = [row for row in count_windows(at=shop.at + 60 * DAY).rows if row.stage == "order"]
    assert (row.unknown, row.within, row.early, row.late) == (1, 0, 0, 0)
    assert learn_lanes(at=shop.at + 60 * DAY).parcels == 1
    parcel.refresh_from_db()
    assert parcel.longest_silence is None


def test_many_are_said_at_once_each_by_itself_within_reach(shop: Shop) -> None:
    (_, first), (_, second), (_, late) = unnumbered(shop), unnumbered(shop), unnumbered(shop)
    say(first, shop.at.date() + 3 * DAY, shop)
    Parcel.objects.filter(pk=late.pk).update(handed_over_at=shop.at + 9 * DAY)
    asked = {
        "parcel_ids": [first.pk, second.pk, late.pk],
        "on": shop.at.date() + 4 * DAY,
        "by": "staff:1",
        "at": shop.at + 10 * DAY,
    }
    none = Reach(frozenset(), has_own_shop=False)

    assert say_all_arrived(reach=none, **asked) == Arrivals(0, 0)
    assert say_all_arrived(reach=EVERYWHERE, **asked) == Arrivals(told=1, refused=1)


def test_what_broke_unseen_before_is_put_right_once(shop: Shop) -> None:
    (unseen, _), (followed, parcel) = unnumbered(shop), sent(shop)
    Parcel.objects.filter(pk=parcel.pk).update(watch=Parcel.Watch.WATCHED)
    Promise.objects.filter(kind="delivery").update(state="broken")

    import_module("tradewind.shipping.migrations.0075_not_known").put_right(apps, None)

    assert (arrival(unseen).state, arrival(followed).state) == ("unknown", "broken")


def leaves(order: Order) -> tuple[str, bool, datetime | None]:
    return Promise.objects.values_list("state", "is_owed", "fulfilled_at").get(kind="dispatch", subject_id=order.pk)


def test_a_buyer_says_nothing_of_what_waits_for_its_carrier(shop: Shop) -> None:
    _, parcel = unnumbered(shop, is_waiting=True)
    with pytest.raises(NotUnderway):
        say(parcel, shop.at.date() + 5 * DAY, shop, teller=Parcel.Teller.BUYER)


@pytest.mark.parametrize("is_passed", [False, True])
def test_the_arrival_of_what_nobody_saw_leave_does_not_say_that_it_left_late(shop: Shop, *, is_passed: bool) -> None:
    order, parcel = unnumbered(shop, is_waiting=True)
    if is_passed:
        note_broken(shop.at + 5 * DAY)

    say(parcel, shop.at.date() + 5 * DAY, shop)

    assert leaves(order) == ("unknown", False, None)
    assert told_of(order).count("promises.not_known") == 1
    promise = Promise.objects.get(kind="dispatch", subject_id=order.pk)
    assert fate_words(promise, "en") == "nobody told us when it left"


def test_what_arrived_by_the_day_on_which_it_was_to_leave_has_left_in_time(shop: Shop) -> None:
    order, parcel = unnumbered(shop, is_waiting=True)
    Promise.objects.filter(kind="dispatch", subject_id=order.pk).update(due_at=shop.at + 9 * DAY)
    say(parcel, shop.at.date() + 5 * DAY, shop)
    assert leaves(order)[:2] == ("kept", False)


def test_while_another_parcel_waits_the_day_of_dispatch_is_owed(shop: Shop) -> None:
    order, parcel = unnumbered(shop, is_waiting=True)
    Parcel.objects.create(order=order, ref="PC-2", handed_over_at=shop.at, country="DE", is_waiting=True)
    say(parcel, shop.at.date() + 5 * DAY, shop)
    assert leaves(order)[:2] == ("made", True)


def test_what_somebody_said_of_the_goods_holds_under_a_number_that_is_put_right(shop: Shop) -> None:
    order, parcel = sent(shop)
    say(parcel, arrival(order).last_day, shop)
    parcel.refresh_from_db()
    facts = told_of(order)

    before = Tracking("China Post", parcel.tracking_number)
    right = Tracking("China Post", "RR473124829DE")
    tell_tracking(order_id=order.pk, tracking=right, seen=before, by="staff:1", at=shop.at + 41 * DAY)

    new = Parcel.objects.get(order=order, replaced_at=None)
    assert (new.status, new.delivered_at, new.arrival_told_by) == ("delivered", parcel.delivered_at, "staff")
    assert told_of(order) == [*facts, "shipping.tracking_told"], "that it is there is no news"
