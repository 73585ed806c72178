"""A worker process of its own is killed with -9 between the hand-over of a parcel, its renewed promise and its letter: the buyer hears once,
with the days that hold.
"""

import signal
from datetime import timedelta

import pytest

from tests.messaging.mail_server import Script, mail_server
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.orders.changing import bought
from tests.shop import open_shop
from tradewind.core.models import Delivery, Reaction, WorkItem
from tradewind.core.reach import EVERYWHERE
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.wording import arrival_words, later_words
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]

HANDED_OVER_BUT_NOT_PROMISED = 'INSERT INTO "promises_promise"'
PROMISED_BUT_NOT_PLANNED = 'INSERT INTO "messaging_message"'
PLANNED_BUT_NOT_SENT = 'UPDATE "core_delivery"'


@pytest.mark.parametrize(
    ("dies_at", "promised"),
    [(HANDED_OVER_BUT_NOT_PROMISED, 1), (PROMISED_BUT_NOT_PLANNED, None), (PLANNED_BUT_NOT_SENT, 2)],
)
def test_a_parcel_whose_worker_dies_is_told_once_with_the_days_that_hold(dies_at: str, promised: int | None) -> None:
    order = _handed_over_late()
    deliveries = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_id=order.pk).order_by("pk")
    letters = Message.objects.filter(moment="order_dispatched")
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, dies_at) as dying:
            assert dying.wait(PATIENCE) == -signal.SIGKILL
        assert script.mails == []
        assert letters.count() == (dies_at == PLANNED_BUT_NOT_SENT)
        # Both reactions may stand in one transaction.
        assert deliveries.count() == promised or promised is None
        for kind in (Reaction, Delivery):
            kind._default_manager.filter(WorkItem.IS_OPEN).update(due_at=utc_now() - timedelta(minutes=1))
        with worker(server.url), worker(server.url):
            wait_until(lambda: letters.filter(state="sent").exists())

    old, delivery = deliveries
    assert (old.state, delivery.state, delivery.last_day > old.last_day) == ("renewed", "made", True)
    assert [mail["Subject"] for mail in script.mails] == [f"Ihre Bestellung {order.ref} ist unterwegs"]
    text = letters.get().text
    assert (arrival_words(delivery, "de") in text, later_words(old, "de") in text) == (True, True)


def _handed_over_late() -> Order:
    """Ready for its carrier a week ago, collected a few minutes ago, and nobody has done anything since."""
    now = utc_now()
    shop = open_shop(now - timedelta(days=8))
    order = bought(shop, (shop.small, 1))
    tracking = Tracking("DHL", "", is_waiting=True)
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=tracking)
    for kind in (Reaction, Delivery):
        kind._default_manager.all().update(state=WorkItem.State.DONE, finished_at=now)
    waiting = list(Parcel.objects.values_list("pk", flat=True))
    hand_over(parcel_ids=waiting, reach=EVERYWHERE, by="staff:1", at=now - timedelta(minutes=3))
    return order
