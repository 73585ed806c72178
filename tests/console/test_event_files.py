"""Files of carriers' events in the console: looked at first, taken in by the worker, once however often they come."""

import re
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.console.test_parcels import make_parcel
from tests.console.test_reach import only_for
from tradewind.core.models import AuditEntry, InboxItem, Staff
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.models import OrderFile
from tradewind.shipping import event_handins
from tradewind.shipping.models import Parcel, TrackingEvent

pytestmark = pytest.mark.django_db
ADDRESS: Final = "/console/parcels/files"
SCANS: Final = """number,time,status,place
LP 0001,2026-11-24T14:05+08:00,picked_up,深圳
lp0001,2026-11-25 09:00,in_transit,Frankfurt
LP0002,2026-11-25T09:00Z,delivered,
LP0001,yesterday,delivered,
""".encode()


def hand_in(console: Client, content: bytes, **fields: Any) -> Any:
    return console.post(f"{ADDRESS}/upload", {"file": SimpleUploadedFile("scans.csv", content)} | fields)


def said(page: str) -> list[str]:
    return re.findall(r"</dt><dd>(\d+)</dd>", page)


def take(console: Client, address: str) -> str:
    assert console.post(f"{address}/taking").status_code == 302
    run_until_idle(now=utc_now)
    return console.get(address).content.decode()


def test_a_file_is_looked_at_then_taken_in_and_again_once_its_numbers_are_known(console: Client) -> None:
    parcel = make_parcel(1)
    address = hand_in(console, SCANS, key="k1", zone="Asia/Shanghai")["Location"]
    page = console.get(address).content.decode()
    # Parcels, events about them, unknown numbers, lines that cannot be read: two spellings are one parcel.
    assert said(page) == ["1", "2", "1", "1"]
    assert "<li>LP0002</li>" in page
    assert "<li>Line 5: “yesterday” is no time as in 2026-11-24T14:05+08:00</li>" in page
    run_until_idle(now=utc_now)
    assert TrackingEvent.objects.count() == 0

    assert "2 of 2 events are new" in take(console, address)
    parcel.refresh_from_db()
    assert (parcel.status, TrackingEvent.objects.get(place="Frankfurt").at.hour) == ("in_transit", 1)
    take(console, address)
    assert TrackingEvent.objects.count() == 2
    assert AuditEntry.objects.filter(action="event_file.taken").count() == 1

    make_parcel(2)
    again = hand_in(console, SCANS, key="k2", zone="Asia/Shanghai")["Location"]
    assert "1 of 3 events are new" in take(console, again)
    assert Parcel.objects.get(number_key="LP0002").status == "delivered"


def test_what_cannot_be_read_is_said_beside_the_field_and_a_second_click_hands_in_nothing_more(console: Client) -> None:
    for content, words in (
        (b"", "The file is empty."),
        (b"number,time\nLP1,2026-11-24T14:05Z\n", "The file has no column status. It needs number, time, status."),
        (b"\xff\xfe\x00\x01\x81", "This is no text file."),
        (b"number,time,status\n" + b"x" * 200_000 + b",,\n", "Line 2 has more than 20\u202f000 characters"),
        (b"\n" * 100_001, "The file has more than 100\u202f000 lines. Please split it"),
    ):
        answer = hand_in(console, content)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert "time zone like" in hand_in(console, SCANS, zone="Mars/Base").content.decode()
    assert hand_in(console, SCANS, key="k")["Location"] == hand_in(console, SCANS, key="k")["Location"]
    assert InboxItem.objects.count() == 1


def test_a_corrected_file_under_the_same_form_is_another_one(console: Client) -> None:
    make_parcel(1)
    addresses = {
        hand_in(console, content, key="k", zone=zone)["Location"]
        for content, zone in ((SCANS, "Asia/Shanghai"), (SCANS[:80], "Asia/Shanghai"), (SCANS, "Europe/Berlin"))
    }
    assert len(addresses) == 3


def test_what_is_no_text_is_named_by_its_line_on_a_page_that_can_be_read(console: Client) -> None:
    lines = [f'{{"number": "{sign}", "time": "{sign}", "status": "delivered"}}' for sign in ("\\ud800", "\\u0000")]
    page = console.get(hand_in(console, "\n".join(lines).encode())["Location"]).content.decode()
    assert said(page) == ["0", "0", "0", "2"]
    assert "<li>Line 1: number, time holds characters that are no text</li>" in page
    assert "<li>Line 2: number, time holds characters that are no text</li>" in page


def test_the_page_shows_the_first_hundred_and_reads_what_was_counted_not_the_file(console: Client) -> None:
    make_parcel(1)
    rows = ["LP0001,2026-11-24T14:05Z,in_transit", *(f"LP9{n:04},2026-11-24T14:05Z,in_transit" for n in range(150))]
    content = "\n".join(["number,time,status", *rows, *["LP1,never,in_transit"] * 2_000])
    address = hand_in(console, content.encode())["Location"]
    InboxItem.objects.update(body=b"")
    page = console.get(address).content.decode()
    assert said(page) == ["1", "1", "150", "2000"]
    assert (page.count("<li>LP9"), page.count("<li>Line ")) == (100, 100)


def test_a_large_file_is_heard_in_pieces(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_handins, "_EVENTS", 3)
    make_parcel(1)
    make_parcel(2)
    rows = [f"LP000{1 + n % 2},2026-11-24T14:{n:02}Z,in_transit,P{n}" for n in range(10)]
    address = hand_in(console, "\n".join(["number,time,status,place", *rows]).encode())["Location"]
    assert "10 of 10 events are new" in take(console, address)
    assert InboxItem.objects.filter(source="tracking.file.events").count() == 3


def test_parcels_of_accounts_out_of_reach_are_unknown_and_so_is_the_file_of_a_colleague() -> None:
    make_parcel(1, account="Near")
    far = make_parcel(2, account="Far").order.account
    manager = only_for(make_staff(Role.MANAGER), "Near")
    page = client_of(manager)
    address = hand_in(page, SCANS)["Location"]
    # Files of orders have numbers of their own: that one of another account has the same one hides nothing.
    number = int(address.rpartition("/")[2])
    OrderFile.objects.create(pk=number, key="k", account=far, state="checked", name="a.csv", created_at=utc_now())
    assert said(page.get(address).content.decode()) == ["1", "1", "1", "2"]
    Staff.objects.filter(pk=manager.pk).update(email="first@shop.example")
    other = make_staff(Role.MANAGER)
    assert client_of(other).get(address).status_code == 200
    only_for(other, "Far")
    assert client_of(other).get(address).status_code == 404
    take(page, address)
    assert Parcel.objects.get(number_key="LP0002").status == "not_found"
