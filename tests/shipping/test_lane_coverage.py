"""Of the windows that said nine of ten: which came true, judged one by one."""

from datetime import date, datetime
from typing import Any

from tests.console.making import make_order
from tests.shipping.travelled import DAY, parcel
from tests.shop import Shop
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.promises.ending import keep
from tradewind.promises.making import Told, make, renew
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.lane_coverage import count_windows, store_windows
from tradewind.shipping.lane_showing import Came, Coverage, coverage
from tradewind.shipping.models import LaneMonth

LANE = ["de", "DE", "de-air"]


def promised(shop: Shop, order_id: int, first: int, last: int, **inputs: Any) -> Promise:
    """Days from the shop's moment, by the clock of Berlin."""
    return make(Promise.Kind.DELIVERY, told(shop, first, last, **inputs), subject=("order", order_id), at=shop.at)


def told(shop: Shop, first: int, last: int, **inputs: Any) -> Told:
    midnight = shop.at.replace(hour=23) - DAY
    return Told(
        until=midnight + (last + 1) * DAY,
        zone="Europe/Berlin",
        since=midnight + first * DAY,
        account_id=1,
        inputs={"lane": LANE, **inputs},
        share=0.9,
    )


def arrives(shop: Shop, order_id: int, day: int) -> None:
    keep(Promise.Kind.DELIVERY, order_id=order_id, at=shop.at + day * DAY)


def counted(shop: Shop, at: datetime, reach: Reach = EVERYWHERE) -> Coverage:
    store_windows(count_windows(at=at))
    return coverage(reach, since=date(2026, 11, 1)).by_lane.get(("de", "DE", "de-air"), Coverage())


def test_each_window_is_judged_by_the_day_of_arrival(shop: Shop) -> None:
    orders = [make_order(number, state="dispatched").pk for number in range(1, 9)]
    for pk in orders:
        promised(shop, pk, 3, 6)
    for pk, day in zip(orders, (3, 6, 2, 7), strict=False):
        arrives(shop, pk, day)
    # One that was scanned and never came, one that nobody followed, one that was called off, one without a share.
    parcel_of = make_order(9, state="dispatched")
    promised(shop, parcel_of.pk, 3, 6)
    parcel(parcel_of, shop.at, None)
    Promise.objects.filter(subject_id=orders[6]).update(state="released")
    Promise.objects.filter(subject_id=orders[7]).update(share=None)

    assert counted(shop, shop.at + 5 * DAY).order == Came(still_open=7, days=28)
    note_broken(shop.at + 8 * DAY)
    found = counted(shop, shop.at + 8 * DAY)

    assert found.order == Came(within=2, early=1, late=2, unknown=2, days=28)
    assert (found.order.share, found.order.width, found.handover) == (0.4, 4.0, Came())


def test_a_promise_counts_by_itself_when_another_has_taken_its_place(shop: Shop) -> None:
    """With the order three to six days, at the hand-over seven to nine; it came on the eighth."""
    order = make_order(1, state="dispatched").pk
    first = promised(shop, order, 3, 6)
    renew(promise_id=first.pk, told=told(shop, 7, 9, left_on="2026-11-25"), at=shop.at + DAY)
    confirmed = make_order(2, state="dispatched").pk
    promised(shop, confirmed, 3, 6, left_on="2026-11-24", confirmed=True)
    arrives(shop, order, 8)
    arrives(shop, confirmed, 4)

    found = counted(shop, shop.at + 20 * DAY)

    assert found.order == Came(within=1, late=1, days=8)
    assert found.handover == Came(within=2, days=7)


def test_counting_again_takes_the_place_of_what_was_counted_and_leaves_older_months(shop: Shop) -> None:
    order = make_order(1, state="dispatched").pk
    promised(shop, order, 3, 6)
    arrives(shop, order, 4)
    counted(shop, shop.at + 20 * DAY)

    assert counted(shop, shop.at + 21 * DAY).order.within == 1
    assert counted(shop, shop.at + 200 * DAY).order.within == 1
    assert LaneMonth.objects.count() == 1


def test_each_sees_the_accounts_within_reach(shop: Shop) -> None:
    promised(shop, make_order(1, state="dispatched").pk, 3, 6)
    mine, other = Reach(frozenset({1})), Reach(frozenset({2}))

    assert counted(shop, shop.at, mine).order.still_open == 1
    assert counted(shop, shop.at, other) == Coverage()


def test_what_arrives_on_a_day_off_counts_with_the_next_working_day_as_it_was_learnt(shop: Shop) -> None:
    """A window from Monday on: on Friday it is early, on the Saturday and the Sunday before it is there on Monday."""
    orders = [make_order(number, state="dispatched").pk for number in range(1, 4)]
    for pk, day in zip(orders, (4, 5, 6), strict=True):
        assert promised(shop, pk, 7, 9).first_day == date(2026, 11, 30)
        arrives(shop, pk, day)

    found = counted(shop, shop.at + 11 * DAY)

    assert (found.order.within, found.order.early) == (2, 1)
