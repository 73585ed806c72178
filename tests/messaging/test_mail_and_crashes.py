"""A worker process of its own is killed with -9 while it sends. Whatever the moment, the mail goes out and is honest."""

import signal
import socket
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, transaction

from tests.messaging.mail_server import WAIT, Script, mail_server
from tests.warmed import Forked, fork
from tradewind.core.models import Delivery, Reaction
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]
CONTENT = Rendered("Your order is confirmed", "Thank you\n", "<p>Thank you</p>\n")
PATIENCE = 30.0
# The worker as `tradewind work` runs it, on the test's database.
WORKER = textwrap.dedent(
    """
    import sys, threading
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from tradewind.core.worker import run_until_stopped
    from tradewind.lib.clock import utc_now
    run_until_stopped(threading.Event(), now=utc_now)
    """
)


@contextmanager
def worker(url: str, script: str = WORKER, *arguments: str) -> Iterator[Forked]:
    """A worker process that sends to this server; killed at the latest when the block ends."""
    database = str(connection.settings_dict["NAME"])
    process = fork(script, database, *arguments, settings={"SMTP_URL": url, "MAIL_FROM": "hello@tingyu.example"})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def let_the_lease_run_out() -> None:
    """What three minutes would do."""
    with transaction.atomic():
        Delivery.objects.filter(state=Delivery.State.RUNNING).update(due_at=utc_now())


def is_sent() -> bool:
    return Delivery.objects.filter(state=Delivery.State.DONE).exists()


def plan(at: datetime) -> Message:
    with transaction.atomic():
        return plan_message(
            moment="order_confirmed",
            subject=("order", 1),
            to=Addressee("greta@example.com", "en"),
            content=CONTENT,
            at=at,
        )


def test_a_worker_killed_before_the_answer_leaves_a_mail_that_is_repeated_and_says_so() -> None:
    """The server has the mail, and nobody knows: the one case in which a buyer may get it twice."""
    script = Script()
    script.to_data.append(WAIT)
    message = plan(utc_now())
    with mail_server(script) as server:
        with worker(server.url):
            assert script.got_mail.wait(PATIENCE)
        let_the_lease_run_out()
        with worker(server.url):
            wait_until(is_sent)

    message.refresh_from_db()
    assert [mail["Message-ID"] for mail in script.mails] == [f"<{message.message_id}>"] * 2
    assert script.received[0] == script.received[1]
    assert message.state == Message.State.UNCERTAIN
    assert Delivery.objects.get().uncertain is True


def test_a_worker_killed_before_it_could_speak_leaves_a_mail_that_is_sent_once() -> None:
    """We cannot know that, so the message is called uncertain all the same."""
    script = Script()
    message = plan(utc_now())
    with mail_server(script) as server:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
            silent.settimeout(PATIENCE)
            with worker(address):
                line, _ = silent.accept()
            line.close()
        let_the_lease_run_out()
        with worker(server.url):
            wait_until(is_sent)

    message.refresh_from_db()
    assert len(script.received) == 1
    assert message.state == Message.State.UNCERTAIN


# Dies with -9 when it comes to a place for so many times.
DYING = WORKER.replace(
    "run_until_stopped(",
    """
import os, signal
from tradewind.core import deliveries
from tradewind.messaging.couriers import MailCourier
left = int(sys.argv[3])
def dying(inner):
    def outer(*words, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return inner(*words, **options)
    return outer
if sys.argv[2] == "before the call":
    deliveries._make_call = dying(deliveries._make_call)
else:
    MailCourier.settle = dying(MailCourier.settle)
run_until_stopped(""",
)


@pytest.mark.parametrize(("place", "times_sent"), [("before the call", [1, 1, 1]), ("before it is noted", [1, 2, 1])])
def test_a_worker_that_dies_between_two_mails_of_one_line_leaves_one_in_doubt(
    place: str, times_sent: list[int]
) -> None:
    """The commit that notes a mail takes the next one: only this one may have been sent."""
    with transaction.atomic():
        planned = [
            plan_message(
                moment="order_confirmed",
                subject=("order", order),
                to=Addressee("greta@example.com", "en"),
                content=CONTENT,
                at=utc_now(),
            )
            for order in range(3)
        ]
    script = Script()
    with mail_server(script) as server:
        with worker(server.url, DYING, place, "2") as dying:
            dying.wait(PATIENCE)
        let_the_lease_run_out()
        with worker(server.url):
            wait_until(lambda: Delivery.objects.filter(state=Delivery.State.DONE).count() == 3)

    arrived = [str(mail["Message-ID"]).strip("<>") for mail in script.mails]
    assert [arrived.count(message.message_id) for message in planned] == times_sent
    states = [Message.objects.get(pk=message.pk).state for message in planned]
    assert states == [Message.State.SENT, Message.State.UNCERTAIN, Message.State.SENT]


def test_two_workers_that_are_killed_again_and_again_send_every_mail() -> None:
    """Thirty mails; every kill may leave a few in doubt, and no mail is lost or sent again without saying so."""
    with transaction.atomic():
        for order in range(30):
            plan_message(
                moment="order_confirmed",
                subject=("order", order),
                to=Addressee("greta@example.com", "en"),
                content=CONTENT,
                at=utc_now(),
            )
    script = Script()
    with mail_server(script) as server:
        for enough in (3, 10, 18):
            with worker(server.url), worker(server.url):
                wait_until(lambda enough=enough: len(script.received) >= enough)  # type: ignore[misc]
            let_the_lease_run_out()
        with worker(server.url), worker(server.url):
            wait_until(lambda: Delivery.objects.filter(state=Delivery.State.DONE).count() == 30)

    times_sent: dict[str, int] = {}
    for mail in script.mails:
        name = str(mail["Message-ID"]).strip("<>")
        times_sent[name] = times_sent.get(name, 0) + 1
    uncertain = set(Message.objects.filter(state=Message.State.UNCERTAIN).values_list("message_id", flat=True))
    assert times_sent.keys() == set(Message.objects.values_list("message_id", flat=True))
    assert {name for name, times in times_sent.items() if times > 1} <= uncertain
    assert Reaction.objects.filter(state=Reaction.State.STUCK).count() == 0
