"""From choosing a mail provider to a bounce that ends the mail to an address, over the door and the real interface."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from tests.connectors.mail_providers import (
    BASIC,
    HOOK_PASSWORD,
    KEY,
    brevo,
    brevo_event,
    postmark,
    postmark_delivery,
    postmark_event,
)
from tests.connectors.tracking_servers import Books, serving
from tests.messaging.mail_server import mail_server
from tests.messaging.test_coming_back import sent
from tradewind.connectors.mailpost.brevo import BREVO
from tradewind.connectors.mailpost.connection import MAIL_PROVIDER
from tradewind.connectors.mailpost.postmark import POSTMARK
from tradewind.connectors.mailpost.wiring import ProviderOrServer
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core import panels
from tradewind.core.models import InboxItem, Todo
from tradewind.core.setting_rows import forget
from tradewind.lib.clock import utc_now
from tradewind.messaging import ports
from tradewind.messaging.erasing import erase_letters
from tradewind.messaging.figures import figures
from tradewind.messaging.models import Failure, Message, ReceivedMail, Suppression
from tradewind.messaging.returning import PAUSES
from tradewind.messaging.senders import own_domain

pytestmark = pytest.mark.django_db(transaction=True)
WorkUntilIdle = Callable[..., int]
DOOR = "/hooks/mail/postmark"


def choose(code: str, at: datetime) -> None:
    seen = panels.stored(MAIL_PROVIDER).digest
    typed = {"provider": code, "key": KEY, "hook_password": HOOK_PASSWORD, "sender": "Tingyu <hello@tingyu.example>"}
    panels.change(MAIL_PROVIDER, typed, seen=seen, by="staff:1", at=at)


class _NoServer:
    def send(self, mail: ports.OutgoingMail) -> ports.Accepted:
        raise AssertionError(mail.message_id)


@pytest.fixture
def postmark_there(settings: Settings, now: datetime) -> Iterator[Books]:
    """Chosen on its page, and mail leaves through it."""
    settings.SMTP_URL, settings.MAIL_FROM = "", ""
    with serving(postmark) as books, serving(brevo) as others:
        choose("postmark", now)
        providers = {"postmark": replace(POSTMARK, base=books.base), "brevo": replace(BREVO, base=others.base)}
        ports.fill(ProviderOrServer(_NoServer(), providers))
        yield books
        ports.fill(None)


def post(body: bytes, *, door: str = DOOR, authorization: str = BASIC) -> HTTPStatus:
    knocking = Client(enforce_csrf_checks=True)
    answer: HttpResponse = knocking.post(
        door, body, content_type="application/json", headers={"authorization": authorization}
    )
    return HTTPStatus(answer.status_code)


def test_a_bounce_ends_the_mail_to_an_address_and_a_person_is_told(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    assert (message.state, len(postmark_there.known), own_domain()) == ("sent", 1, "tingyu.example")

    body = postmark_event(message.message_id)
    assert [post(body), post(body)] == [HTTPStatus.OK, HTTPStatus.OK]
    work_until_idle(after=timedelta(days=9))
    after = sent(now, work_until_idle, order=2, to="greta@EXAMPLE.com")

    message.refresh_from_db()
    assert (message.state, message.problem) == ("returned", "smtp;550 5.1.1 user unknown")
    assert Todo.objects.get(kind="message.returned").subject_id == message.pk
    assert (Failure.objects.count(), Suppression.objects.get().why) == (1, "unreachable")
    mail = ReceivedMail.objects.get()
    assert (mail.provider, mail.sender, mail.about, mail.outcome) == ("postmark", "Postmark", message, "bounce")
    assert (after.state, len(postmark_there.known)) == ("failed", 1)
    # What lets in is not kept.
    assert "authorization" not in {name.lower() for name in InboxItem.objects.get().headers}


def test_what_the_provider_may_have_taken_is_repeated_under_its_message_id_and_shown_as_uncertain(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    postmark_there.next_answers.append((500, {}, {}))
    message = sent(now, work_until_idle)
    assert (message.state, len(postmark_there.asked)) == ("planned", 1)
    work_until_idle(after=timedelta(hours=1))
    message.refresh_from_db()
    assert (message.state, len(postmark_there.asked)) == ("uncertain", 2)
    [taken] = postmark_there.known.values()
    assert {"Name": "Message-ID", "Value": f"<{message.message_id}>"} in taken["Headers"]


def test_a_soft_bounce_is_sent_again_under_the_same_message_id(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    post(postmark_event(message.message_id, "SoftBounce", Details="smtp;452 4.2.2 full"))
    work_until_idle(after=timedelta(days=9))
    work_until_idle(after=timedelta(days=9) + PAUSES[0])

    ids = [each["Headers"] for each in postmark_there.known.values()]
    assert (len(ids), ids[0], Suppression.objects.count()) == (2, ids[1], 0)


def test_what_is_late_does_nothing_and_what_was_delivered_is_noted_once(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    post(postmark_event(message.message_id, "Transient", ID=7))
    post(postmark_delivery(message.message_id))
    work_until_idle(after=timedelta(days=9))
    message.refresh_from_db()
    first = message.delivered_at
    post(postmark_delivery(message.message_id) + b" ")
    work_until_idle(after=timedelta(days=10))
    message.refresh_from_db()
    assert (message.state, message.delivered_at, len(postmark_there.known)) == ("sent", first, 1)
    assert first is not None
    assert (Failure.objects.get().is_waiting, Suppression.objects.count()) == (True, 0)


def test_a_complaint_is_counted_and_ends_what_is_not_about_orders(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    post(postmark_event(message.message_id, "SpamComplaint"))
    work_until_idle(after=timedelta(days=9))
    assert Suppression.objects.get().why == "complaint"
    counted = figures(days=30, now=utc_now() + timedelta(days=9))
    assert counted.total.complaints == 1


def test_what_is_forged_or_for_nobody_is_refused_and_not_stored(postmark_there: Books) -> None:
    body = postmark_event("x@tingyu.example")
    wrong = ["", "Basic", "Basic !", "Basic dHJhZGV3aW5kOg==", BASIC.replace("Basic", "Bearer"), f"{BASIC[:-4]}AAAA"]
    assert {post(body, authorization=one) for one in wrong} == {HTTPStatus.UNAUTHORIZED}
    # Brevo is not chosen, whatever it knows.
    assert post(brevo_event("x@tingyu.example"), door="/hooks/mail/brevo") == HTTPStatus.UNAUTHORIZED
    assert post(body, door="/hooks/mail/nobody") == HTTPStatus.NOT_FOUND
    assert InboxItem.objects.count() == 0


def test_what_nobody_knows_is_kept_and_changes_nothing(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    others = [
        postmark_event("nobody@tingyu.example", ID=1),
        postmark_event(message.message_id, to="other@example.com", ID=2),
        postmark_event(message.message_id, "Moonstruck", ID=3),
        json.dumps({"RecordType": "Open", "Metadata": {"letter0": message.message_id}}).encode(),
    ]
    assert {post(body) for body in others} == {HTTPStatus.OK}
    work_until_idle(after=timedelta(days=9))
    assert list(InboxItem.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "HardBounce: about no letter of ours",
        "HardBounce: about no letter of ours",
        "Moonstruck: nothing follows",
        "Open: nothing follows",
    ]
    assert post(b"[]") == HTTPStatus.OK
    work_until_idle(after=timedelta(days=9))
    assert InboxItem.objects.latest("pk").state == "stuck"
    assert (ReceivedMail.objects.count(), Suppression.objects.count()) == (0, 0)


def test_a_bounce_that_is_faster_than_our_own_note_waits_for_it(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    Message.objects.filter(pk=message.pk).update(state="planned", sent_at=None)
    post(postmark_event(message.message_id))
    work_until_idle(after=timedelta(days=9))
    assert InboxItem.objects.get().state == "waiting"

    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=now)
    work_until_idle(after=timedelta(days=10))
    message.refresh_from_db()
    assert (message.state, InboxItem.objects.get().state) == ("returned", "done")


def test_of_an_erased_letter_a_late_notice_tells_nothing(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    message = sent(now, work_until_idle)
    post(postmark_event(message.message_id))
    work_until_idle(after=timedelta(days=9))
    with transaction.atomic():
        erase_letters(1, ())
    mail = ReceivedMail.objects.get()
    assert (mail.sender, mail.subject, Suppression.objects.count()) == ("", "", 0)
    assert Failure.objects.get().recipient == ""

    post(postmark_event(message.message_id, "SpamComplaint"))
    work_until_idle(after=timedelta(days=10))
    assert (Suppression.objects.count(), ReceivedMail.objects.count()) == (0, 1)


def test_another_provider_carries_letters_and_tells_of_them_from_the_next_one_on(
    postmark_there: Books, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    choose("brevo", now)
    message = sent(now, work_until_idle)
    assert (message.state, postmark_there.known) == ("sent", {})
    assert post(postmark_event(message.message_id)) == HTTPStatus.UNAUTHORIZED
    assert post(brevo_event(message.message_id), door="/hooks/mail/brevo") == HTTPStatus.OK
    work_until_idle(after=timedelta(days=9))
    message.refresh_from_db()
    assert (message.state, Suppression.objects.get().status) == ("returned", "5.1.1")


def test_without_a_provider_letters_leave_through_the_mail_server(
    settings: Settings, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"
    forget()
    with mail_server() as running:
        server = SmtpTransport(read_server_address(running.url), own_name="shop.tingyu.example", longest=5)
        ports.fill(ProviderOrServer(server))
        message = sent(now, work_until_idle)
        server.close()
    ports.fill(None)
    assert (message.state, len(running.script.received)) == ("sent", 1)
