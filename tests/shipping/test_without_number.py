"""Whatever leaves is a parcel, also where nobody said who carries it; and the number of any parcel can be told, or put right, later."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought, told_of
from tests.shipping.test_parting import part_of, really_paid
from tests.shipping.troubled import look
from tests.shop import Shop
from tradewind.core.links import make_link
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.orders.models import Order
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcel_queries import ParcelFilters, late_by, parcel_list
from tradewind.shipping.parcel_showing import parcels_shown, standing
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import send_part
from tradewind.shipping.queries import handover_of
from tradewind.shipping.tracking import TrackingChanged, tell_tracking

NUMBER = "YT2232521272432059"


def seen_in(view: str, shop: Shop, days: float) -> list[Parcel]:
    return parcel_list(ParcelFilters(view), EVERYWHERE, now=shop.at + timedelta(days=days))[0]


def order_page_numbers(order: Order) -> list[str]:
    """Of its parcels, as staff see them one below the other."""
    return [shown.parcel.tracking_number for shown in parcels_shown(order.pk, "en")]


def test_a_parcel_without_a_number_is_seen_everywhere_and_its_silence_says_nothing(shop: Shop) -> None:
    order = mark_dispatched(order=bought(shop, (shop.small, 2)), by="staff:1", at=shop.at)
    parcel = Parcel.objects.get()
    token = make_link("order.view", subject=("order", order.pk), at=shop.at)

    theirs = Client().get(f"/de/de/order/{token}/").content.decode()
    page = client_of(make_staff(Role.WAREHOUSE)).get(f"/console/orders/{order.pk}").content.decode()

    assert list(parcel.lines.values_list("quantity", flat=True)) == [2]
    assert ("noch keine Sendungsnummer" in theirs, "no tracking number yet" in page) == (True, True)
    assert ('rel="noreferrer noopener"' in theirs, "Nobody follows it yet" in page) == (False, False)
    look(shop, 90)
    assert not Trouble.objects.exists()
    assert (seen_in("open", shop, 1), seen_in("unnumbered", shop, 1)) == ([parcel], [parcel])
    assert seen_in("late", shop, 90) == seen_in("open", shop, 90) == seen_in("unscanned", shop, 90) == []
    assert seen_in("unseen", shop, 90) == [parcel]
    assert not late_by(parcel, shop.at + timedelta(days=90))

    tracking = Tracking("YunExpress", NUMBER)
    tell_tracking(order_id=order.pk, tracking=tracking, seen=Tracking(), by="staff:1", at=shop.at)
    told = Parcel.objects.get()
    assert (told.pk, told.tracking_number, told.watch) == (parcel.pk, NUMBER, "wanted")
    assert (seen_in("unseen", shop, 90), seen_in("late", shop, 90), seen_in("unnumbered", shop, 1)) == ([told], [], [])
    Parcel.objects.update(watch=Parcel.Watch.WATCHED)
    assert (seen_in("unseen", shop, 90), seen_in("late", shop, 90)) == ([], [told])
    assert told_of(order).count("shipping.parcel_handed_over") == 1


def test_what_left_elsewhere_is_not_handed_over_anew_when_its_number_is_told(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    Order.objects.filter(pk=order.pk).update(state="dispatched")

    tell_tracking(order_id=order.pk, tracking=Tracking("DHL", "1"), seen=Tracking(), by="staff:1", at=shop.at)
    relabelled = Tracking("DHL", "2")
    tell_tracking(order_id=order.pk, tracking=relabelled, seen=Tracking("DHL", "1"), by="staff:1", at=shop.at)

    old, new = Parcel.objects.order_by("pk")
    assert (old.replaced_by, new.replaced_at) == (new, None)
    assert told_of(order).count("shipping.parcel_handed_over") == 0


def test_the_number_of_any_parcel_is_put_right_and_the_order_keeps_the_newest(shop: Shop) -> None:
    order = really_paid(shop, 3)
    packer = client_of(make_staff(Role.WAREHOUSE))
    address = f"/console/orders/{order.pk}"
    send_part(order_id=order.pk, part=part_of(order, 1, number="JD01"), by="staff:1", at=shop.at)
    first = Parcel.objects.get()

    def form(number: str, seen: str, parcel: Parcel) -> dict[str, str]:
        return {
            "parcel": str(parcel.pk),
            "carrier": "DHL",
            "number": number,
            "seen_carrier": "DHL",
            "seen_number": seen,
        }

    # While the rest is still here.
    assert f'name="parcel" value="{first.pk}"' in packer.get(address).content.decode()
    assert packer.post(f"{address}/tracking", form("JD02", "JD01", first)).status_code == 302
    right = Parcel.objects.get(replaced_at=None)
    send_part(order_id=order.pk, part=part_of(order, 2, number="JD03"), by="staff:1", at=shop.at)
    answers = [
        packer.post(f"{address}/tracking", each)
        for each in (
            form("JD04", "JD02", right),
            form("JD05", "JD02", right),
        )
    ]
    nine, seen = Tracking("DHL", "9"), Tracking("DHL", "JD01")
    with pytest.raises(TrackingChanged):
        tell_tracking(order_id=order.pk, parcel_id=first.pk, tracking=nine, seen=seen, by="staff:1", at=shop.at)

    order.refresh_from_db()
    standing = Parcel.objects.filter(replaced_at=None).order_by("tracking_number")
    assert ([answer.status_code for answer in answers], order.tracking) == ([302, 409], "JD03")
    assert list(standing.values_list("tracking_number", "lines__quantity")) == [("JD03", 2), ("JD04", 1)]
    assert "Somebody has changed it since you opened the page" in answers[1].content.decode()
    assert AuditEntry.objects.filter(action="order.tracking").count() == 2


def test_the_newest_parcel_stays_the_newest_when_an_older_one_gets_a_new_label(shop: Shop) -> None:
    order = really_paid(shop, 3)
    send_part(order_id=order.pk, part=part_of(order, 1, number="JD01"), by="staff:1", at=shop.at)
    first = Parcel.objects.get()
    send_part(order_id=order.pk, part=part_of(order, 2, number="JD02"), by="staff:1", at=shop.at)
    one, two, four = Tracking("DHL", "JD01"), Tracking("DHL", "JD02"), Tracking("DHL", "JD04")
    relabelled = Tracking("DHL", "JD03")
    tell_tracking(order_id=order.pk, parcel_id=first.pk, tracking=relabelled, seen=one, by="staff:1", at=shop.at)

    # Whoever names no parcel, as a program that read the order's number.
    assert tell_tracking(order_id=order.pk, tracking=four, seen=two, by="staff:1", at=shop.at)

    order.refresh_from_db()
    newest = handover_of(order.pk)
    assert (order.tracking, newest and newest.tracking_number) == ("JD04", "JD04")
    assert standing(parcels_shown(order.pk, "en")) == newest
