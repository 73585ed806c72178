"""From a planned message to what arrives, over real sockets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from django.db import transaction

from tests.messaging.mail_server import HANG_UP, Running
from tradewind.core import deliveries, work
from tradewind.core.facts import timeline
from tradewind.core.models import Delivery, Staff, Todo
from tradewind.core.work import LeaseLost
from tradewind.messaging.couriers import LAST_TRY
from tradewind.messaging.models import Message
from tradewind.messaging.planning import Addressee, PlannedOutsideTransaction, plan_message
from tradewind.messaging.ports import UnsafeHeader
from tradewind.messaging.queries import counts_by_state, key_of, messages_about, outbox
from tradewind.messaging.rendering import Rendered

pytestmark = pytest.mark.django_db
WorkUntilIdle = Callable[..., int]
GERMAN = Rendered("Ihre Bestellung für Größe 38", "Grüße aus Shenzhen\n.\n.ende\n", "<p>Grüße aus Shenzhen</p>")
CHINESE = Rendered("您的订单已确认", "感谢您的订购。\n", "<p>感谢您的订购。</p>")


def plan(
    at: datetime,
    content: Rendered = GERMAN,
    *,
    language: str = "de",
    recipient: str = "greta@example.com",
    order: int = 1,
) -> Message:
    with transaction.atomic():
        return plan_message(
            moment="order_confirmed",
            subject=("order", order),
            to=Addressee(recipient, language),
            content=content,
            at=at,
        )


def only_delivery() -> Delivery:
    return Delivery.objects.get()


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("language", "content", "tag"), [("de", GERMAN, "de"), ("zh", CHINESE, "zh-Hans")], ids=["German", "Chinese"]
)
def test_a_mail_arrives_as_it_was_written(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, language: str, content: Rendered, tag: str
) -> None:
    message = plan(now, content, language=language)

    work_until_idle()

    (mail,) = server.script.mails
    assert body(mail, "plain") == content.text
    assert body(mail, "html") == content.html + "\n"
    assert {name: mail[name] for name in ("Subject", "To", "Content-Language", "Auto-Submitted")} == {
        "Subject": content.subject,
        "To": "greta@example.com",
        "Content-Language": tag,
        "Auto-Submitted": "auto-generated",
    }
    assert mail["From"].addresses[0].addr_spec == "hello@tingyu.example"
    assert mail["Message-ID"] == f"<{message.message_id}>"
    assert message.message_id.endswith("@tingyu.example")
    assert parsedate_to_datetime(mail["Date"]) == now
    assert mail.get_content_type() == "multipart/alternative"
    assert server.script.received[0].isascii()


def test_a_sent_message_says_so_in_its_row_and_on_the_timeline(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)

    work_until_idle()

    message.refresh_from_db()
    assert (message.state, message.sent_at) == (Message.State.SENT, now)
    assert only_delivery().result == {"response": "2.0.0 queued as 4711"}
    assert [row.name for row in timeline("order", 1)] == ["messaging.sent"]


def test_the_same_moment_twice_is_one_message(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    first = plan(now)
    second = plan(now, CHINESE)

    work_until_idle()

    assert first.pk == second.pk
    assert [mail["Subject"] for mail in server.script.mails] == [GERMAN.subject]


def test_a_busy_server_is_tried_again_later(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    message = plan(now)
    server.script.to_recipient.extend(["451 4.7.1 greylisted, come back later"])

    work_until_idle()
    waiting = only_delivery()
    work_until_idle(after=timedelta(minutes=4))
    too_early = len(server.script.received)
    work_until_idle(after=timedelta(minutes=6))

    assert (waiting.state, waiting.uncertain, too_early) == (Delivery.State.WAITING, False, 0)
    assert waiting.error.startswith("TryAgain: 451 4.7.1 greylisted")
    message.refresh_from_db()
    assert (message.state, len(server.script.received)) == (Message.State.SENT, 1)


def test_the_pauses_grow_and_end(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    plan(now)
    server.script.to_recipient.extend(["451 still busy"] * 2)
    Delivery.objects.update(tries=LAST_TRY - 3)

    work_until_idle()
    pause = only_delivery().due_at - now
    Delivery.objects.update(due_at=now, tries=LAST_TRY - 1)
    work_until_idle()

    assert pause >= timedelta(hours=6)
    assert only_delivery().state == Delivery.State.STUCK
    assert Todo.objects.get().facts == {"moment": "order_confirmed", "order_id": 1, "code": "no-answer"}


def test_a_refused_address_is_a_matter_for_a_person(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)
    server.script.to_recipient.append("550 5.1.1 no such user here")

    work_until_idle()

    message.refresh_from_db()
    assert (message.state, message.problem) == (Message.State.FAILED, "550: 5.1.1 no such user here")
    todo = Todo.objects.get()
    assert (todo.kind, todo.subject_kind, todo.subject_id) == ("message.failed", "message", message.pk)
    assert (todo.due_at, todo.facts["code"]) == (now + timedelta(hours=4), "550")
    assert [row.name for row in timeline("order", 1)] == ["messaging.failed"]


def test_a_retry_that_succeeds_closes_the_to_do(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    message = plan(now)
    server.script.to_recipient.append("550 5.1.1 no such user here")
    work_until_idle()

    work.retry(Delivery, only_delivery().pk, by=somebody(now), at=now)
    work_until_idle()

    message.refresh_from_db()
    assert (message.state, message.problem) == (Message.State.SENT, "")
    assert Todo.objects.get().state == Todo.State.DONE


def test_a_server_that_hangs_up_after_the_whole_mail_gets_it_again_under_the_same_message_id(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)
    server.script.to_data.append(HANG_UP)

    work_until_idle()
    between = only_delivery()
    work_until_idle(after=timedelta(minutes=1))

    assert (between.state, between.uncertain) == (Delivery.State.WAITING, True)
    assert server.script.received[0] == server.script.received[1]
    assert [mail["Message-ID"] for mail in server.script.mails] == [f"<{message.message_id}>"] * 2
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (Message.State.UNCERTAIN, now + timedelta(minutes=1))
    assert (only_delivery().state, only_delivery().uncertain) == (Delivery.State.DONE, True)
    assert timeline("order", 1)[0].data["is_uncertain"] is True


def test_a_server_that_hangs_up_before_the_content_leaves_no_doubt(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)
    server.script.to_recipient.append(HANG_UP)

    work_until_idle()
    work_until_idle(after=timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, only_delivery().uncertain) == (Message.State.SENT, False)
    assert len(server.script.received) == 1


def test_a_lease_that_ran_out_is_sent_again_and_called_uncertain(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)
    (taken,) = work.claim(Delivery, now=now, limit=5, lease=deliveries.LEASE)

    work_until_idle()
    before = len(server.script.received)
    work_until_idle(after=deliveries.LEASE)

    message.refresh_from_db()
    assert (before, len(server.script.received)) == (0, 1)
    assert (message.state, only_delivery().uncertain) == (Message.State.UNCERTAIN, True)
    with pytest.raises(LeaseLost), transaction.atomic():
        work.finish(taken, now=now)


def test_without_a_transport_mail_waits_and_says_so(
    now: datetime, no_server: None, work_until_idle: WorkUntilIdle
) -> None:
    message = plan(now)

    work_until_idle()

    stuck = only_delivery()
    message.refresh_from_db()
    assert (stuck.state, message.state) == (Delivery.State.STUCK, Message.State.PLANNED)
    assert message.problem == "Mail cannot leave: no transport is wired. Nothing is lost meanwhile."


def test_many_waiting_mails_are_one_to_do_and_retry_sends_them(
    now: datetime, no_server: None, work_until_idle: WorkUntilIdle, request: pytest.FixtureRequest
) -> None:
    for order in (1, 2, 3):
        plan(now, order=order)
    work_until_idle()
    todo = Todo.objects.get()

    running: Running = request.getfixturevalue("server")
    li = somebody(now)
    for delivery in Delivery.objects.all():
        work.retry(Delivery, delivery.pk, by=li, at=now)
    work_until_idle()

    todo.refresh_from_db()
    assert (todo.kind, todo.state) == ("mail.stopped", Todo.State.DONE)
    assert len(running.script.received) == 3
    assert counts_by_state() == {"planned": 0, "sent": 3, "uncertain": 0, "failed": 0, "returned": 0}


@pytest.mark.parametrize(
    ("recipient", "subject"),
    [
        ("greta@example.com\r\nBcc: all@example.com", "Hello"),
        ("greta@example.com\nBcc: all@example.com", "Hello"),
        ("greta@example.com", "Hello\r\nBcc: all@example.com"),
        ("greta@example.com", "Hello\x00"),
        ("greta@example.com", "Hello\u2028Bcc: all@example.com"),
    ],
)
def test_line_breaks_in_headers_are_refused_and_nothing_is_planned(
    now: datetime, server: Running, recipient: str, subject: str
) -> None:
    with pytest.raises(UnsafeHeader):
        plan(now, Rendered(subject, "text", "<p>html</p>"), recipient=recipient)

    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_planning_needs_the_transaction_of_its_cause(now: datetime, sender: None) -> None:
    with pytest.raises(PlannedOutsideTransaction):
        plan_message(
            moment="order_confirmed", subject=("order", 1), to=Addressee("a@example.com", "de"), content=GERMAN, at=now
        )


def test_the_outbox_is_read_by_key_and_a_subject_has_its_messages(now: datetime, sender: None) -> None:
    written = [plan(now + timedelta(minutes=order // 2), order=order) for order in range(1, 8)]

    first = outbox(limit=4)
    rest = outbox(limit=4, after=key_of(first[-1]))

    assert [message.subject_id for message in (*first, *rest)] == [7, 6, 5, 4, 3, 2, 1]
    assert messages_about("order", 3) == [written[2]]
    assert outbox(state=Message.State.SENT) == []


def somebody(at: datetime) -> Staff:
    return Staff.objects.create(email="li@tingyu.example", name="Li", role="owner", created_at=at)
