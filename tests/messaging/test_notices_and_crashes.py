"""A worker process of its own is killed with -9 while it marks what a special notice endangers, or tells the buyers: each is still
marked once, and hears it once."""

import signal
from datetime import datetime, timedelta

import pytest

from tests.messaging.mail_server import Script, mail_server
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.shop import open_shop
from tradewind.core.models import Delivery, FactRecord, Reaction, WorkItem
from tradewind.core.reach import EVERYWHERE
from tradewind.lib.calendars import DayRange
from tradewind.lib.clock import utc_now
from tradewind.markets.announcing import Notice, announce
from tradewind.markets.models import Announcement
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.notice_telling import tell
from tradewind.orders.models import Order
from tradewind.promises.models import Promise, PromiseRisk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]

ORDERS = 3
KINDS = ("dispatch", "delivery")
BETWEEN_THE_STEPS_OF_TELLING = [
    'INSERT INTO "messaging_noticeitem"',  # found, but it is nobody's turn
    'INSERT INTO "core_signedlink"',  # their turn, nothing is written
    'INSERT INTO "messaging_message"',  # nearly written
    'INSERT INTO "core_delivery"',  # planned, or written and not on its way
    'UPDATE "messaging_noticeitem"',  # on its way, but nothing says so
]
LEFT_AND_NOT_NOTED = [
    'UPDATE "messaging_message" SET "state" =',
    'UPDATE "promises_promise"',
    'INSERT INTO "promises_promise"',
    'INSERT INTO "core_factrecord"',
]
BETWEEN_THE_STEPS_OF_A_LOOK = [
    'INSERT INTO "promises_promiserisk"',  # found, not marked
    'UPDATE "promises_promise"',  # marked, but the promise does not say so
    'INSERT INTO "core_factrecord"',  # said, without the fact
    'UPDATE "messaging_noticerun"',  # all but how far it is
]


@pytest.mark.parametrize("dies_at", BETWEEN_THE_STEPS_OF_TELLING)
def test_whoever_is_told_by_a_worker_that_dies_is_told_once_by_the_next_one(dies_at: str) -> None:
    _begin_to_tell()
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, dies_at) as dying:
            assert dying.wait(PATIENCE) == -signal.SIGKILL
        assert not Message.objects.exists()
        _told_by_the_next(server.url)

    assert len({mail["Subject"] for mail in script.mails}) == len(script.mails) == ORDERS


@pytest.mark.parametrize("dies_at", LEFT_AND_NOT_NOTED)
def test_a_letter_that_left_from_a_worker_that_dies_leaves_again_as_the_same_mail(dies_at: str) -> None:
    """The mail server has it, and nothing here says so: it is sent once more, and mail programs show it once."""
    _begin_to_tell()
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, dies_at) as dying:
            assert dying.wait(PATIENCE) == -signal.SIGKILL
        assert (len(script.mails), Promise.objects.exclude(state="made").count()) == (1, 0)
        _told_by_the_next(server.url)

    assert (len(script.mails), len({mail["Message-ID"] for mail in script.mails})) == (ORDERS + 1, ORDERS)


@pytest.mark.parametrize("dies_at", BETWEEN_THE_STEPS_OF_A_LOOK)
def test_what_is_marked_by_a_worker_that_dies_is_marked_once_by_the_next_one(dies_at: str) -> None:
    row = _announced(utc_now())
    with worker("", DYING, dies_at) as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    assert not PromiseRisk.objects.exists()
    assert not FactRecord.objects.filter(name="promises.at_risk").exists()
    for work in (Delivery, Reaction):
        work.objects.filter(WorkItem.IS_OPEN).update(due_at=utc_now() - timedelta(minutes=1))
    with worker(""), worker(""):
        wait_until(lambda: NoticeRun.objects.filter(act="look", state="done").exists())

    feared = PromiseRisk.objects.values_list("promise__subject_id", "promise__kind", "source_id", "until")
    hit = [(pk, kind, row.pk, None) for pk in Order.objects.values_list("pk", flat=True) for kind in KINDS]
    assert sorted(feared) == sorted(hit)
    assert Promise.objects.filter(at_risk_since__isnull=False).count() == len(hit)
    assert FactRecord.objects.filter(name="promises.at_risk").count() == len(hit)
    assert NoticeRun.objects.count() == 1


def _told_by_the_next(url: str) -> None:
    """By two at once, after what the dead one held came back."""
    Delivery.objects.filter(WorkItem.IS_OPEN).update(due_at=utc_now() - timedelta(minutes=1))
    with worker(url), worker(url):
        wait_until(lambda: NoticeRun.objects.filter(state="done").exists())
    assert set(NoticeItem.objects.values_list("state", flat=True)) == {"told"}
    assert Promise.objects.filter(state="renewed").count() == 2 * ORDERS
    assert Promise.objects.filter(state="made").count() == 2 * ORDERS


def _begin_to_tell() -> None:
    at = utc_now()
    row = _announced(at)
    Reaction.objects.update(state=WorkItem.State.DONE, finished_at=at)
    tell(row.pk, revision=1, reach=EVERYWHERE, by="staff:1", at=at)


def _announced(at: datetime) -> Announcement:
    """With nothing else to do for a worker."""
    shop = open_shop(at)
    orders = [shop.place(shop.cart((shop.small, 1))).order for _ in range(ORDERS)]
    Order.objects.update(state="paid")
    leaves = Promise.objects.get(subject_id=orders[0].pk, kind="dispatch").last_day
    acts = DayRange(leaves - timedelta(days=1), leaves + timedelta(days=1))
    Reaction.objects.update(state=WorkItem.State.DONE, finished_at=at)
    return announce(Notice((), {"de": "Sturm"}, at, effect="dispatch", days=3, acts=acts), by="staff:1", at=at)
