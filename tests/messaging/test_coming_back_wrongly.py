"""What comes back and must not count: a person's own words, broken bytes, letters that are over or whose reader is erased."""

import json
from datetime import datetime

import pytest
from django.db import transaction

from tests.messaging.mail_server import Running
from tests.messaging.test_coming_back import FULL, GRETA, UNKNOWN, WorkUntilIdle, returned, sent
from tests.shop import Shop
from tradewind.core.models import Delivery, Todo
from tradewind.messaging import couriers
from tradewind.messaging.erasing import LetterOnItsWay, erase_letters
from tradewind.messaging.models import Failure, Message, ReceivedMail, Suppression
from tradewind.messaging.returning import PAUSES
from tradewind.messaging.taking_in import keep_unread, take_in
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

pytestmark = pytest.mark.django_db
EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one"
    " or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  info@shop.example\n"
    "    550 5.1.1 unknown user\n"
)


def from_greta(message: Message, *, answers: bool, text: str = EXIM) -> bytes:
    reference = f"In-Reply-To: <{message.message_id}>\n" if answers else ""
    return (
        f"From: Greta <{GRETA}>\nTo: hello@tingyu.example\nSubject: Mail delivery failed: returning message to sender\n{reference}\n"
        f"Is this you?\n\n{text}"
    ).encode()


def test_what_a_buyer_quotes_counts_against_nobody_and_is_read_by_a_person(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    quoted = f"{EXIM}\n------ This is a copy of the message ------\n\nReceived: from a by b\nMessage-ID: <{message.message_id}>\n"

    answered = take_in(from_greta(message, answers=True), at=now)
    Todo.objects.all().delete()
    take_in(from_greta(message, answers=False, text=quoted), at=now)

    message.refresh_from_db()
    assert (answered.outcome, answered.row.about) == ("message", message)
    assert (Suppression.objects.count(), message.state) == (0, Message.State.SENT)
    assert list(Todo.objects.values_list("kind", flat=True)) == ["mail.look"]


@pytest.mark.parametrize(("failed", "suppressed"), [("someone@example.com", 0), (GRETA, 1)])
def test_a_report_that_only_answers_our_letter_counts_for_its_addressee_alone(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, failed: str, suppressed: int
) -> None:
    message = sent(now, work_until_idle)
    raw = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered mail\nIn-Reply-To: <{message.message_id}>\n\n"
        + EXIM.replace("info@shop.example", failed)
    )

    take_in(raw.encode(), at=now)

    assert (Failure.objects.count(), Suppression.objects.count()) == (1, suppressed)


def notice(message: Message, *, sender: str, before: str = "", words: str = "550 5.1.1 user unknown") -> bytes:
    told = {
        "bounce": {"bouncedRecipients": [{"emailAddress": GRETA, "status": "5.1.1", "diagnosticCode": words}]},
        "mail": {"headers": [{"name": "Message-ID", "value": f"<{message.message_id}>"}]},
    }
    return f"From: {sender}\nSubject: AWS Notification Message\n\n{before}{json.dumps(told, indent=1)}\n".encode()


@pytest.mark.parametrize(
    ("sender", "before", "outcome"),
    [
        ("no-reply@sns.amazonaws.com", "", "bounce"),
        ("no-reply@sns.amazonaws.com", "Look at this: ", "message"),
        (GRETA, "", "message"),
    ],
)
def test_a_notice_is_believed_from_its_sender_alone(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, sender: str, before: str, outcome: str
) -> None:
    message = sent(now, work_until_idle)

    taken = take_in(notice(message, sender=sender, before=before), at=now)

    assert (taken.outcome, Suppression.objects.count()) == (outcome, int(outcome == "bounce"))


