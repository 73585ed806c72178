"""Parcels that a tracker follows, for tests: sent, told to it, and heard of through the door."""

import json
from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.test import Client

from tests.connectors.tracking_servers import KEY
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.connectors.track17 import webhooks
from tradewind.core.worker import run_until_idle
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.following import plan_watching
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking

NUMBER = "RR123456785CN"
DOOR = "/hooks/tracking/track17"


def sent(shop: Shop, number: str = NUMBER, *, carrier: str = "YunExpress") -> Parcel:
    tracking = Tracking(carrier, number)
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=tracking)
    return Parcel.objects.get(order=order)


def have_followed(at: datetime) -> None:
    """The schedule's turn, and the calls that follow from it."""
    plan_watching(at)
    run(lambda: at)


def run(now: Callable[[], datetime]) -> None:
    run_until_idle(now=now)


def post(body: bytes, signature: str, door: str = DOOR) -> HttpResponse:
    headers = {"sign": signature}
    knocking = Client(enforce_csrf_checks=True)
    answer: HttpResponse = knocking.post(door, body, content_type="application/json", headers=headers)
    return answer


def scanned(at: datetime, *, number: str = NUMBER, ref: str = "", code: str = "InTransit_PickedUp") -> HttpResponse:
    """17TRACK posts one scan."""
    event = {"time_utc": at.isoformat(), "sub_status": code, "description": "Accepted", "location": "Guangzhou"}
    track = {"tracking": {"providers": [{"provider": {"name": "x"}, "events": [event]}]}}
    data = {"number": number, "tag": ref or None, "carrier": 3011, "track_info": track}
    body = json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode()
    return post(body, webhooks.sign(body, KEY))
