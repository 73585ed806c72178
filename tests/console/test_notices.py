"""Special notices in the console: words proposed, looked at, announced, told, stopped."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.console.test_bulk import read
from tests.posting import Post
from tests.shop import Shop
from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Announcement
from tradewind.messaging.models import Message, NoticeRun
from tradewind.messaging.notice_telling import KIND
from tradewind.orders.models import Order

NEW = "/console/answers/announcements"
FORM = {
    "kind": "strike",
    "effect": "dispatch",
    "days": "3",
    "acts-first": "2026-11-24",
    "acts-last": "2026-11-27",
    "text-en": "A strike.",
    "title-en": "Strike at the port",
}


@pytest.fixture
def order(shop: Shop) -> Order:
    placed = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=placed.pk).update(state="paid")
    return placed


@pytest.fixture(autouse=True)
def at_that_time(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


def test_words_are_proposed_the_notice_is_looked_at_and_announced(console: Client, order: Order) -> None:
    proposed = console.post(NEW, FORM | {"action": "propose"}).content.decode()
    looked = read(console.post(NEW, FORM | {"action": "look"}).content.decode())

    assert ">A strike.</textarea>" in proposed
    assert "Von Di., 24. Nov. bis Fr., 27. Nov. verlassen Bestellungen unser Lager 3 Werktage später" in proposed
    assert "Open promises that are hit: 2, of 1 orders. Nobody is told yet" in looked
    assert "Germany · de-air now Wed 2 Dec to Thu 10 Dec Mon 7 Dec to Tue 15 Dec" in looked
    assert "Deutsch is not written: its readers see English." in looked
    assert not Announcement.objects.exists()

    page = console.post(NEW, FORM | {"action": "save"})["Location"].partition("?")[0]
    run_until_idle(now=utc_now)

    assert "2 promises Hit by “Strike at the port”" in read(console.get("/console/").content.decode())
    shown = read(console.get(page).content.decode())
    assert f"{order.ref} Tue 24 Nov → Fri 27 Nov Wed 2 Dec to Thu 10 Dec → Mon 7 Dec to Tue 15 Dec" in shown
    assert "Hit by a special notice: Strike at the port" in read(
        console.get(f"/console/orders/{order.pk}").content.decode()
    )


@pytest.mark.usefixtures("post")
def test_two_clicks_tell_once_and_another_notice_than_the_one_seen_tells_nobody(console: Client, order: Order) -> None:
    page = console.post(NEW, FORM)["Location"].partition("?")[0]
    run_until_idle(now=utc_now)

    unseen = console.post(f"{page}/telling", {"revision": "9"})
    for _ in range(2):
        told = console.post(f"{page}/telling", {"revision": "1"})
    running = console.get(page).content.decode()
    run_until_idle(now=utc_now)

    assert "done=notice-other" in unseen["Location"]
    assert told["Location"] == f"{page}#hits"
    assert "data-progress" in running
    assert "None. Whoever orders from now on reads the new dates. 2026-11-23 14:00 · told: 1" in read(
        console.get(page).content.decode()
    )
    assert [letter.recipient for letter in Message.objects.filter(moment__startswith="special_notice")] == [order.email]
    assert "Hit by a special notice" in console.get(f"/console/orders/{order.pk}").content.decode()
    console.post(f"{page}/stopping")
    console.post(f"{page}/end")
    assert "what buyers were told stands" in console.get(page).content.decode()


def test_its_page_says_how_far_the_worker_is_and_one_press_stops_it(
    console: Client, shop: Shop, order: Order, post: Post
) -> None:
    page = console.post(NEW, FORM)["Location"].partition("?")[0]
    # Not yet looked at, it says nothing of whom it hits, and nobody can be told.
    unseen = console.get(page).content.decode()
    assert ("The worker is marking them as at risk." in unseen, "Tell them the new dates" in unseen) == (True, False)
    run_until_idle(now=utc_now)
    assert "2 promises of 1 orders." in read(console.get(page).content.decode())

    console.post(f"{page}/telling", {"revision": "1"})
    planning = read(console.get(page).content.decode())
    assert "Buyers who will be told: 0. The worker is still finding them." in planning
    telling = NoticeRun.objects.get(act="tell")
    for _ in range(2):  # it is planned, and written
        deliveries.run_now(Delivery.objects.get(kind=KIND, state="waiting", subject_id=telling.pk), now=utc_now)
    assert "told: 0 of 1" in read(console.get(page).content.decode())
    console.post(f"{page}/stopping")
    run_until_idle(now=utc_now)

    stopped = read(console.get(page).content.decode())
    assert "2 promises of 1 orders." in stopped
    assert "2026-11-23 14:00 · told: 0 · stopped by hand" in stopped
    assert (post.mails, Message.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": "0"}, "Between 1 and 90 working days, please."),
        ({"acts-last": "2026-11-23"}, "It ends before it begins."),
        ({"acts-first": ""}, "Please say on which days it moves dates."),
        ({"countries": "DE, Mars"}, "“MARS” is no country."),
        ({"option": "none"}, "Please choose one from the list."),
        ({"effect": "x"}, "Please choose one from the list."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(console: Client, shop: Shop, wrong: dict[str, str], words: str) -> None:
    answer = console.post(NEW, FORM | wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('class="complaint"') == 1
    assert words in page
    assert ">A strike.</textarea>" in page
    assert not Announcement.objects.exists()


def test_who_writes_pages_tells_no_buyers(console: Client, order: Order) -> None:
    page = console.post(NEW, FORM)["Location"].partition("?")[0]
    run_until_idle(now=utc_now)
    writer = client_of(make_staff(Role.CONTENT))

    assert writer.post(f"{page}/telling", {"revision": "1"}).status_code == 403
    assert writer.post(f"{page}/stopping").status_code == 403
    assert "Tell them the new dates" in console.get(page).content.decode()
    assert "Tell them the new dates" not in writer.get(page).content.decode()
    assert not Message.objects.filter(moment__startswith="special_notice").exists()
