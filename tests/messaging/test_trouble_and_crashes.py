"""A worker process of its own is killed with -9 while it tells buyers of trouble: each hears it once, and has one new promise and code."""

import signal
from datetime import timedelta

import pytest
from django.db.models import F

from tests.messaging.mail_server import Script, mail_server
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.shop import open_shop
from tradewind.checkout.models import DiscountCode
from tradewind.core.models import AuditEntry, Reaction, ScheduledJob, WorkItem
from tradewind.core.schedule import LONGEST_RUN
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stops import CARRIER, Stop
from tradewind.lib.calendars import DayRange
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_codes import CodesWish
from tradewind.messaging.trouble_telling import want_told
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]

ORDERS = 3
NO_CODE_MADE = 'INSERT INTO "checkout_discountcode"'
LOOKED_AT_BUT_NOT_PROMISED = 'INSERT INTO "promises_promise"'
PROMISED_BUT_NOT_PLANNED = 'INSERT INTO "messaging_message"'
PLANNED_BUT_NOT_CLOSED = 'UPDATE "shipping_trouble"'


@pytest.mark.parametrize(
    "dies_at", [NO_CODE_MADE, LOOKED_AT_BUT_NOT_PROMISED, PROMISED_BUT_NOT_PLANNED, PLANNED_BUT_NOT_CLOSED]
)
def test_who_is_told_of_trouble_by_a_worker_that_dies_is_told_once_by_the_next_one(dies_at: str) -> None:
    _decide_to_tell()
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, dies_at) as dying:
            assert dying.wait(PATIENCE) == -signal.SIGKILL
        # Promise, letter and case stand together or not at all.
        assert not Message.objects.exists()
        assert not DiscountCode.objects.exists()
        assert Promise.objects.filter(state="renewed").count() == 0
        assert Trouble.objects.filter(state="open", done=[], wanted_at__isnull=False).count() == ORDERS
        _let_the_run_lapse()
        with worker(server.url), worker(server.url):
            wait_until(lambda: Message.objects.filter(state="sent").count() == ORDERS)

    assert len({mail["Subject"] for mail in script.mails}) == len(script.mails) == ORDERS
    assert Promise.objects.filter(state="renewed").count() == 2 * ORDERS
    assert Promise.objects.filter(state="made", risk="").count() == 2 * ORDERS
    cases = Trouble.objects.order_by("pk").values_list("state", "wanted_at", "done")
    assert [(state, wanted, [each["act"] for each in done]) for state, wanted, done in cases] == [
        ("solved", None, ["tell"])
    ] * ORDERS
    assert AuditEntry.objects.filter(action="trouble.told").count() == ORDERS
    # Each letter names the code of its own case.
    codes = dict(DiscountCode.objects.values_list("trouble_id", "code"))
    assert len(set(codes.values())) == ORDERS
    assert all(codes[letter.subject_id] in letter.text for letter in Message.objects.all())


def _let_the_run_lapse() -> None:
    """What three minutes would do."""
    ScheduledJob.objects.update(last_started_at=F("last_started_at") - LONGEST_RUN, due_at=utc_now())


def _decide_to_tell() -> None:
    """Orders that cannot leave as promised: the carrier comes no more this week."""
    at = utc_now()
    shop = open_shop(at)
    orders = [shop.place(shop.cart((shop.small, 1))).order for _ in range(ORDERS)]
    Order.objects.update(state="paid")
    last = Promise.objects.filter(kind="dispatch").latest("last_day").last_day
    closed = Stop(CARRIER, DayRange(at.date() - timedelta(days=1), last + timedelta(days=3)))
    Warehouse.objects.update(stops=[closed.as_data()])
    note_orders(Cause.NOT_LEAVING, [order.pk for order in orders], at=at)
    Reaction.objects.update(state=WorkItem.State.DONE, finished_at=at)
    cases = list(Trouble.objects.order_by("pk"))
    read = dict.fromkeys(case.pk for case in cases)
    codes = CodesWish(30, percent=10)
    wanted = want_told(group_id=cases[0].group_id, read=read, note="", by="staff:1", at=at, codes=codes)
    assert wanted == ORDERS
