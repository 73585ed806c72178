"""From a number to the buyer's door over real HTTP: told to the tracker, heard through the door, asked about when it is silent."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.connectors.tracking_servers import KEY, Books
from tests.shipping.followed import NUMBER, post, sent
from tests.shop import Shop, open_shop
from tradewind.connectors.track17 import webhooks
from tradewind.connectors.track17.adapter import Track17
from tradewind.core.models import Delivery, InboxItem
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.shipping import ports
from tradewind.shipping.asking import ask_about_silent
from tradewind.shipping.following import plan_watching
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking import tell_tracking

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLES = Path(__file__).parents[1] / "connectors" / "samples"


def test_a_parcel_is_told_to_the_tracker_once_and_followed_to_the_door(books: Books) -> None:
    shop = open_shop(datetime(2026, 3, 9, 1, tzinfo=UTC))  # before all that the sample tells
    parcel = sent(shop)

    assert [plan_watching(utc_now()), plan_watching(utc_now())] == [1, 0]
    run_until_idle(now=utc_now)

    parcel.refresh_from_db()
    assert (parcel.watch, parcel.tracker) == ("watched", "track17")
    assert books.known[NUMBER]["tag"] == parcel.ref
    assert books.known[NUMBER]["carrier"] == 190008

    body = (SAMPLES / "track17_delivered.json").read_bytes()
    answers = [post(body, webhooks.sign(body, KEY)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 3
    assert InboxItem.objects.get().source == "tracking.track17"
    run_until_idle(now=utc_now)

    parcel.refresh_from_db()
    assert (parcel.status, parcel.events.count(), parcel.ask_at) == ("delivered", 4, None)
    assert InboxItem.objects.get().outcome == "4 new of 4 events"
    parcel.order.refresh_from_db()
    assert parcel.order.state == "delivered"


def test_what_is_forged_or_for_nobody_is_refused_and_not_stored(books: Books) -> None:
    body = (SAMPLES / "track17_delivered.json").read_bytes()
    assert post(body, "0" * 64).status_code == HTTPStatus.UNAUTHORIZED
    assert post(body + b" ", webhooks.sign(body, KEY)).status_code == HTTPStatus.UNAUTHORIZED
    assert post(body, webhooks.sign(body, KEY), "/hooks/tracking/nobody").status_code == HTTPStatus.NOT_FOUND
    assert InboxItem.objects.count() == 0


def test_numbers_go_in_batches_and_one_that_is_refused_says_why(books: Books, shop: Shop) -> None:
    first = sent(shop)
    numbers = [f"LP{n:08}" for n in range(43)] + ["LP1"]
    copies = [Parcel(order=first.order, ref=f"PC-{n}", number_key=key, watch="wanted") for n, key in enumerate(numbers)]
    for copy in copies:
        copy.handed_over_at = shop.at
    Parcel.objects.bulk_create(copies)

    assert plan_watching(shop.at) == 45
    run_until_idle(now=lambda: shop.at)

    assert [call for call, _ in books.asked] == ["POST /register"] * 2
    refused = Parcel.objects.get(watch="refused")
    assert (refused.ref, refused.watch_problem) == ("PC-43", "-18010012 No.")
    assert Parcel.objects.filter(watch="watched").count() == 44


def test_a_wrong_key_leaves_the_parcel_for_a_person_and_retry_has_it_followed(
    books: Books, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = sent(shop)
    ports.fill(Track17(base=books.base, key=lambda: "wrong"))
    plan_watching(utc_now())
    run_until_idle(now=utc_now)
    parcel.refresh_from_db()
    assert (parcel.watch, "does not know this key" in parcel.watch_problem) == ("refused", True)

    ports.fill(Track17(base=books.base, key=lambda: KEY))
    Delivery.objects.filter(kind="tracking.watch").update(state="waiting", finished_at=None, due_at=utc_now())
    run_until_idle(now=utc_now)
    parcel.refresh_from_db()
    assert (parcel.watch, parcel.watch_problem) == ("watched", "")


def test_a_label_that_was_replaced_is_followed_no_longer_and_the_new_one_is(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    plan_watching(shop.at)
    run_until_idle(now=lambda: shop.at)
    seen, right = Tracking("YunExpress", NUMBER), Tracking("4PX", "LP00112233445566")

    tell_tracking(order_id=parcel.order_id, tracking=right, seen=seen, by="staff:1", at=shop.at)
    plan_watching(shop.at)
    run_until_idle(now=lambda: shop.at)

    assert books.followed == [right.number]


def test_only_those_that_are_silent_are_asked_about(books: Books, shop: Shop) -> None:
    parcel = sent(shop)
    plan_watching(shop.at)
    run_until_idle(now=lambda: shop.at)
    books.asked.clear()

    assert ask_about_silent(shop.at + timedelta(hours=23)) == 0
    assert books.asked == []
    assert ask_about_silent(shop.at + timedelta(hours=25)) == 1
    assert ask_about_silent(shop.at + timedelta(hours=26)) == 0
    assert [call for call, _ in books.asked] == ["POST /gettrackinfo"]
    # After two weeks without news less often, and after four months not at all.
    assert ask_about_silent(shop.at + timedelta(days=20)) == 1
    assert ask_about_silent(shop.at + timedelta(days=22)) == 0
    assert ask_about_silent(shop.at + timedelta(days=121)) == 1
    parcel.refresh_from_db()
    assert parcel.ask_at is None


def test_a_turn_with_nothing_due_costs_two_looks(books: Books) -> None:
    with CaptureQueriesContext(connection) as asked:
        plan_watching(utc_now())
        ask_about_silent(utc_now())
    assert len(asked) == 2
