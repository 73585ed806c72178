"""A parcel of which very much is said: all of it comes in by the door, and none of it keeps the parcel from its buyer."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests.connectors.tracking_servers import KEY
from tests.shipping.test_hearing import NUMBER, sent
from tests.shop import open_shop
from tradewind.api.hooks import LONGEST_HISTORY
from tradewind.connectors.track17 import webhooks
from tradewind.connectors.track17.adapter import Track17
from tradewind.core.inbox import run_inbox
from tradewind.core.models import InboxItem
from tradewind.lib.clock import utc_now
from tradewind.shipping import notices, ports

pytestmark = pytest.mark.django_db(transaction=True)
_BEGIN = datetime(2026, 3, 9, 1, tzinfo=UTC)
_MANY = 10_000


@pytest.fixture(autouse=True)
def tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker = Track17(key=lambda: KEY)
    monkeypatch.setattr(ports, "_slots", {})
    ports.fill(tracker)
    notices.accept_from(tracker)


def _event(number: int, code: str = "InTransit_Other") -> dict[str, object]:
    at = _BEGIN + timedelta(minutes=10 + number)
    return {
        "time_iso": at.isoformat(),
        "time_utc": at.isoformat(),
        "time_raw": {"date": None, "time": None, "timezone": None},
        "description": f"Scanned at a depot, and once more, and written down with care: {number}",
        "location": "Frankfurt am Main",
        "stage": None,
        "sub_status": code,
        "address": {"country": None, "state": None, "city": "Frankfurt", "street": None, "postal_code": None},
    }


def _notice(events: list[dict[str, object]]) -> bytes:
    tracking = {"providers": [{"provider": {"name": "DHL"}, "events": events}]}
    data = {"number": NUMBER, "tag": "", "carrier": 3011, "track_info": {"tracking": tracking}}
    return json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode()


def _post(body: bytes) -> int:
    headers = {"sign": webhooks.sign(body, KEY)}
    door = "/hooks/tracking/track17"
    return Client().post(door, body, content_type="application/json", headers=headers).status_code


def test_ten_thousand_events_of_one_parcel_come_in_at_once() -> None:
    _, parcel = sent(open_shop(_BEGIN))
    said = [_event(number) for number in range(_MANY - 1)]
    body = _notice([_event(_MANY, "Delivered_Other"), *reversed(said)])
    assert 2 * 1024 * 1024 < len(body) <= LONGEST_HISTORY

    assert _post(body) == HTTPStatus.OK
    run_inbox(now=utc_now)

    parcel.refresh_from_db()
    assert (parcel.status, parcel.events.count()) == ("delivered", _MANY)
    assert InboxItem.objects.get().outcome == f"{_MANY} new of {_MANY} events"


def test_what_is_longer_than_any_history_is_refused_and_not_stored() -> None:
    assert _post(b" " * (LONGEST_HISTORY + 1)) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert not InboxItem.objects.exists()
