"""What was said about an order, and figures of letters, as staff see them; and an address that is written to again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought
from tests.shipping.troubled import heard, sent
from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.conversation import conversation
from tradewind.messaging.figures import figures
from tradewind.messaging.letter_wishes import Wish, set_wish
from tradewind.messaging.models import BuyerMessage, Message, Suppression
from tradewind.messaging.received_models import ReceivedMail
from tradewind.messaging.suppressing import suppress
from tradewind.orders.noting import write_note
from tradewind.shipping.tracking_states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return client_of(make_staff(Role.OWNER))


def test_the_whole_conversation_of_machine_and_people_stands_in_its_order(shop: Shop, owner: Client) -> None:
    parcel = sent(shop)
    order = parcel.order
    set_wish(order_id=order.pk, wish=Wish("needed"), at=shop.at)
    heard(shop, parcel, 2, Status.CUSTOMS)
    run_until_idle(now=lambda: shop.at + timedelta(days=2))
    write_note(order_id=order.pk, key="k", text="Kunde rief an", by="staff:1", at=shop.at + timedelta(days=3))
    BuyerMessage.objects.create(
        order=order,
        key="k",
        topic="parcel",
        text="Wo bleibt es?",
        reply_to="greta@example.com",
        language="de",
        received_at=shop.at + timedelta(days=4),
    )
    letter = Message.objects.get(moment="order_dispatched")
    ReceivedMail.objects.create(
        fingerprint="f", outcome="bounce", subject="Undelivered", about=letter, received_at=shop.at + timedelta(days=5)
    )

    said = conversation(order.pk)
    page = owner.get(f"/console/orders/{order.pk}/conversation").content.decode()

    assert [each.sort for each in said] == ["message", "message", "news", "ordernote", "buyermessage", "receivedmail"]
    places = [
        page.index(words) for words in ("wants only what needs them", "Kunde rief an", "Wo bleibt es?", "Undelivered")
    ]
    assert places == sorted(places)


def test_a_long_conversation_takes_no_more_statements_than_a_short_one(shop: Shop, owner: Client) -> None:
    order = bought(shop, (shop.small, 1))
    write_note(order_id=order.pk, key="first", text="x", by="staff:1", at=shop.at)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            owner.get(f"/console/orders/{order.pk}/conversation")
        return len(seen)

    asked()
    few = asked()
    for number in range(30):
        write_note(order_id=order.pk, key=str(number), text="x", by="staff:1", at=shop.at)
    assert asked() == few


def letter(number: int, *, state: str, moment: str = "order_confirmed", language: str = "de", days: int = 1) -> Message:
    at = utc_now() - timedelta(days=days)
    return Message.objects.create(
        message_id=f"{number}@x",
        moment=moment,
        language=language,
        subject_kind="order",
        subject_id=number,
        sender="Tingyu <hello@tingyu.example>",
        recipient="a@example.com",
        created_at=at,
        state=state,
    )


def test_figures_count_what_left_failed_came_back_and_was_complained_about(owner: Client) -> None:
    letter(1, state="sent")
    letter(2, state="returned", language="ja")
    letter(3, state="failed")
    complained = letter(4, state="sent", moment="special_notice:7")
    letter(5, state="sent", days=10)
    letter(6, state="sent", days=40)
    ReceivedMail.objects.create(fingerprint="f", outcome="complaint", about=complained, received_at=utc_now())

    week, month = (figures(days=days, now=utc_now()) for days in (7, 30))

    assert (week.total.sent, month.total.sent) == (3, 4)
    assert (week.total.failed, week.total.returned, week.total.complaints) == (1, 1, 1)
    by_moment = {each.key: (each.sent, each.failed, each.returned, each.complaints) for each in week.moments}
    assert by_moment == {"order_confirmed": (2, 1, 1, 0), "special_notice": (1, 0, 0, 1)}
    assert {each.key: each.sent for each in week.languages} == {"de": 2, "ja": 1}
    assert [each.key for each in week.senders] == ["tingyu.example"]
    page = owner.get("/console/messages/figures?days=30").content.decode()
    assert "New dates after a special notice" in page
    assert "tingyu.example" in page


def test_figures_take_the_same_statements_for_few_letters_and_for_many() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            figures(days=30, now=utc_now())
        return len(seen)

    few = asked()
    for number in range(30):
        letter(number, state="sent", moment=f"special_notice:{number}")
    assert (few, asked()) == (2, 2)


def test_an_address_is_written_to_again_with_a_reason_that_stays_on_record(owner: Client) -> None:
    message = letter(1, state="failed")
    suppress("A@example.com", why=Suppression.Why.UNREACHABLE, status="5.1.1", at=utc_now())
    page = f"/console/messages/{message.pk}"
    assert "This address is not written to" in owner.get(page).content.decode()

    refused = owner.post(f"{page}/allowing", {"reason": ""})
    assert (refused.status_code, Suppression.objects.count()) == (422, 1)
    answer = owner.post(f"{page}/allowing", {"reason": "The mailbox is back"})

    assert (answer.status_code, Suppression.objects.count()) == (302, 0)
    entry = AuditEntry.objects.get(action="mail.allowed")
    assert entry.after == {"reason": "The mailbox is back"}
    assert entry.before[0]["why"] == "unreachable"
    assert "example.com" not in str(entry.before)
    assert owner.post(f"{page}/allowing", {"reason": "again"}).status_code == 409
    assert AuditEntry.objects.filter(action="mail.allowed").count() == 1
