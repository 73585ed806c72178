"""One of Debian's own mail servers takes our letters, and what it sends back is read and put where it belongs."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy

import pytest
from django.db import transaction

from tests.cli.test_people_and_keys import say
from tests.console.making import make_order
from tools.mail_server import Exim, running_exim
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.connectors.smtp.connection import SMTP
from tradewind.connectors.smtp.wiring import wire
from tradewind.core.models import SettingValue, Todo
from tradewind.messaging import ports
from tradewind.messaging.models import Failure, Message, Suppression
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered
from tradewind.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.debian_mail, pytest.mark.processes, pytest.mark.slow]
WorkUntilIdle = Callable[..., int]
CONTENT = Rendered("Ihre Bestellung für Größe 38", "Grüße aus Shenzhen\n.\n", "<p>Grüße aus Shenzhen</p>\n")
PLUS = {"comes_back": "plus", "comes_back_to": "hello@tingyu.example"}
PATIENCE = 20.0


@pytest.fixture
def exim(sender: None) -> Iterator[Exim]:
    """Has mailboxes for hello and greta of tingyu.example, and our mail leaves through it."""
    with running_exim(domain="tingyu.example", mailboxes=["hello", "greta"]) as running:
        wire()
        transport = SmtpTransport(
            read_server_address(f"smtp://127.0.0.1:{running.port}"), own_name="shop.tingyu.example", longest=10
        )
        ports.fill(transport)
        yield running
        ports.fill(None)
        transport.close()


def plan(order: Order, recipient: str, at: datetime, *, moment: str = "order_confirmed") -> Message:
    with transaction.atomic():
        return plan_message(
            moment=moment,
            subject=("order", order.pk),
            to=Addressee(recipient, "de", buyer_id=7),
            content=CONTENT,
            at=at,
        )


def wait_for(exim: Exim, mailbox: str, count: int = 1) -> list[bytes]:
    end = time.monotonic() + PATIENCE
    while len(found := exim.mails(mailbox)) < count:
        assert time.monotonic() < end, (exim.folder / "mainlog").read_text()
        time.sleep(0.05)
    return [path.read_bytes() for path in found]


def test_letters_arrive_in_a_mailbox_each_once(now: datetime, exim: Exim, work_until_idle: WorkUntilIdle) -> None:
    order = make_order()
    planned = [plan(order, "greta@tingyu.example", now, moment=f"moment_{number}") for number in range(12)]

    work_until_idle()

    arrived = [message_from_bytes(raw, policy=policy.default) for raw in wait_for(exim, "greta", 12)]
    assert sorted(mail["Message-ID"] for mail in arrived) == sorted(f"<{row.message_id}>" for row in planned)
    part = arrived[0].get_body(("plain",))
    assert part is not None
    assert (arrived[0]["Subject"], part.get_content()) == (CONTENT.subject, CONTENT.text)
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


@pytest.mark.parametrize("way", [{"comes_back": "off"}, PLUS], ids=["by its Message-ID", "by its own address"])
def test_a_bounce_of_that_server_finds_its_message_buyer_and_order(
    now: datetime,
    exim: Exim,
    work_until_idle: WorkUntilIdle,
    capsys: pytest.CaptureFixture[str],
    way: dict[str, str],
) -> None:
    SettingValue.objects.update_or_create(key=SMTP.kind, defaults={"value": {"values": way}, "changed_at": now})
    order = make_order()
    message = plan(order, "nobody@tingyu.example", now)
    work_until_idle()
    message.refresh_from_db()
    before = message.state

    wait_for(exim, "hello")
    (bounce,) = exim.mails("hello")
    code, out, err = say(capsys, "mail", "receive", "--json", str(bounce))

    told = json.loads(out)
    assert (before, code, err, told["outcome"]) == (Message.State.SENT, 0, "", "bounce")
    assert [(each["recipient"], each["kind"]) for each in told["bounces"]] == [("nobody@tingyu.example", "hard")]
    message.refresh_from_db()
    failure, todo = Failure.objects.get(), Todo.objects.get()
    assert (failure.message_id, message.state, message.buyer_id) == (message.pk, Message.State.RETURNED, 7)
    assert (todo.kind, todo.subject_id, todo.facts["order_id"]) == ("message.returned", message.pk, order.pk)
    assert Suppression.objects.get().address == "nobody@tingyu.example"
