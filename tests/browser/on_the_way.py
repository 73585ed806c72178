"""What the long walks share: time that moves for everybody, a tracker that signs what it tells, and letters as they came in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final

import pytest
import time_machine
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_console import log_in
from tests.connectors.tracking_servers import KEY, serving, track17
from tests.messaging.mail_server import Running
from tests.shop import Shop, open_shop
from tradewind.connectors.track17 import webhooks
from tradewind.connectors.track17.adapter import Track17
from tradewind.core.models import Staff
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.shipping import notices, ports
from tradewind.shipping.models import Parcel

PHONE: Final = {"width": 390, "height": 844}
# Monday 23 November in Shenzhen, two hours before the cut-off.
MONDAY: Final = datetime(2026, 11, 23, 6, tzinfo=UTC)
BERLIN: Final = {
    "#email": "greta@example.com",
    "#name": "Greta Öztürk",
    "#line1": "Oranienstraße 25",
    "#postcode": "10999",
    "#city": "Berlin",
}
_DOOR: Final = "/hooks/tracking/track17"
_LOOKED_EVERY: Final = 61
# A letter that came before its dates waits two seconds for them.
_WAITS: Final = timedelta(seconds=3)


@dataclass
class World:
    """The small shop on the live site, and what a test does around it."""

    shop: Shop
    time: time_machine.Traveller
    new_page: NewPage
    post: Running
    live_site: str
    pages: list[Page] = field(default_factory=list)

    def open_page(self, **options: Any) -> Page:
        """A browser whose clock is the shop's."""
        page = self.new_page(**options)
        page.clock.set_fixed_time(utc_now())
        self.pages.append(page)
        return page

    def staff(self, who: Staff, **options: Any) -> Page:
        page = self.open_page(**options)
        log_in(page, who)
        return page

    def go_to(self, at: datetime) -> None:
        """All that was due until then is done when it is over."""
        self.time.move_to(at)
        for page in self.pages:
            page.clock.set_fixed_time(at)
        self.work()

    def after(self, **time: float) -> None:
        self.go_to(utc_now() + timedelta(**time))

    def work(self) -> None:
        run_until_idle(now=utc_now)
        run_until_idle(now=lambda: utc_now() + _WAITS)

    def tell(self, page: Page, parcel: Parcel, *said: tuple[datetime, str, str]) -> None:
        """17TRACK posts all that it knows of the parcel, signed: moments, sub-statuses and places."""
        body = notice(parcel, *said)
        headers = {"sign": webhooks.sign(body, KEY), "Content-Type": "application/json"}
        answer = page.request.post(f"{self.live_site}{_DOOR}", data=body, headers=headers)
        assert answer.ok, answer.text()
        self.work()
        self.after(seconds=_LOOKED_EVERY)  # whether it is trouble is looked at each minute

    def letters(self) -> list[EmailMessage]:
        return self.post.script.mails


@contextmanager
def world_at(at: datetime, request: pytest.FixtureRequest) -> Iterator[World]:
    """From this moment on time goes as it does, until it is moved."""
    live_site, post = request.getfixturevalue("live_site"), request.getfixturevalue("post")
    request.getfixturevalue("settings").BASE_URL = live_site
    patch = request.getfixturevalue("monkeypatch")
    with time_machine.travel(at, tick=True) as time, serving(track17) as there:
        tracker = Track17(base=there.base, key=lambda: KEY)
        patch.setattr(ports, "_slots", {})
        ports.fill(tracker)
        notices.accept_from(tracker)
        yield World(open_shop(at), time, request.getfixturevalue("new_page"), post, live_site)


def notice(parcel: Parcel, *said: tuple[datetime, str, str]) -> bytes:
    events = [
        {"time_utc": at.isoformat(), "sub_status": status, "location": place, "description": status}
        for at, status, place in said
    ]
    legs = [{"provider": {"key": 190008, "name": parcel.carrier}, "events": events}]
    told = {"number": parcel.tracking_number, "tag": parcel.ref, "track_info": {"tracking": {"providers": legs}}}
    return json.dumps({"event": "TRACKING_UPDATED", "data": told}).encode()


def text_of(mail: EmailMessage) -> str:
    """What people without pictures read, in one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def words_of(page: Page) -> str:
    """All that stands in the middle of a page, in one line."""
    return " ".join(page.locator("main").inner_text().split())
