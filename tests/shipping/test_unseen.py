"""Promises of arrival whose time passes while nobody follows the parcel: neither kept nor broken, until somebody says."""

from datetime import timedelta

import pytest

from tests.orders.changing import bought, told_of
from tests.shipping.test_hearing import NUMBER, sent, way
from tests.shop import Shop
from tradewind.orders.models import Order
from tradewind.promises import making
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.promises.wording import fate_words
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status, means

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def arrival(order: Order) -> Promise:
    return Promise.objects.filter(subject_kind="order", subject_id=order.pk, kind="delivery").latest("pk")


def test_an_arrival_that_nobody_can_see_is_not_known_and_stays_owed(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at)

    assert note_broken(arrival(order).due_at) == 1

    assert (arrival(order).state, arrival(order).is_owed) == ("unknown", True)
    assert told_of(order)[-1] == "promises.not_known"
    assert note_broken(arrival(order).due_at + timedelta(days=1)) == 0


def test_an_arrival_that_somebody_follows_is_broken(shop: Shop) -> None:
    order, parcel = sent(shop)
    hear(parcel_id=parcel.pk, told=way(shop, Status.PICKED_UP), source="x", at=shop.at + timedelta(days=1))

    note_broken(arrival(order).due_at)

    assert (arrival(order).state, told_of(order)[-1]) == ("broken", "promises.broken")


def test_it_is_broken_where_a_tracker_follows_the_number_and_no_carrier_has_it(shop: Shop) -> None:
    order, _ = sent(shop)
    Parcel.objects.update(watch=Parcel.Watch.WATCHED)

    note_broken(arrival(order).due_at)

    assert arrival(order).state == "broken"


def test_it_is_broken_where_the_goods_are_still_here_or_wait_for_their_carrier(shop: Shop) -> None:
    here = bought(shop, (shop.small, 1))
    waiting = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking(is_waiting=True)
    )

    note_broken(max(arrival(here).due_at, arrival(waiting).due_at))

    assert (arrival(here).state, arrival(waiting).state) == ("broken", "broken")


def test_heard_of_later_it_was_kept_or_is_broken_after_all(shop: Shop) -> None:
    kept, late = sent(shop), sent(shop)
    due_at = max(arrival(order).due_at for order, _ in (kept, late))
    note_broken(due_at)
    assert {arrival(order).state for order, _ in (kept, late)} == {"unknown"}

    in_time = arrival(kept[0]).due_at - timedelta(hours=1)
    for (_, parcel), at in ((kept, in_time), (late, due_at)):
        hear(parcel_id=parcel.pk, told=[Told(at, means(Status.DELIVERED), "c")], source="x", at=due_at)

    assert (arrival(kept[0]).state, arrival(late[0]).state) == ("kept", "broken")
    assert (arrival(kept[0]).is_owed, arrival(late[0]).fulfilled_at) == (False, due_at)


def test_what_nobody_has_paid_does_not_break(shop: Shop) -> None:
    """A method that pays at once was tried: the days were promised, and the money did not come."""
    order = shop.place(shop.cart((shop.small, 1)), method="card").order
    promises = Promise.objects.filter(subject_id=order.pk)
    assert (order.state, promises.count()) == ("awaiting_payment", 2)

    note_broken(arrival(order).due_at)

    assert set(promises.values_list("state", "is_owed")) == {("released", False)}


def test_numbers_are_no_proof_that_somebody_follows(shop: Shop) -> None:
    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking("China Post", NUMBER)
    )
    note_broken(arrival(order).due_at)
    assert arrival(order).state == "unknown"


def test_once_a_carrier_says_that_it_is_elsewhere_what_was_not_known_is_broken(shop: Shop) -> None:
    order, parcel = sent(shop)
    due_at = arrival(order).due_at
    note_broken(due_at)
    assert arrival(order).state == "unknown"

    for hours in (1, 2):
        scan = Told(due_at + timedelta(hours=hours), means(Status.IN_TRANSIT), "c")
        hear(parcel_id=parcel.pk, told=[scan], source="x", at=scan.at)

    assert (arrival(order).state, arrival(order).is_owed) == ("broken", True)
    assert told_of(order).count("promises.broken") == 1


def test_a_scan_from_before_its_days_are_over_breaks_nothing(shop: Shop) -> None:
    order, parcel = sent(shop)
    hear(parcel_id=parcel.pk, told=way(shop, Status.IN_TRANSIT), source="x", at=arrival(order).due_at - DAY)
    assert arrival(order).state == "made"


def test_of_what_was_told_anew_the_first_date_is_judged_by_when_it_came(shop: Shop) -> None:
    """Nobody could see whether the first date was kept; a new one was told; then it is heard when it came."""
    (in_time, first), (late, second) = sent(shop), sent(shop)
    due_at = arrival(in_time).due_at
    note_broken(max(due_at, arrival(late).due_at))
    told = making.Told(until=due_at + 9 * DAY, zone="Europe/Berlin")
    for order in (in_time, late):
        making.renew(promise_id=arrival(order).pk, told=told, at=due_at + DAY)

    for parcel, at in ((first, due_at - DAY), (second, due_at + 2 * DAY)):
        news = Told(at, means(Status.DELIVERED), "c")
        hear(parcel_id=parcel.pk, told=[news], source="x", at=due_at + 3 * DAY)

    def fates(order: Order) -> list[str]:
        rows = Promise.objects.filter(subject_id=order.pk, kind="delivery").order_by("pk")
        return [fate_words(each, "en").split(",")[0] for each in rows if each.state != "renewed"]

    assert [each.split(" on ")[0] for each in fates(in_time)] == ["kept", "kept"]
    assert fates(late)[0].endswith("days late")
