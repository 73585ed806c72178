"""That nothing is heard is said of a carrier only where we have listened; and one answer that nobody understands silences no other."""

from datetime import datetime, timedelta

import pytest

from tests.connectors.tracking_servers import KEY, Books
from tests.shipping import troubled
from tests.shipping.followed import NUMBER, have_followed, sent
from tests.shipping.troubled import cases, heard
from tests.shop import Shop
from tradewind.connectors.aftership.adapter import AfterShip
from tradewind.connectors.track17.adapter import Track17
from tradewind.core.each_alone import SomeFailed
from tradewind.core.models import Todo
from tradewind.messaging.models import News
from tradewind.messaging.news import bring_silent
from tradewind.shipping import ports
from tradewind.shipping.asking import ask_about_silent, let_time_pass
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel, TrackingEvent
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status, means
from tradewind.shipping.trouble_watching import look_for_trouble

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "LP00112233445566"


def day(shop: Shop, days: float) -> datetime:
    return shop.at + timedelta(days=days)


def pass_days(shop: Shop, first: int, last: int) -> None:
    """A turn of the schedule each day, and once more when somebody has been asked."""
    for days in range(first, last + 1):
        for minutes in (0, 5, 10):
            at = day(shop, days) + timedelta(minutes=minutes)
            ask_about_silent(at)
            look_for_trouble(at)
            bring_silent(at)


def deaf() -> list[str]:
    return list(Todo.objects.filter(kind="tracker.deaf").order_by("pk").values_list("state", flat=True))


def test_a_tracker_that_does_not_answer_makes_no_parcel_silent_and_somebody_is_told(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    heard(shop, parcel, 1, Status.PICKED_UP)
    unscanned = sent(shop, OTHER)
    have_followed(shop.at)

    ports.fill(Track17(base=books.base, key=lambda: "wrong"))
    pass_days(shop, 2, 40)

    assert (cases(), News.objects.filter(moment="parcel_still_moving").count()) == ([], 0)
    assert deaf() == ["open"]
    asked_again = Parcel.objects.values_list("ask_at", flat=True)
    assert max(at for at in asked_again if at) <= day(shop, 40) + timedelta(hours=1)

    ports.fill(Track17(base=books.base, key=lambda: KEY))
    pass_days(shop, 41, 41)
    assert (sorted(cases()), deaf()) == ([("lost", "open"), ("lost", "open")], ["done"])
    unscanned.refresh_from_db()
    assert unscanned.listened_at is not None


def test_a_tracker_that_answers_that_nothing_is_new_makes_the_silence_known_in_time(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    heard(shop, parcel, 1, Status.PICKED_UP)

    pass_days(shop, 2, 7)
    assert cases() == []
    # Seven days after the scan.
    at = day(shop, 8) + timedelta(minutes=1)
    for minutes in (0, 5, 6):
        look_for_trouble(at + timedelta(minutes=minutes))
        ask_about_silent(at + timedelta(minutes=minutes))
    assert cases() == [("silent", "open")]
    assert News.objects.filter(moment="parcel_still_moving").count() == 1


def test_a_file_once_a_week_says_nothing_of_the_days_after_it(shop: Shop) -> None:
    parcel = troubled.sent(shop)
    pass_days(shop, 2, 12)
    assert (cases(), News.objects.count()) == ([], 0)

    # The next file has nothing newer of it.
    told = Told(day(shop, 1), means(Status.PICKED_UP), str(Status.PICKED_UP), "Liège", "")
    hear(parcel_id=parcel.pk, told=[told], source="x", at=day(shop, 13))
    look_for_trouble(day(shop, 13))
    assert cases() == [("silent", "open")]


def test_what_a_tracker_followed_that_was_left_is_told_to_the_one_that_is_used_now(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    have_followed(shop.at)
    Parcel.objects.update(tracker="aftership")
    books.known.clear()

    ask_about_silent(day(shop, 2))
    have_followed(day(shop, 2))
    assert list(books.known) == [NUMBER]

    Parcel.objects.update(tracker="aftership")
    books.known.clear()
    ports.fill(AfterShip(base=books.base, values=dict))
    ask_about_silent(day(shop, 4))
    have_followed(day(shop, 4))
    parcel.refresh_from_db()
    assert (list(books.known), parcel.tracker, parcel.watch, deaf()) == ([NUMBER], "track17", "watched", [])


@pytest.mark.parametrize(
    "track_info",
    ["junk", {"tracking": {"providers": [{"events": [{"time_iso": "0001-01-01T00:00:00+08:00", "sub_status": "X"}]}]}}],
)
def test_an_answer_that_nobody_understands_keeps_no_other_from_being_heard(
    books: Books, shop: Shop, track_info: object
) -> None:
    wrong, right = sent(shop), sent(shop, OTHER)
    have_followed(shop.at)
    event = {"time_utc": day(shop, 0.5).isoformat(), "sub_status": "InTransit_PickedUp"}
    books.known[NUMBER]["track_info"] = track_info
    books.known[OTHER]["track_info"] = {"tracking": {"providers": [{"events": [event]}]}}

    ask_about_silent(day(shop, 2))

    right.refresh_from_db()
    wrong.refresh_from_db()
    assert (right.status, wrong.status) == ("picked_up", "not_found")


def test_a_parcel_that_cannot_be_computed_keeps_no_other_from_its_time(shop: Shop) -> None:
    broken, other = troubled.sent(shop), troubled.sent(shop, "LP2")
    for parcel in (broken, other):
        told = Told(day(shop, 3), means(Status.IN_TRANSIT), "x", "Liège", "")
        hear(parcel_id=parcel.pk, told=[told], source="x", at=day(shop, 2))
    TrackingEvent.objects.filter(parcel=broken).update(status="teleported")

    with pytest.raises(SomeFailed, match="teleported"):
        let_time_pass(day(shop, 4))

    other.refresh_from_db()
    assert other.status == "in_transit"
    # It comes again later, and not each minute before all the others.
    assert let_time_pass(day(shop, 4)) == 0


def test_nobody_has_listened_to_a_parcel_whose_news_could_not_be_taken_in(books: Books, shop: Shop) -> None:
    broken, other = sent(shop), sent(shop, OTHER)
    have_followed(shop.at)
    heard(shop, broken, 1, Status.PICKED_UP)
    TrackingEvent.objects.filter(parcel=broken).update(status="teleported")
    event = {"time_utc": day(shop, 2).isoformat(), "sub_status": "InTransit_Departure"}
    books.known[NUMBER]["track_info"] = {"tracking": {"providers": [{"events": [event]}]}}

    with pytest.raises(SomeFailed, match="teleported"):
        ask_about_silent(day(shop, 3))

    listened = dict(Parcel.objects.values_list("pk", "listened_at"))
    assert listened == {broken.pk: day(shop, 1), other.pk: day(shop, 3)}
