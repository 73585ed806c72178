"""The buyer says that the parcel has arrived; who says that it has not is led to help."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.orders.changing import bought
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.core.links import make_link
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status, means

pytestmark = pytest.mark.django_db
ASKED = "Has it arrived?"


def sent(shop: Shop, *, is_waiting: bool = False) -> tuple[Order, Parcel]:
    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking(is_waiting=is_waiting)
    )
    return order, Parcel.objects.get(order=order)


def page_of(order: Order, at: datetime) -> str:
    return f"/de/en/order/{make_link('order.view', subject=('order', order.pk), at=at)}/"


def test_where_nobody_follows_the_parcel_the_page_says_so_and_asks(buyer: Client, shop: Shop, now: datetime) -> None:
    order, parcel = sent(shop)
    delivery = Promise.objects.filter(kind="delivery").latest("pk")
    page, later = page_of(order, now), delivery.due_at + timedelta(days=1)
    note_broken(delivery.due_at)

    with time_machine.travel(later, tick=False):
        words = text_of(buyer.get(page))
        said = buyer.post(f"{page}arrival/", {"parcel": parcel.ref, "on": f"{delivery.last_day}"}, follow=True)

    assert ("broken" in words, "The carrier does not tell us whether it has arrived." in words) == (False, True)
    assert "Your rights stay as they are." in words
    assert "It has not arrived, or not all of it? Tell us, and we look for it" in words
    assert "✓ kept on" in text_of(said)
    assert ASKED not in text_of(said)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.arrival_told_by) == ("delivered", "buyer")
    assert Promise.objects.filter(kind="delivery").latest("pk").state == "kept"


def test_a_parcel_that_is_followed_is_asked_about_once_its_days_have_come(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    order, parcel = sent(shop)
    page = page_of(order, now)
    scan = Told(now + timedelta(hours=1), means(Status.IN_TRANSIT), "c")
    hear(parcel_id=parcel.pk, told=[scan], source="x", at=scan.at)
    begins_at = Promise.objects.filter(kind="delivery").latest("pk").window_start
    assert begins_at is not None

    seen = []
    for moment in (begins_at - timedelta(seconds=1), begins_at):
        with time_machine.travel(moment, tick=False):
            seen.append(ASKED in text_of(buyer.get(page)))
    assert seen == [False, True]


def test_what_has_not_left_or_waits_for_its_carrier_is_not_asked_about(
    buyer: Client, shop: Shop, now: datetime
) -> None:
    here, (waiting, _) = bought(shop, (shop.small, 1)), sent(shop, is_waiting=True)
    assert [ASKED in text_of(buyer.get(page_of(order, now))) for order in (here, waiting)] == [False, False]


@pytest.mark.parametrize("on", ["2026-01-01", "2031-01-01", "yesterday", "20261123", "2026-W48-1", ""])
def test_a_day_that_cannot_be_is_said_and_nothing_is_noted(buyer: Client, shop: Shop, now: datetime, on: str) -> None:
    order, parcel = sent(shop)
    answer = buyer.post(f"{page_of(order, now)}arrival/", {"parcel": parcel.ref, "on": on})
    assert (answer.status_code, "It cannot have arrived on this day" in text_of(answer)) == (422, True)
    parcel.refresh_from_db()
    assert parcel.status == "not_found"


def test_a_parcel_of_another_order_is_nobodys_business(buyer: Client, shop: Shop, now: datetime) -> None:
    (order, _), (_, other) = sent(shop), sent(shop)
    answer = buyer.post(f"{page_of(order, now)}arrival/", {"parcel": other.ref, "on": f"{now.date()}"})
    other.refresh_from_db()
    assert (answer.status_code, other.status) == (400, "not_found")


def test_said_twice_or_of_what_goes_back_the_page_shows_what_is(buyer: Client, shop: Shop, now: datetime) -> None:
    order, parcel = sent(shop)
    page, typed = page_of(order, now), {"parcel": parcel.ref, "on": f"{now.date()}"}
    assert [buyer.post(f"{page}arrival/", typed).status_code for _ in range(2)] == [303, 303]
    Parcel.objects.update(status="returning")
    assert buyer.post(f"{page}arrival/", typed).status_code == 303


def test_only_what_the_page_asks_about_is_taken(buyer: Client, shop: Shop, now: datetime) -> None:
    """What waits for its carrier, and what is followed before its days, has no form there: one made by hand says nothing."""
    (order, followed), (other, waiting) = sent(shop), sent(shop, is_waiting=True)
    Parcel.objects.filter(pk=followed.pk).update(watch=Parcel.Watch.WATCHED)

    for its, parcel in ((order, followed), (other, waiting)):
        typed = {"parcel": parcel.ref, "on": f"{now.date()}"}
        assert buyer.post(f"{page_of(its, now)}arrival/", typed).status_code == 303

    assert set(Parcel.objects.values_list("status", flat=True)) == {"not_found"}
    waiting.refresh_from_db()
    assert waiting.is_waiting