def test_signs_that_no_database_stores_are_left_out(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    words = "550 5.1.1 user \ud800 unknown \0"

    take_in(notice(message, sender="no-reply@sns.amazonaws.com", words=words), at=now)
    take_in(returned(message.message_id, "550 5.1.1 user\0 unknown"), at=now)

    assert [row.words.strip() for row in Failure.objects.order_by("pk")] == [
        "550 5.1.1 user \N{REPLACEMENT CHARACTER} unknown",
        "550 5.1.1 user unknown",
    ]


def test_a_mail_that_could_not_be_taken_in_is_put_aside_once(now: datetime) -> None:
    for _ in range(2):
        keep_unread(b"From: greta@example.com\n\nHello", ValueError("x"), at=now)

    kept = ReceivedMail.objects.get()
    assert (kept.outcome, kept.problem, kept.file is not None) == ("quarantined", "unreadable ValueError", True)


def test_erasing_calls_off_the_letter_that_was_to_be_sent_again(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    take_in(returned(message.message_id, FULL), at=now)
    again = Delivery.objects.filter(key=f"{message.message_id}/1")
    again.update(state=Delivery.State.RUNNING)
    with pytest.raises(LetterOnItsWay), transaction.atomic():
        erase_letters(1, ())
    again.update(state=Delivery.State.WAITING)

    with transaction.atomic():
        erase_letters(1, ())

    assert not again.exists()
    Message.objects.filter(pk=message.pk).update(sent_at=None, state=Message.State.PLANNED)
    Delivery.objects.create(kind=couriers.MAIL, key="k", payload={"message": message.pk}, due_at=now, created_at=now)
    work_until_idle()
    assert len(server.script.received) == 1
    assert (Message.objects.get().state, Todo.objects.count()) == (Message.State.FAILED, 0)


def test_erasing_finds_reports_that_name_none_of_our_letters_and_copies(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    for raw in [returned("unknown@tingyu.example", UNKNOWN)] * 2 + [returned(message.message_id, FULL)] * 2:
        take_in(raw, at=now)
    assert ReceivedMail.objects.filter(about=message).count() == 2

    with transaction.atomic():
        erase_letters(1, ())

    assert list(ReceivedMail.objects.values_list("is_erased", "subject").distinct()) == [(True, "")]
    assert list(Failure.objects.values_list("recipient", "address", "words").distinct()) == [("", "", "")]


def test_what_was_sent_stays_on_record_though_it_is_not_sent_again(
    now: datetime, server: Running, work_until_idle: WorkUntilIdle, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = sent(now, work_until_idle)
    take_in(returned(message.message_id, FULL), at=now)
    look = couriers.LastLook(is_true=lambda _: False, take_back=lambda _: pytest.fail("it has left"))
    monkeypatch.setitem(couriers._last_looks, "order_confirmed", look)

    work_until_idle(after=PAUSES[0])

    message.refresh_from_db()
    assert (message.state, len(server.script.received)) == (Message.State.SENT, 1)


@pytest.mark.parametrize(
    "case",
    [
        ("order_confirmed", OrderState.PAID, True),
        ("order_confirmed", OrderState.CANCELLED, False),
        ("order_confirmed", OrderState.MERGED, False),
        ("order_cancelled", OrderState.CANCELLED, True),
        ("order_to_pay", OrderState.AWAITING_PAYMENT, True),
        ("order_received", OrderState.PAID, False),
    ],
)
def test_only_what_is_still_news_is_sent_again(
    now: datetime,
    shop: Shop,
    server: Running,
    work_until_idle: WorkUntilIdle,
    case: tuple[str, str, bool],
) -> None:
    moment, state, is_repeated = case
    order = shop.place(shop.cart((shop.small, 1))).order
    message = sent(now, lambda **_: 0, order=order.pk, moment=moment)
    message.state, message.sent_at = Message.State.SENT, now
    message.save()
    Delivery.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(state=state)
    take_in(returned(message.message_id, FULL), at=now)
    Delivery.objects.exclude(key=f"{message.message_id}/1").delete()

    work_until_idle(after=PAUSES[0])

    assert [mail["Message-ID"] for mail in server.script.mails].count(f"<{message.message_id}>") == int(is_repeated)
