"""When goods have left, the days of arrival are promised from the day on which they did: once, and never later in silence."""

from datetime import datetime, timedelta

import pytest

from tests.orders.changing import bought
from tests.shipping.test_lane_learning import around
from tests.shipping.travelled import DAY, travelled
from tests.shop import Shop
from tradewind.core.models import FactRecord, ShopAccount
from tradewind.core.reach import EVERYWHERE
from tradewind.core.worker import run_until_idle
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.promises.why import why
from tradewind.promises.wording import arrival_words, later_words
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.hearing import hear
from tradewind.shipping.lane_learning import learn_lanes
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import UNKNOWN, Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.promising_again import promise_again
from tradewind.shipping.tracking_states import Status, means

DHL = Tracking("DHL", "RR123")


def deliveries(order: Order) -> list[Promise]:
    return [each for each in promises_about("order", order.pk) if each.kind == Promise.Kind.DELIVERY]


def sent(shop: Shop, at: datetime, *, works: bool = True, tracking: Tracking = DHL) -> Order:
    """Bought now, handed over then."""
    order = bought(shop, (shop.small, 1))
    mark_dispatched(order=order, by="staff:1", at=at, tracking=tracking)
    if works:
        run_until_idle(now=lambda: at + timedelta(minutes=3))
    return order


def letter(order: Order) -> Message:
    return Message.objects.get(
        moment="order_dispatched", subject_kind="parcel", subject_id__in=order.parcels.values("pk")
    )


def test_what_leaves_as_promised_stands_and_knows_the_day(shop: Shop) -> None:
    order = sent(shop, shop.at + DAY)

    [delivery] = deliveries(order)
    assert (delivery.state, delivery.inputs["left_on"], delivery.inputs["confirmed"]) == ("made", "2026-11-24", True)
    assert [each["where"] for each in delivery.told] == [
        "checkout",
        "letter.order_confirmed",
        "letter.order_dispatched",
    ]


def test_what_leaves_late_arrives_later_and_the_letter_says_so(shop: Shop) -> None:
    order = sent(shop, shop.at + 4 * DAY)

    before, delivery = deliveries(order)
    assert (before.state, delivery.state, delivery.replaces_id) == ("renewed", "made", before.pk)
    assert (before.last_day.isoformat(), delivery.last_day.isoformat()) == ("2026-12-10", "2026-12-15")
    assert why(delivery, "en", is_short=True)[0] == "It left Shenzhen on Fri 27 Nov."
    assert arrival_words(delivery, "de") in letter(order).text
    assert later_words(before, "de") in letter(order).text
    assert Parcel.objects.get(order=order).due_at == delivery.due_at


def test_what_leaves_early_is_promised_earlier_and_nothing_is_sorry(shop: Shop) -> None:
    shop.shenzhen.handling_days = 5
    shop.shenzhen.save()
    order = sent(shop, shop.at + DAY)

    before, delivery = deliveries(order)
    assert delivery.last_day < before.last_day
    assert arrival_words(delivery, "de") in letter(order).text
    assert later_words(before, "de") not in letter(order).text


def test_again_and_after_a_crash_it_is_promised_once(shop: Shop) -> None:
    order = sent(shop, shop.at + 4 * DAY)
    told = FactRecord.objects.count()

    late = shop.at + 4 * DAY
    assert promise_again(order_id=order.pk, handed_over_at=late, at=late) is None
    assert (len(deliveries(order)), FactRecord.objects.count()) == (2, told)


def test_a_promise_whose_time_had_passed_stays_broken(shop: Shop) -> None:
    order = sent(shop, shop.at + 30 * DAY)

    before, delivery = deliveries(order)
    assert (before.state, before.is_owed, delivery.state) == ("broken", False, "made")


@pytest.mark.parametrize("change", ["no letter", "late news", "arrived"])
def test_nobody_is_told_a_later_day_in_silence(shop: Shop, change: str) -> None:
    late = shop.at + 4 * DAY
    order = sent(shop, late, works=False)
    if change == "no letter":
        ShopAccount.objects.update(channel="file")
    elif change == "arrived":
        Order.objects.update(state="delivered")
    at = late + (3 * DAY if change == "late news" else timedelta(minutes=1))

    assert promise_again(order_id=order.pk, handed_over_at=late, at=at) is None
    assert [each.state for each in deliveries(order)] == ["made"]


@pytest.mark.parametrize("told_after", [timedelta(0), 4 * DAY], ids=["handed over", "scanned, and told late"])
def test_what_waits_for_its_carrier_is_told_with_its_days_once_the_carrier_has_it(
    shop: Shop, told_after: timedelta
) -> None:
    order = sent(shop, shop.at + DAY, tracking=Tracking(is_waiting=True))
    parcel, collected = Parcel.objects.get(), shop.at + 6 * DAY
    before = len(deliveries(order)), Message.objects.filter(moment="order_dispatched").count()

    if told_after:
        hear(
            parcel_id=parcel.pk, told=[Told(collected, means(Status.PICKED_UP), "P")], source="x", at=shop.at + 10 * DAY
        )
    else:
        hand_over(parcel_ids=[parcel.pk], reach=EVERYWHERE, by="staff:1", at=collected)
    for wait in (timedelta(0), timedelta(minutes=3)):
        run_until_idle(now=lambda: collected + told_after + wait)  # noqa: B023  # used at once

    old, delivery = deliveries(order)
    assert before == (1, 0)
    assert (old.state, delivery.inputs["left_on"], delivery.last_day > old.last_day) == ("renewed", "2026-11-29", True)
    assert letter(order).created_at == collected + told_after + timedelta(minutes=3)
    assert arrival_words(delivery, "de") in letter(order).text
    assert later_words(old, "de") in letter(order).text


def test_of_several_parcels_the_last_one_counts(shop: Shop) -> None:
    late = shop.at + 4 * DAY
    order = sent(shop, late, works=False)
    first = Parcel.objects.get(order=order)
    first.pk, first.ref, first.handed_over_at, first.departure = None, "PC-FIRST", shop.at + DAY, 2
    first.save()

    promised = promise_again(order_id=order.pk, handed_over_at=late, at=late)

    assert promised is not None
    assert promised.inputs["left_on"] == "2026-11-27"


def test_the_same_lane_says_how_long_it_takes_from_there(shop: Shop) -> None:
    travelled(shop, *around(24, 60))
    learn_lanes(at=shop.at)
    order = sent(shop, shop.at + 4 * DAY, tracking=UNKNOWN)

    before, delivery = deliveries(order)
    assert delivery.inputs["transit_days"] == before.inputs["transit_days"]
    assert delivery.share == before.share is not None
    assert delivery.last_day > before.last_day
