"""AfterShip: everything that it documents has a meaning, pages and limits are heeded, and only what it signed is read."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.connectors.tracking_servers import KEY, Books, aftership, serving
from tradewind.connectors.aftership import client, mapping, webhooks
from tradewind.connectors.aftership.adapter import AfterShip
from tradewind.connectors.aftership.wiring import try_key
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.core.work import NeedsAttention
from tradewind.shipping.ports import Enrolled, Watched
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Party, Reason, Status, means

SECRET = "secret-of-notices"
# How many subtags each tag has, and the numbers that are left out.
DOCUMENTED = {
    "Pending": range(1, 7),
    "InfoReceived": [1],
    "InTransit": range(1, 11),
    "OutForDelivery": [1, 3, 4],
    "AttemptFail": range(1, 4),
    "Delivered": range(1, 6),
    "AvailableForPickup": [1],
    "Exception": [*range(1, 14), *range(16, 22)],
    "Expired": [1],
}
CHECKPOINT = {
    "checkpoint_time": "2026-03-20T09:00:00+01:00",
    "tag": "Delivered",
    "subtag": "Delivered_001",
    "message": "Zugestellt",
    "location": None,
    "city": "Berlin",
    "country_region_name": "Germany",
    "slug": "dhl",
}
TRACKING = {
    "id": "b5f0…",
    "tracking_number": "RR123456785CN",
    "slug": "china-ems",
    "custom_fields": {"parcel": "P-1"},
    "checkpoints": [CHECKPOINT, CHECKPOINT | {"checkpoint_time": "2026-03-19T09:00:00", "subtag": "InTransit_099"}],
}


@pytest.fixture
def books(db: None) -> Iterator[Books]:
    with serving(aftership) as there:
        yield there


def tracker(books: Books, key: str = KEY) -> AfterShip:
    return AfterShip(base=books.base, values=lambda: {"key": key, "webhook_secret": SECRET})


def notice(**parts: object) -> bytes:
    told = {"ts": 1774000000, "event": "tracking_update", "event_id": "6f0c", "is_tracking_first_tag": True}
    return json.dumps(told | {"msg": TRACKING} | parts).encode()


def test_whatever_is_documented_means_something() -> None:
    codes = [(tag, f"{tag}_{number:03}") for tag, numbers in DOCUMENTED.items() for number in numbers]
    assert NOT_UNDERSTOOD not in {mapping.meaning_of(tag, subtag) for tag, subtag in codes}
    assert NOT_UNDERSTOOD not in {mapping.meaning_of(tag, "") for tag in DOCUMENTED}
    assert {subtag for tag, subtag in codes if not mapping.meaning_of(tag, subtag).claims} == {"Expired_001"}
    assert mapping.meaning_of("Exception", "Exception_017") == means(
        Status.EXCEPTION, Reason.DELAYED, Party.CIRCUMSTANCES
    )


def test_a_signed_notice_is_read_with_places_and_zones() -> None:
    body = notice()
    read = webhooks.read_notice(body, {"Aftership-Hmac-Sha256": webhooks.sign(body, SECRET)}, secret=SECRET)
    (parcel,) = read.parcels
    assert (read.external_id, parcel.number, parcel.ref) == ("6f0c", "RR123456785CN", "P-1")
    delivered, unknown = parcel.events
    assert (delivered.at, delivered.minutes_east) == (datetime(2026, 3, 20, 8, tzinfo=UTC), 60)
    assert (delivered.place, delivered.words, delivered.carrier) == ("Berlin, Germany", "Zugestellt", "dhl")
    # Without a zone the time is taken as it stands, and nobody claims to know the place's clock.
    assert (unknown.meaning, unknown.code, unknown.minutes_east) == (means(Status.IN_TRANSIT), "InTransit_099", None)
    assert (unknown.is_local, delivered.is_local) == (True, False)
    assert mapping.meaning_of("Teleported", "Teleported_001") == NOT_UNDERSTOOD
    assert mapping.meaning_of("", "") == NOT_UNDERSTOOD


@pytest.mark.parametrize("signature", ["", "AAAA", "ünsinn"])
def test_a_forged_notice_is_refused(signature: str) -> None:
    body = notice()
    with pytest.raises(BadSignature):
        webhooks.read_notice(body, {webhooks.HEADER: signature}, secret=SECRET)
    with pytest.raises(BadSignature):
        webhooks.read_notice(body + b" ", {webhooks.HEADER: webhooks.sign(body, SECRET)}, secret=SECRET)
    with pytest.raises(BadSignature):
        webhooks.read_notice(body, {webhooks.HEADER: webhooks.sign(body, "")}, secret="")


def test_what_is_signed_and_not_as_described_is_said_to_be_unreadable() -> None:
    for body in (b"", b"[]", b"{}", notice(msg={"tracking_number": 7})):
        with pytest.raises(UnreadableNotice):
            webhooks.read_notice(body, {webhooks.HEADER: webhooks.sign(body, SECRET)}, secret=SECRET)
    trial = notice(msg={})
    assert webhooks.read_notice(trial, {webhooks.HEADER: webhooks.sign(trial, SECRET)}, secret=SECRET).parcels == ()


def test_parcels_are_followed_asked_about_and_let_go(books: Books) -> None:
    following = tracker(books)
    parcels = [Watched("RR123456785CN", "china-ems", "P-1"), Watched("", ref="P-2")]

    good, bad = following.watch(parcels)
    assert good == Enrolled("RR123456785CN", is_watched=True)
    assert (bad.is_watched, bad.code) == (False, "4002")
    assert following.watch(parcels[:1]) == [good]
    assert len(books.known) == 1
    assert [told.ref for told in following.look(parcels)] == ["P-1"]
    following.stop(parcels)
    following.stop(parcels)
    assert following.look(parcels) == []


def test_a_list_is_read_to_its_last_page(books: Books) -> None:
    books.page = 2
    books.known = {f"t{n}": {"id": f"t{n}", "tracking_number": "RR1", "slug": str(n)} for n in range(5)}
    assert [each["id"] for each in client.listed(["RR1"], key=KEY, base=books.base)] == ["t0", "t1", "t2", "t3", "t4"]
    assert len(books.asked) == 3


def test_with_no_request_left_the_next_one_waits(books: Books) -> None:
    following = tracker(books)
    begun = time.monotonic()
    following.watch([Watched("RR1", ref="P-1"), Watched("RR2", ref="P-2")])
    # The server's answer to the first says: none left in this second.
    assert time.monotonic() - begun >= 1
    assert len(books.known) == 2


def test_a_wrong_key_needs_a_person(books: Books) -> None:
    with pytest.raises(NeedsAttention, match="does not take this key"):
        tracker(books, "wrong").look([Watched("RR1")])
    assert [step.is_good for step in try_key("wrong", SECRET, base=books.base)] == [False]
    assert [step.is_good for step in try_key(KEY, SECRET, base=books.base)] == [True, True]


def test_without_the_secret_of_its_notices_the_test_says_that_they_are_refused(books: Books) -> None:
    taken, missing = try_key(KEY, "", base=books.base)
    assert (taken.is_good, missing.is_good, "secret" in missing.words) == (True, False, True)
