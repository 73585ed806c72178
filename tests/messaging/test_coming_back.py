"""What follows from a mail that comes in: for the message, for its address, for the people who have to know."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.messaging.mail_server import Running
from tradewind.core.facts import timeline
from tradewind.core.files import private_path
from tradewind.core.models import StoredFile, Todo
from tradewind.messaging.erasing import erase_letters
from tradewind.messaging.models import Failure, Message, ReceivedMail, Suppression, Waiting
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.received_forgetting import forget_received
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.returning import MOST_SOFT, PAUSES
from tradewind.messaging.suppressing import allow
from tradewind.messaging.taking_in import take_in

pytestmark = pytest.mark.django_db
WorkUntilIdle = Callable[..., int]
GRETA = "Greta@example.com"
UNKNOWN = "550 5.1.1 user unknown"
FULL = "552 5.2.2 mailbox full"


def sent(
    at: datetime,
    work: WorkUntilIdle,
    *,
    order: int = 1,
    stop: str = "",
    to: str = GRETA,
    moment: str = "order_confirmed",
) -> Message:
    with transaction.atomic():
        message = plan_message(
            moment=moment,
            subject=("order", order),
            to=Addressee(to, "de", stop_url=stop),
            content=Rendered("Ihre Bestellung", "Danke.", "<p>Danke.</p>"),
            at=at,
        )
    work()
    message.refresh_from_db()
    return message


def returned(message_id: str, says: str, *, action: str = "failed", to: str = GRETA, number: int = 1) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: hello@tingyu.example\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: <bounce-{number}@mx.example>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=q\n\n--q\n\nIt did not arrive.\n--q\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {says.split()[1]}\nDiagnostic-Code: smtp; {says}\n\n--q\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: <{message_id}>\nTo: {to}\nSubject: Ihre Bestellung\n\nDanke.\n--q--\n"
    ).encode()


def complaint(message_id: str) -> bytes:
    return (
        "From: fbl@mail.example\nTo: hello@tingyu.example\nSubject: Spam report\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=q\n\n--q\n\nA report.\n--q\n"
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n--q\n"
        f"Content-Type: message/rfc822\n\nMessage-ID: <{message_id}>\nTo: {GRETA}\n\nDanke.\n--q--\n"
    ).encode()


def test_an_address_that_does_not_exist_is_not_written_to_again_and_a_person_is_told(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)

    taken = take_in(returned(message.message_id, UNKNOWN), at=now)
    after = sent(now, work_until_idle, order=2, to="greta@EXAMPLE.com")

    message.refresh_from_db()
    assert (taken.outcome, taken.row.about, message.state) == ("bounce", message, Message.State.RETURNED)
    assert message.problem == "550 5.1.1 user unknown"
    todo = Todo.objects.get(kind="message.returned")
    assert (todo.subject_kind, todo.subject_id, todo.facts["order_id"]) == ("message", message.pk, 1)
    assert {row.name for row in timeline("order", 1)} == {"messaging.sent", "messaging.returned"}
    assert (after.state, len(server.script.received)) == (Message.State.FAILED, 1)
    assert "came back on 2026-11-23 (5.1.1)" in after.problem

    assert (allow(GRETA), allow(GRETA)) == (1, 0)
    assert sent(now, work_until_idle, order=3).state == Message.State.SENT


def test_a_full_mailbox_gets_the_same_mail_again_and_at_last_a_person_is_told(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    seen = []

    for number, pause in enumerate((*PAUSES, timedelta(0))):
        take_in(returned(message.message_id, FULL, number=number), at=now)
        work_until_idle(after=pause - timedelta(minutes=1))
        early = len(server.script.received)
        work_until_idle(after=pause)
        message.refresh_from_db()
        seen.append((early, len(server.script.received), message.state))

    assert seen == [(1, 2, "sent"), (2, 3, "sent"), (3, 3, "returned")]
    assert len({mail["Message-ID"] for mail in server.script.mails}) == 1
    assert (Todo.objects.filter(kind="message.returned").count(), Suppression.objects.count()) == (1, 0)


def test_an_address_that_keeps_failing_is_given_up(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    messages = [sent(now, work_until_idle, order=number) for number in range(MOST_SOFT)]

    for number, message in enumerate(messages):
        assert Suppression.objects.count() == 0
        take_in(returned(message.message_id, FULL, number=number), at=now)

    assert [(row.address, row.why) for row in Suppression.objects.all()] == [("greta@example.com", "unreachable")]


def test_a_warning_that_a_mail_is_late_changes_nothing(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)

    take_in(returned(message.message_id, "451 4.4.1 connection timed out", action="delayed"), at=now)
    work_until_idle(after=max(PAUSES))

    message.refresh_from_db()
    assert (message.state, len(server.script.received)) == (Message.State.SENT, 1)
    assert [(row.kind, row.is_waiting) for row in Failure.objects.all()] == [("soft", True)]


def test_nobody_can_end_our_mail_to_somebody_else(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)

    take_in(returned("guessed@tingyu.example", UNKNOWN), at=now)
    several = returned(message.message_id, UNKNOWN, to="a@example.com").replace(
        b"Final-Recipient",
        b"Final-Recipient: rfc822; b@example.com\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient",
        1,
    )
    take_in(several, at=now)

    message.refresh_from_db()
    assert (message.state, Suppression.objects.count()) == (Message.State.SENT, 0)
    assert [row.recipient for row in Failure.objects.order_by("pk")] == [
        "greta@example.com",
        "b@example.com",
        "a@example.com",
    ]


def test_who_complains_hears_of_orders_only(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    message = sent(now, work_until_idle)

    take_in(complaint(message.message_id), at=now)
    news = sent(now, work_until_idle, order=2, stop="https://shop.example/stop")
    about_order = sent(now, work_until_idle, order=3)

    assert (news.state, about_order.state) == (Message.State.FAILED, Message.State.SENT)
    assert Waiting.objects.count() == 0
    # Nobody has to reach otherwise whoever does not want to be reached.
    assert list(Todo.objects.values_list("kind", flat=True)) == []


def test_each_mail_counts_once_and_all_are_kept(now: datetime, server: Running, work_until_idle: WorkUntilIdle) -> None:
    message = sent(now, work_until_idle)
    raw = returned(message.message_id, FULL)
    another_way = b"Received: from elsewhere\n" + raw.replace(b"\n", b"\r\n")
    another_mail = raw.replace(b"It did not arrive", b"It did still not arrive")

    outcomes = [take_in(mail, at=now).outcome for mail in (raw, raw, another_way, another_mail, b"", b"")]

    assert outcomes == ["bounce", "duplicate", "duplicate", "bounce", "quarantined", "duplicate"]
    assert (Failure.objects.count(), ReceivedMail.objects.count()) == (2, 6)
    assert [private_path(row.file.digest).exists() for row in ReceivedMail.objects.all() if row.file] == [True] * 6
    assert list(Todo.objects.values_list("kind", flat=True)) == ["mail.look"]


def test_raw_mail_goes_with_time_and_with_the_buyer(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    take_in(returned(message.message_id, UNKNOWN), at=now)
    take_in(b"From: greta@Example.com\nSubject: Hello\n\nWhere is it?", at=now)
    take_in(b"From: otto@example.com\nSubject: Hello\n\nWhere is mine?", at=now)

    with transaction.atomic():
        erase_letters(1, ())
    soon = forget_received(now)  # what has just come in stays on the disk for an hour
    real_now = datetime.now(tz=now.tzinfo)
    later = forget_received(real_now + timedelta(hours=2))

    assert (soon, later) in {(0, 2), (2, 0)}
    kept = [(row.sender, row.subject, row.file is not None) for row in ReceivedMail.objects.order_by("pk")]
    assert kept == [("", "", False), ("", "", False), ("otto@example.com", "Hello", True)]
    assert [(row.recipient, row.address, row.words) for row in Failure.objects.all()] == [("", "", "")]
    assert (Suppression.objects.count(), StoredFile.objects.count()) == (0, 1)
