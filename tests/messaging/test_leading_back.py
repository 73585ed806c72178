"""Letters leave from an address of their own and are answered to one of their order's: what comes to either is known by it alone."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.messaging.mail_server import Running
from tests.shop import Shop
from tradewind.aftersales.models import Withdrawal
from tradewind.connectors.smtp.connection import SMTP
from tradewind.core import panels
from tradewind.core.links import make_link
from tradewind.core.models import SettingValue, SignedLink, Todo
from tradewind.messaging.coming_back import meant_by
from tradewind.messaging.erasing import erase_letters
from tradewind.messaging.incoming.mail import Outcome
from tradewind.messaging.models import BuyerMessage, Failure, Message, ReceivedMail, Suppression
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.receiving import MOST
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.taking_in import take_in
from tradewind.orders.models import AddressChange, Order, OrderChange

pytestmark = pytest.mark.django_db
WorkUntilIdle = Callable[..., int]
GRETA = "Greta@example.com"
PLUS = {"comes_back": "plus", "comes_back_to": "hello@tingyu.example"}
CATCH_ALL = {"comes_back": "catch_all", "comes_back_to": "mail.tingyu.example"}


def set_up(values: dict[str, str], at: datetime) -> None:
    SettingValue.objects.update_or_create(key=SMTP.kind, defaults={"value": {"values": values}, "changed_at": at})
    assert panels.read("mail")["comes_back"] == values["comes_back"]


@pytest.fixture
def order(shop: Shop, work_until_idle: WorkUntilIdle, server: Running) -> Order:
    placed = shop.place(shop.cart((shop.small, 1))).order
    work_until_idle()
    server.script.received.clear()
    server.script.senders.clear()
    return placed


@pytest.fixture
def letter(order: Order, server: Running, now: datetime, work_until_idle: WorkUntilIdle) -> Message:
    """About the order, sent with addresses of its own."""
    set_up(PLUS, now)
    return send(order, now, work_until_idle)


def send(order: Order, now: datetime, work: WorkUntilIdle, *, about: str = "order", number: int = 0) -> Message:
    with transaction.atomic():
        message = plan_message(
            moment="test",
            subject=(about, number or order.pk),
            to=Addressee(GRETA, "de"),
            content=Rendered("Ihre Bestellung", "Danke.", "<p>Danke.</p>"),
            at=now,
        )
    work()
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    return message


def from_of(server: Running) -> str:
    """The envelope's sender of the last letter."""
    address = server.script.senders[-1]
    assert address is not None
    return address


def reply_to(server: Running) -> str:
    (address,) = server.script.mails[-1]["Reply-To"].addresses
    return str(address.addr_spec)


def bare_bounce(to: str, *, says: str = "550 5.1.1 user unknown", number: int = 1) -> bytes:
    """It quotes nothing, and names nobody but whom it comes to."""
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: <bounce-{number}@mx.example>\n\nYour message could not be delivered.\n{says}\n"
    ).encode()


def answer(to: str, *, by: str = "greta.private@example.org", words: str = "Wo bleibt es?", number: int = 1) -> bytes:
    """Whose subject and references are gone."""
    return f"From: Greta <{by}>\nTo: {to}\nMessage-ID: <answer-{number}@example.org>\n\n{words}\n".encode()


