"""Who carries an order, and where its parcel is: told at hand-over or later, found by its number, shown with the carrier's page."""

import re

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought, told_of
from tests.shop import Shop
from tradewind.clientele.erasing import erase_order
from tradewind.core.links import make_link
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.messaging.models import Message
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.models import Order
from tradewind.orders.queries import order_list
from tradewind.orders.searching import find_again
from tradewind.shipping.carriers import carrier_names, tracking_url
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking import NotLeftYet, TrackingChanged, tell_tracking

NUMBER = "YT2232521272432059"


def found(text: str) -> list[int]:
    return [row.id for row in order_list(OrderFilters(text=text), EVERYWHERE).rows]


def test_a_known_carrier_leads_to_its_page_however_its_name_is_written() -> None:
    page = f"https://www.yuntrack.com/parcelTracking?id={NUMBER}"
    assert [tracking_url(name, f" {NUMBER} ") for name in ("YunExpress", "yun-express", "云途物流")] == [page] * 3
    assert [tracking_url("Uncle Bob", NUMBER), tracking_url("YunExpress", " ")] == ["", ""]
    own = {
        "Deutsche Post": "deutschepost.de",
        "Correos": "correos.es",
        "日本郵便": "japanpost.jp",
        "AusPost": "auspost.com.au",
    }
    assert [name for name, host in own.items() if f"{host}/" not in tracking_url(name, "RR473124829DE")] == []
    assert tracking_url("EMS", "EA152563254CN") == "https://t.17track.net/en#nums=EA152563254CN"
    assert tracking_url("DHL", 'a"b/c&d=1').endswith("?piececode=a%22b%2Fc%26d%3D1")
    assert all(tracking_url(name, "1").startswith("https://") for name in carrier_names())


def test_told_when_it_leaves_it_is_found_by_its_number_and_put_right_later(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    packer = client_of(make_staff(Role.WAREHOUSE))
    address = f"/console/orders/{order.pk}"
    form = {"changes_seen": "0", "carrier": "YunExpress", "number": NUMBER}

    assert packer.post(f"{address}/dispatch", form | {"number": "9" * 61}).status_code == 422
    packer.post(f"{address}/dispatch", form)

    page = packer.get(address).content.decode()
    assert f'href="https://www.yuntrack.com/parcelTracking?id={NUMBER}"' in page
    assert (found(NUMBER), found(f"{NUMBER[:-1]}0")) == ([order.pk], [])
    seen = dict(re.findall(r'name="(seen_\w+)" value="([^"]*)"', page))
    right = {"carrier": "YunExpress", "number": f"{NUMBER[:-4]}9999"}
    answers = [packer.post(f"{address}/tracking", {**seen, **each}) for each in (right, right, form)]
    # Twice the same is once; who looked before somebody else put it right is told so.
    assert [answer.status_code for answer in answers] == [302, 302, 409]
    # The old label is found as well: whoever asks may have it.
    assert (found(NUMBER), found(right["number"])) == ([order.pk], [order.pk])
    entry = AuditEntry.objects.get(action="order.tracking")
    assert (entry.before["number"], entry.after["number"]) == ("…2059", "…9999")
    assert told_of(order).count("shipping.tracking_told") == 1
    token = make_link("order.view", subject=("order", order.pk), at=shop.at)
    theirs = Client().get(f"/de/de/order/{token}/").content.decode()
    assert f'href="https://www.yuntrack.com/parcelTracking?id={right["number"]}"' in theirs


def test_an_order_is_found_by_the_number_of_each_of_its_parcels_until_its_buyer_is_erased(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    line = order.lines.get(kind="goods")
    numbers = ["PARTONE000000001", "PARTTWO000000002", "OTHERONE00000003"]
    for each in numbers[:2]:
        part = Part({line.pk: 1}, seen_left(lines_left(order.pk)), 0, 0, Tracking("DHL", each))
        send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    first = order.parcels.order_by("pk")[0]
    tell_tracking(
        order_id=order.pk,
        parcel_id=first.pk,
        tracking=Tracking("DHL", numbers[2]),
        seen=Tracking("DHL", numbers[0]),
        by="staff:1",
        at=shop.at,
    )
    order.refresh_from_db()
    assert (order.tracking, [found(each) for each in numbers]) == (numbers[1], [[order.pk]] * 3)
    find_again(order)
    assert [found(each) for each in numbers] == [[order.pk]] * 3

    Message.objects.update(state=Message.State.SENT)
    erase_order(order.pk, keeps_address=False, by=None, at=shop.at)

    assert [found(each) for each in numbers] == [[]] * 3


def test_what_is_still_here_or_never_leaves_has_no_carrier(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    how = {"order_id": order.pk, "tracking": Tracking("DHL", "1"), "seen": Tracking(), "by": "staff:1", "at": shop.at}

    for _ in range(2):
        with pytest.raises(NotLeftYet):
            tell_tracking(**how)  # type: ignore[arg-type]  # values by name
        if order.state != "cancelled":
            cancel_order(order=order, by="staff:1", reason="other", at=shop.at)
    Order.objects.filter(pk=order.pk).update(state="dispatched")
    assert tell_tracking(**how)  # type: ignore[arg-type]  # values by name
    with pytest.raises(TrackingChanged):
        tell_tracking(**{**how, "tracking": Tracking("UPS", "2")})  # type: ignore[arg-type]  # values by name
