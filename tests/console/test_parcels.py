"""Parcels as staff and buyers see them: late ones first, each found by its number, and all that was said in words."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.core.links import make_link
from tradewind.core.models import ShopAccount
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.lib.clock import utc_now
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_queries import ParcelFilters, parcel_list
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Reason, Status, means

pytestmark = pytest.mark.django_db


def make_parcel(number: int, *, account: str = "", **fields: object) -> Parcel:
    order = make_order(number, account=account, state="dispatched")
    at = utc_now() - timedelta(days=30)
    values = {"tracking_number": f"LP{number:04}", "number_key": f"LP{number:04}", "carrier": "4PX", "country": "DE"}
    return Parcel.objects.create(order=order, ref=f"PC-{number}", handed_over_at=at, **values | fields)


def numbers(view: str = "", **filters: str) -> list[str]:
    rows, _ = parcel_list(ParcelFilters(view=view, **filters), EVERYWHERE, now=utc_now())
    return [row.tracking_number for row in rows]


def test_what_is_promised_soonest_stands_first_and_each_view_holds_its_own() -> None:
    now = utc_now()
    make_parcel(1, due_at=now + timedelta(days=3), status="customs", first_scan_at=now)
    make_parcel(2, due_at=now - timedelta(days=1), watch="watched")
    make_parcel(3, due_at=now - timedelta(days=2), status="delivered", delivered_at=now, first_scan_at=now)
    make_parcel(4, due_at=None, status="exception", reason="lost", first_scan_at=now, carrier="DHL", country="US")
    make_parcel(5, due_at=now - timedelta(days=9), replaced_at=now)
    # Of a number that nobody follows nobody hears whether it is late.
    make_parcel(6, due_at=now - timedelta(days=9), status="picked_up")

    assert numbers("open") == ["LP0002", "LP0001"]
    assert numbers("late") == ["LP0002"]
    assert numbers("unseen") == ["LP0006"]
    assert numbers("trouble") == ["LP0004"]
    assert numbers("unscanned") == ["LP0002"]
    assert numbers("delivered") == ["LP0003"]
    assert numbers() == ["LP0006", "LP0004", "LP0003", "LP0002", "LP0001"]
    assert (numbers(carrier="DHL"), numbers(country="US"), numbers(status="customs")) == (
        ["LP0004"],
        ["LP0004"],
        ["LP0001"],
    )
    # A number is found however it is written, also one whose label was replaced.
    assert numbers(number="lp 0005") == ["LP0005"]


def test_pages_go_on_by_key_and_cost_the_same_with_one_row_and_with_thirty(console: Client) -> None:
    due = utc_now() + timedelta(days=1)
    make_parcel(1, due_at=due)
    console.get("/console/parcels")  # what is kept per process is kept from here on
    with CaptureQueriesContext(connection) as few:
        assert console.get("/console/parcels").status_code == 200
    for number in range(2, 61):
        make_parcel(number, due_at=due)
    with CaptureQueriesContext(connection) as many:
        first = console.get("/console/parcels").content.decode()
    assert len(many) == len(few)

    (further,) = re.findall(r'href="(\?[^"]*after=[^"]*)"', first)
    second = console.get("/console/parcels" + further.replace("&amp;", "&")).content.decode()
    found = [re.findall(r">(LP\d{4})<", page) for page in (first, second)]
    assert found[0] + found[1] == [f"LP{number:04}" for number in range(1, 61)]


def test_parcels_of_accounts_out_of_reach_are_not_there() -> None:
    make_parcel(1, account="ours")
    make_parcel(2, account="theirs")
    ours = Reach(frozenset({ShopAccount.objects.get(name="ours").pk}), has_own_shop=False)
    rows, _ = parcel_list(ParcelFilters(), ours, now=utc_now())
    assert [row.tracking_number for row in rows] == ["LP0001"]


def test_staff_read_everything_and_buyers_what_is_understood_in_their_language(shop: Shop, now: datetime) -> None:
    order = mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=now, tracking=Tracking("China Post", "RR123456785CN")
    )
    parcel = Parcel.objects.get(order=order)
    said = [
        Told(now + timedelta(hours=1), means(Status.PICKED_UP), "c1", "广州", "Accepted", "China Post", 480),
        Told(now + timedelta(hours=2), NOT_UNDERSTOOD, "InTransit_Teleported", "Nowhere", "Whoosh"),
        Told(now + timedelta(hours=3), means(Status.CUSTOMS, Reason.INFO_REQUIRED), "c2", "Frankfurt", "Held", "", 60),
    ]
    hear(parcel_id=parcel.pk, told=said, source="x", at=now + timedelta(hours=4))

    staff = client_of(make_staff(Role.WAREHOUSE)).get(f"/console/orders/{order.pk}").content.decode()
    token = make_link("order.view", subject=("order", order.pk), at=now)
    buyer = Client().get(f"/de/de/order/{token}/").content.decode()

    assert "At customs: customs needs something from the recipient" in staff
    assert "InTransit_Teleported" in staff
    assert "Scanned by a carrier for the first time" in staff
    assert "Beim Zoll: der Zoll braucht etwas vom Empfänger" in buyer
    # In the hour of the place: seven o'clock UTC is three in the afternoon there.
    assert re.search(r"Vom Zusteller übernommen · 广州</span> <span[^>]*>[^<]*15:00", buyer)
    assert ("Teleported" in buyer, "Nowhere" in buyer, "Whoosh" in buyer) == (False, False, False)


def test_a_bad_view_or_filter_shows_the_usual_list(console: Client) -> None:
    make_parcel(1, due_at=utc_now() + timedelta(days=1))
    page = console.get("/console/parcels?view=x&status=%00&country=QQ&carrier=&after=junk").content.decode()
    assert "LP0001" in page
    assert console.get("/console/parcels?number=%00&carrier=%00").status_code == 200
