"""Staff say on which day parcels arrived that nobody follows."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.console.making import client_of, make_order, make_staff
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel

pytestmark = pytest.mark.django_db


def make_parcel(number: int, **fields: object) -> Parcel:
    """Sent a month ago without a number, and promised for ten days ago."""
    order, now = make_order(number, state="dispatched"), utc_now()
    Order.objects.filter(pk=order.pk).update(placed_at=now - timedelta(days=31))
    values = {"handed_over_at": now - timedelta(days=30), "due_at": now - timedelta(days=10), "country": "DE"}
    return Parcel.objects.create(order=order, ref=f"PC-{number}", **{"departure": 1} | values | fields)


def ago(days: int) -> date:
    return (utc_now() - timedelta(days=days)).date()


def ticked(page: str) -> list[str]:
    return re.findall(r'name="parcel" value="(\d+)"', page)


def test_those_that_nobody_hears_of_stand_together_and_many_arrive_at_once(console: Client) -> None:
    unseen = [make_parcel(1), make_parcel(2, tracking_number="LP2"), make_parcel(3, handed_over_at=utc_now())]
    make_parcel(4, tracking_number="LP4", watch="watched")
    make_parcel(5, tracking_number="LP5", last_at=utc_now())
    make_parcel(6, due_at=utc_now() + timedelta(days=1))
    make_parcel(7, is_waiting=True, departure=None)
    page = console.get("/console/parcels?view=unseen").content.decode()
    assert sorted(map(int, ticked(page))) == sorted(parcel.pk for parcel in unseen)

    answer = console.post(
        "/console/parcels/arrivals",
        {"parcel": [parcel.pk for parcel in unseen], "arrived_on": f"{ago(12)}"},
        follow=True,
    )

    assert "Noted, but not of those that cannot have arrived on that day" in answer.content.decode()
    assert ticked(answer.content.decode()) == [str(unseen[2].pk)]
    assert set(Parcel.objects.filter(status="delivered")) == set(unseen[:2])


def test_nothing_is_noted_without_parcels_or_a_day(console: Client) -> None:
    parcel = make_parcel(1)
    for typed in ({"parcel": parcel.pk, "arrived_on": "soon"}, {"arrived_on": f"{ago(1)}"}):
        answer = console.post("/console/parcels/arrivals", typed, follow=True)
        assert "Tick parcels, and say on which day they arrived" in answer.content.decode()
    assert not Parcel.objects.filter(status="delivered").exists()


def test_of_one_it_is_said_on_the_page_of_its_order_which_says_whose_word_it_is(console: Client) -> None:
    parcel, other = make_parcel(1), make_parcel(2)
    address = f"/console/orders/{parcel.order_id}/arrival"

    wrong = [console.post(address, {"parcel": parcel.pk, "arrived_on": day}).status_code for day in ("", f"{ago(31)}")]
    elsewhere = console.post(address, {"parcel": other.pk, "arrived_on": f"{ago(1)}"}).status_code
    answer = console.post(address, {"parcel": parcel.pk, "arrived_on": f"{ago(1)}"}, follow=True)

    assert (wrong, elsewhere) == ([422, 422], 404)
    assert "It is there, as staff say; no carrier has said so." in answer.content.decode()
    assert console.post(address, {"parcel": parcel.pk, "arrived_on": f"{ago(2)}"}).status_code == 302
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at.date() if parcel.delivered_at else None) == ("delivered", ago(1))


def test_what_goes_back_is_not_noted(console: Client) -> None:
    parcel = make_parcel(1, status="returning", last_at=utc_now())
    answer = console.post(
        f"/console/orders/{parcel.order_id}/arrival", {"parcel": parcel.pk, "arrived_on": f"{ago(1)}"}, follow=True
    )
    assert "Nothing is noted: the parcel has another label by now, or goes back." in answer.content.decode()


def test_whoever_may_not_dispatch_is_not_asked() -> None:
    parcel, viewer = make_parcel(1), client_of(make_staff(Role.AGENT))
    page = viewer.get("/console/parcels?view=unseen").content.decode()
    assert ("No number" in page, ticked(page)) == (True, [])
    assert viewer.post("/console/parcels/arrivals", {"parcel": parcel.pk}).status_code == 403
