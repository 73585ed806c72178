"""17TRACK: everything that it documents has a meaning, its limits are kept, and only what it signed is read."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.connectors.tracking_servers import KEY, Books, serving, track17
from tradewind.connectors.track17 import mapping, webhooks
from tradewind.connectors.track17.adapter import Track17
from tradewind.connectors.track17.wiring import try_key
from tradewind.core.inbox import BadSignature, UnreadableNotice
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.shipping.ports import Enrolled, Watched
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Event, Reason, Status, means, state_of

SAMPLES = Path(__file__).parent / "samples"
# Main statuses with their second level, as 17TRACK documents them.
DOCUMENTED = {
    "NotFound": "Other InvalidCode",
    "InfoReceived": "",
    "InTransit": "PickedUp Departure Arrival CustomsProcessing CustomsReleased CustomsRequiringInformation Other",
    "Expired": "Other",
    "AvailableForPickup": "Other",
    "OutForDelivery": "Other",
    "DeliveryFailure": "NoBody Security Rejected InvalidAddress Other",
    "Delivered": "Other",
    "Exception": "Returning Returned NoBody Security Damage Rejected Delayed Lost Destroyed Cancel Other",
}


@pytest.fixture
def books(db: None) -> Iterator[Books]:
    with serving(track17) as there:
        yield there


def tracker(books: Books, key: str = KEY) -> Track17:
    return Track17(base=books.base, key=lambda: key)


def test_whatever_is_documented_means_something() -> None:
    codes = [
        f"{main}_{second}" if second else main
        for main, all_of in DOCUMENTED.items()
        for second in all_of.split() or [""]
    ]
    assert len(codes) == 30
    assert NOT_UNDERSTOOD not in {mapping.meaning_of(code) for code in (*codes, *DOCUMENTED)}
    # That nobody looks any longer says nothing about the parcel.
    assert {code for code in codes if not mapping.meaning_of(code).claims} == {"Expired_Other"}
    assert mapping.meaning_of("Exception_Lost") == means(Status.EXCEPTION, Reason.LOST)


def test_what_is_not_documented_is_kept_and_claims_nothing() -> None:
    event = {"time_utc": "2026-03-20T08:00:00Z", "sub_status": "Teleported_Whole", "description": "Whoosh"}
    data = {"number": "RR1", "track_info": {"tracking": {"providers": [{"events": [event, {"sub_status": "X"}]}]}}}
    told = mapping.parcel_told(data)
    assert [(each.code, each.words, each.meaning) for each in told.events] == [
        ("Teleported_Whole", "Whoosh", NOT_UNDERSTOOD)
    ]
    assert told.undated == 1


def test_what_is_not_documented_of_a_status_says_what_the_status_says_and_so_does_a_stage() -> None:
    assert mapping.meaning_of("Delivered_006") == means(Status.DELIVERED)
    assert mapping.meaning_of("InfoReceived_New") == means(Status.LABEL_CREATED)
    assert not mapping.meaning_of("Expired_New").claims
    stages = "InfoReceived PickedUp Departure Arrival AvailableForPickup OutForDelivery Delivered Returning Returned"
    assert [mapping.meaning_of(stage).status for stage in stages.split()] == [
        Status.LABEL_CREATED,
        Status.PICKED_UP,
        Status.IN_TRANSIT,
        Status.IN_TRANSIT,
        Status.READY_FOR_PICKUP,
        Status.OUT_FOR_DELIVERY,
        Status.DELIVERED,
        Status.RETURNING,
        Status.RETURNED,
    ]


@pytest.mark.parametrize(
    ("times", "at", "is_local"),
    [
        ({"time_raw": {"date": "2026-03-20", "time": "20:00:00", "timezone": None}}, "2026-03-20T20:00:00", True),
        ({"time_raw": {"date": "2026-03-20", "time": "20:00:00", "timezone": "+11:00"}}, "2026-03-20T09:00:00", False),
        ({"time_iso": "2026-03-20T20:00:00", "time_utc": "2026-03-20T09:00:00Z"}, "2026-03-20T09:00:00", False),
        ({"time_iso": "0001-01-01T00:00:00+08:00"}, None, False),
        ({"time_utc": "9999-12-31T23:59:59-08:00"}, None, False),
        ({"time_raw": {"date": "2026-03-20", "time": None}}, None, False),
    ],
)
def test_a_time_without_a_zone_is_what_the_clock_there_showed(
    times: dict[str, object], at: str | None, is_local: bool
) -> None:
    event = {"sub_status": "Delivered_Other", **times}
    data = {"number": "RR1", "track_info": {"tracking": {"providers": [{"events": [event]}]}}}
    told = mapping.parcel_told(data)
    expected = [] if at is None else [(datetime.fromisoformat(at).replace(tzinfo=UTC), is_local)]
    assert [(each.at, each.is_local) for each in told.events] == expected
    assert told.undated == (at is None)


@pytest.mark.parametrize(("name", "status"), [("delivered", Status.DELIVERED), ("in_customs", Status.CUSTOMS)])
def test_a_signed_notice_is_read(name: str, status: Status) -> None:
    body = (SAMPLES / f"track17_{name}.json").read_bytes()
    signature = (SAMPLES / f"track17_{name}.sign").read_text().strip()

    (parcel,) = webhooks.read_notice(body, {"Sign": signature}, key=KEY).parcels

    events = [Event(told.at, told.meaning, told.place, told.words) for told in parcel.events]
    assert (parcel.number, parcel.ref, parcel.carrier) == ("RR123456785CN", "TW-1001", "3011")
    assert state_of(events, now=datetime(2026, 4, 1, tzinfo=UTC)).status is status
    assert {event.place for event in events} >= {"Frankfurt", "Guangzhou"}
    assert parcel.events[0].minutes_east == 60


@pytest.mark.parametrize("signature", ["", "0" * 64, "ünsinn"])
def test_a_forged_notice_is_refused(signature: str) -> None:
    body = (SAMPLES / "track17_delivered.json").read_bytes()
    genuine = webhooks.sign(body, KEY)
    with pytest.raises(BadSignature):
        webhooks.read_notice(body, {"sign": signature}, key=KEY)
    with pytest.raises(BadSignature):
        webhooks.read_notice(body + b" ", {"sign": genuine}, key=KEY)
    # While no key is set, nobody can sign with the empty one.
    with pytest.raises(BadSignature):
        webhooks.read_notice(body, {"sign": webhooks.sign(body, "")}, key="")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event": "TRACKING_UPDATED", "data": {"number": 7}}'])
def test_what_is_signed_and_not_as_described_is_said_to_be_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableNotice):
        webhooks.read_notice(body, {"sign": webhooks.sign(body, KEY)}, key=KEY)


def test_a_notice_that_following_has_ended_is_about_no_parcel() -> None:
    body = json.dumps({"event": "TRACKING_STOPPED", "data": {"number": "RR1"}}).encode()
    assert webhooks.read_notice(body, {"sign": webhooks.sign(body, KEY)}, key=KEY).parcels == ()


def test_parcels_are_followed_asked_about_and_let_go(books: Books) -> None:
    following = tracker(books)
    parcels = [Watched("RR123456785CN", ref="P-1"), Watched("LB1", ref="P-2")]

    assert following.watch(parcels) == [
        Enrolled("RR123456785CN", is_watched=True),
        Enrolled("LB1", is_watched=False, code="-18010012", words="No."),
    ]
    # Asked again after a crash: it is followed, and that is all we want.
    assert following.watch(parcels[:1]) == [Enrolled("RR123456785CN", is_watched=True)]
    known, refused = following.look(parcels)
    assert (known.ref, known.problem) == ("P-1", "")
    assert (refused.number, refused.problem) == ("LB1", "-18010012 No.")
    following.stop(parcels)
    assert books.followed == []


def test_a_number_that_we_had_stopped_is_followed_again_once(books: Books) -> None:
    following, parcel = tracker(books), Watched("RR123456785CN", ref="P-1")
    following.watch([parcel])

    for _ in range(2):
        following.stop([parcel])
        (answer,) = following.watch([parcel])
        # Also where it is followed already, and was taken up again before.
        again = following.watch([parcel])

    assert again == [answer]
    assert (answer.is_watched, answer.code, books.followed) == (False, "-18019905", [])


def test_requests_are_paced_for_three_a_second(books: Books) -> None:
    following = tracker(books)
    for _ in range(7):
        following.look([Watched("RR123456785CN")])
    times = [at for _, at in books.asked]
    # Six pauses of a third of a second. A busy machine may let the first arrive late; without pauses all come at once.
    assert times[6] - times[0] >= 1.5


def test_what_only_a_person_can_put_right_says_so(books: Books) -> None:
    with pytest.raises(NeedsAttention, match="does not know this key"):
        tracker(books, "wrong").look([Watched("RR123456785CN")])
    with pytest.raises(NeedsAttention, match="not set up"):
        tracker(books, "").look([Watched("RR123456785CN")])
    books.next_answers = [(429, {"Retry-After": "7"}, {})]
    with pytest.raises(TryAgain) as waited:
        tracker(books).look([Watched("RR123456785CN")])
    assert waited.value.after == timedelta(seconds=7)


def test_the_button_says_whether_the_key_is_taken_and_where_to_post_to(books: Books) -> None:
    good = try_key(KEY, base=books.base)
    assert [step.is_good for step in good] == [True, True]
    assert good[0].facts == {"left": 60}
    assert str(good[1].facts["address"]).endswith("/hooks/tracking/track17")
    assert [step.is_good for step in try_key("wrong", base=books.base)] == [False]
