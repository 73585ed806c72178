"""A worker process of its own is killed with -9 while it tells people that something is back: each still hears it once."""

import signal
import textwrap
from typing import Final

import pytest
from django.db import transaction

from tests.messaging.mail_server import Script, mail_server
from tests.messaging.test_mail_and_crashes import PATIENCE, WORKER, wait_until, worker
from tests.shop import open_shop
from tradewind.core.models import Delivery, Reaction, WorkItem
from tradewind.inventory.stocktaking import adjust
from tradewind.lib.clock import utc_now
from tradewind.messaging import waiting
from tradewind.messaging.models import Message, Waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]

PEOPLE: Final = [f"buyer{number}@example.com" for number in range(3)]
# The same worker, which dies when it is about to give the database this statement.
DYING: Final = (
    textwrap.dedent(
        """
        import os, signal, sys
        from django.db.backends.signals import connection_created
        def live_until(execute, sql, params, many, context):
            if sql.startswith(sys.argv[2]):
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)
        def watch(connection, **_):
            connection.execute_wrappers.append(live_until)
        connection_created.connect(watch)
        """
    )
    + WORKER
)
FOUND_BUT_NOT_PLANNED: Final = 'INSERT INTO "messaging_message"'
PLANNED_BUT_NOT_COMMITTED: Final = 'UPDATE "messaging_waiting"'
PLANNED_BUT_NOT_SENT: Final = 'UPDATE "core_delivery"'


@pytest.mark.parametrize(
    ("dies_at", "states_left"),
    [
        (FOUND_BUT_NOT_PLANNED, ["confirmed"] * 3),
        (PLANNED_BUT_NOT_COMMITTED, ["confirmed"] * 3),
        (PLANNED_BUT_NOT_SENT, ["told"] * 3),
    ],
)
def test_whoever_is_told_by_a_worker_that_dies_is_told_once_by_the_next_one(
    dies_at: str, states_left: list[str]
) -> None:
    _come_back_while_people_wait()
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, dies_at) as dying:
            assert dying.wait(PATIENCE) == -signal.SIGKILL
        assert list(Waiting.objects.order_by("pk").values_list("state", flat=True)) == states_left
        assert (script.received, Message.objects.count()) == ([], states_left.count("told"))
        _let_the_leases_run_out()
        with worker(server.url), worker(server.url):
            wait_until(lambda: Delivery.objects.filter(state=WorkItem.State.DONE).count() == len(PEOPLE))
            wait_until(lambda: not Reaction.objects.filter(WorkItem.IS_OPEN).exists())

    assert sorted((mail["To"], mail["Subject"]) for mail in script.mails) == [
        (email, "Wieder auf Lager: Becher") for email in PEOPLE
    ]
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


def _come_back_while_people_wait() -> None:
    at = utc_now()
    shop = open_shop(at, stock=0)
    for email in PEOPLE:
        waiting.ask(variant=shop.small, email=email, page=waiting.Page("de", "de"), at=at)
        waiting.confirm(waiting_id=Waiting.objects.get(address=email).pk, at=at)
    Reaction.objects.update(state=WorkItem.State.DONE)
    adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=5, reason="counted", by="staff:1", at=at)


def _let_the_leases_run_out() -> None:
    """What three minutes would do."""
    with transaction.atomic():
        for kind in (Reaction, Delivery):
            kind.objects.filter(state=WorkItem.State.RUNNING).update(due_at=utc_now())