def test_until_it_is_set_up_letters_leave_and_are_answered_as_before(
    order: Order, server: Running, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    send(order, now, work_until_idle)
    assert from_of(server) == "hello@tingyu.example"
    assert "+" not in str(server.script.mails[-1]["Reply-To"])


@pytest.mark.parametrize(
    ("values", "form"),
    [(PLUS, r"hello\+b-[a-z2-7]{26}@tingyu\.example"), (CATCH_ALL, r"b-[a-z2-7]{26}@mail\.tingyu\.example")],
)
def test_a_bounce_that_quotes_nothing_is_known_by_the_address_that_it_comes_to(
    order: Order, server: Running, now: datetime, work_until_idle: WorkUntilIdle, values: dict[str, str], form: str
) -> None:
    set_up(values, now)
    message = send(order, now, work_until_idle)
    address = from_of(server)
    assert re.fullmatch(form, address)
    # The buyer sees the shop's name and address, and no other.
    assert server.script.mails[-1]["From"].addresses[0].addr_spec == "hello@tingyu.example"

    taken = take_in(bare_bounce(address.upper()), at=now)  # some mail servers change the case of letters

    message.refresh_from_db()
    assert (taken.outcome, taken.row.about, message.state) == ("bounce", message, Message.State.RETURNED)
    assert [(row.recipient, row.kind, row.status) for row in Failure.objects.all()] == [
        ("greta@example.com", "hard", "5.1.1")
    ]
    assert [row.address for row in Suppression.objects.all()] == ["greta@example.com"]
    assert Todo.objects.get(kind="message.returned").facts["order_id"] == order.pk
    assert not Todo.objects.filter(kind="mail.look").exists()


def test_the_same_bounce_to_the_mailbox_itself_counts_against_nobody(letter: Message, now: datetime) -> None:
    """The control."""
    take_in(bare_bounce("hello@tingyu.example"), at=now)
    letter.refresh_from_db()
    assert (letter.state, Suppression.objects.count()) == (Message.State.SENT, 0)
    assert Todo.objects.filter(kind="mail.look").exists()


def test_a_bounce_of_no_known_form_counts_where_it_comes_to_the_letters_own_address(
    letter: Message, server: Running, now: datetime
) -> None:
    raw = f"From: robot@example.com\nTo: {from_of(server)}\nSubject: Delivery failed\n\nThe recipient was rejected.\n"
    taken = take_in(raw.encode(), at=now)
    assert (taken.outcome, Failure.objects.get().address) == ("bounce", "greta@example.com")


def test_who_is_away_is_no_bounce_though_it_comes_to_the_same_address(
    letter: Message, server: Running, now: datetime
) -> None:
    raw = f"From: {GRETA}\nTo: {from_of(server)}\nAuto-Submitted: auto-replied\nSubject: Abwesend\n\nIch bin verreist."
    assert take_in(raw.encode(), at=now).outcome == "auto_reply"
    letter.refresh_from_db()
    assert (letter.state, Failure.objects.count(), BuyerMessage.objects.count()) == (Message.State.SENT, 0, 0)


def test_an_answer_stands_with_its_order_though_subject_and_references_are_gone(
    letter: Message, order: Order, server: Running, now: datetime
) -> None:
    address = reply_to(server)
    assert address.startswith("hello+o-")
    assert str(server.script.mails[-1]["Reply-To"].addresses[0].display_name) == str(
        server.script.mails[-1]["From"].addresses[0].display_name
    )
    taken = take_in(answer(address), at=now)
    take_in(answer(address), at=now)

    written = BuyerMessage.objects.get()
    assert (written.order, written.text, written.reply_to) == (order, "Wo bleibt es?", "greta.private@example.org")
    assert (taken.outcome, taken.row.about) == ("message", letter)
    assert [
        (todo.kind, todo.subject_id) for todo in Todo.objects.filter(kind__in=["order.buyer_wrote", "mail.look"])
    ] == [("order.buyer_wrote", order.pk)]


def test_a_letter_about_what_happened_to_an_order_is_answered_to_the_order(
    order: Order, server: Running, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    set_up(PLUS, now)
    make_link("order.view", subject=("order", order.pk), at=now)
    rows = {
        "address_change": AddressChange.objects.create(order=order, key="k", digest="d", asked_at=now),
        "order_change": OrderChange.objects.create(order=order, kind="reduced", by="staff:1", made_at=now),
        "withdrawal": Withdrawal.objects.create(order=order, key="k", market="de", language="de", declared_at=now),
        "order_link": SignedLink.objects.latest("pk"),
    }
    for about, row in rows.items():
        send(order, now, work_until_idle, about=about, number=row.pk)
        assert (about, meant_by([reply_to(server)]).order_id) == (about, order.pk)


def test_a_letter_about_no_order_is_answered_to_the_shop(
    order: Order, server: Running, now: datetime, work_until_idle: WorkUntilIdle
) -> None:
    set_up(PLUS, now)
    send(order, now, work_until_idle, about="quotation_version")
    assert "+" not in str(server.script.mails[-1]["Reply-To"])
    assert from_of(server).startswith("hello+b-")


def test_what_is_forged_or_changed_leads_nowhere_and_is_matched_as_before(
    letter: Message, order: Order, server: Running, now: datetime
) -> None:
    local, _, domain = reply_to(server).partition("@")
    bounces = from_of(server)
    kind, sealed = local[:-26], local[-26:]
    other = "a" if sealed[0] != "a" else "b"
    forged = [
        f"{kind}{other}{sealed[1:]}@{domain}",
        f"{kind.replace('o-', 'b-')}{sealed}@{domain}",
        f"{kind}{'a' * 26}@{domain}",
        f"{kind}{order.pk}@{domain}",
        f"{kind}{sealed}x@{domain}",
        bounces.replace("b-", "o-"),
    ]
    assert [meant_by([address]) for address in forged] == [meant_by([])] * len(forged)
    for number, address in enumerate(forged):
        take_in(answer(address, number=number), at=now)
        take_in(bare_bounce(address, number=number), at=now)
    named = answer(forged[0], number=99).replace(b"\n\n", f"\nIn-Reply-To: <{letter.message_id}>\n\n".encode(), 1)
    assert take_in(named, at=now).row.about == letter
    assert (BuyerMessage.objects.count(), Suppression.objects.count()) == (0, 0)
    assert ReceivedMail.objects.filter(about=None).count() == 2 * len(forged)


def test_another_installations_addresses_lead_nowhere(
    letter: Message, server: Running, now: datetime, settings: Settings
) -> None:
    address = reply_to(server)
    settings.SECRET_KEY = "another"
    take_in(answer(address), at=now)
    assert (BuyerMessage.objects.count(), Todo.objects.filter(kind="mail.look").count()) == (0, 1)


def test_addresses_that_were_given_out_lead_back_when_it_is_switched_off_again(
    letter: Message, order: Order, server: Running, now: datetime
) -> None:
    set_up({"comes_back": "off"}, now)
    take_in(answer(reply_to(server)), at=now)
    assert BuyerMessage.objects.get().order == order


def test_a_report_to_an_orders_address_counts_only_where_it_names_a_letter(
    letter: Message, server: Running, now: datetime
) -> None:
    """A buyer may hand on the order's address; nobody may end our mail to them with it."""
    address = reply_to(server)
    take_in(bare_bounce(address, says=f"550 5.1.1 <{GRETA}> user unknown"), at=now)
    spam = (
        f"From: fbl@mail.example\nTo: {address}\nSubject: Spam report\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=q\n\n--q\n\nA report.\n--q\n"
        f"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: {GRETA}\n\n--q--\n"
    )
    assert take_in(spam.encode(), at=now).read.outcome is Outcome.COMPLAINT
    letter.refresh_from_db()
    assert (letter.state, Suppression.objects.count(), BuyerMessage.objects.count()) == (Message.State.SENT, 0, 0)


@pytest.mark.parametrize("case", ["erased", "our own", "nobody", "one too many"])
def test_what_cannot_stand_with_its_order_is_put_before_a_person(
    letter: Message, order: Order, server: Running, now: datetime, case: str
) -> None:
    address, by = reply_to(server), "greta@example.com"
    if case == "erased":
        Order.objects.filter(pk=order.pk).update(erased_at=now)
    for number in range(MOST if case == "one too many" else 0):
        take_in(answer(address, number=number, words=f"{number}"), at=now)
    before = BuyerMessage.objects.count()
    raw = answer(address, by={"our own": "hello@tingyu.example", "nobody": ""}.get(case, by), number=50)
    take_in(raw, at=now)
    assert (BuyerMessage.objects.count(), Todo.objects.filter(kind="mail.look").count()) == (before, 1)


def test_what_databases_cannot_hold_is_left_out_of_an_answer(letter: Message, server: Running, now: datetime) -> None:
    take_in(answer(reply_to(server), words="a\0b" + "x" * 5000), at=now)
    assert len(BuyerMessage.objects.get().text) in {3999, 4000}


def test_an_answer_goes_with_its_order_when_the_buyers_data_are_erased(
    letter: Message, order: Order, server: Running, now: datetime
) -> None:
    """Also one from a mailbox that we never wrote to."""
    take_in(answer(reply_to(server)), at=now)
    with transaction.atomic():
        erase_letters(order.pk, ())
    assert [(row.sender, row.is_erased) for row in ReceivedMail.objects.all()] == [("", True)]
    assert [(row.text, row.reply_to) for row in BuyerMessage.objects.all()] == [("", "")]
