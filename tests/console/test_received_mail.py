"""The page of what came in by mail: what it was taken for, what it says, and the mail itself as a file."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import AT, client_of, make_order, make_staff
from tradewind.connectors.smtp.connection import SMTP
from tradewind.core import todos
from tradewind.core.models import SettingValue
from tradewind.core.models.staff import Role
from tradewind.messaging.coming_back import ways_back
from tradewind.messaging.models import ReceivedMail
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.taking_in import take_in

BOUNCE = Path(__file__).parent.parent / "messaging" / "bounces" / "samples" / "lhost-gmail-01.eml"
SCRIPT = b"From: Eve <eve@example.com>\nSubject: <b>Hi</b>\nContent-Type: text/html\n\n<script>alert(1)</script><p>Where is my parcel?</p>"


def test_what_came_in_stands_newest_first_with_what_it_says(console: Client) -> None:
    bounce = take_in(BOUNCE.read_bytes(), at=AT).row
    written = take_in(SCRIPT, at=AT).row

    listing = console.get("/console/received-mails").content.decode()
    only_bounces = console.get("/console/received-mails?outcome=bounce").content.decode()
    failed = console.get(f"/console/received-mails/{bounce.pk}").content.decode()
    page = console.get(f"/console/received-mails/{written.pk}").content.decode()
    raw = console.get(f"/console/received-mails/{written.pk}/raw")
    today = console.get("/console/").content.decode()

    assert 0 < listing.index("&lt;b&gt;Hi&lt;/b&gt;") < listing.index("Delivery Status Notification")
    assert ("eve@example.com" in only_bounces, "mailer-daemon@googlemail.com" in only_bounces) == (False, True)
    assert ("userunknown@example.jp" in failed, "It will never arrive there" in failed) == (True, True)
    assert ("Where is my parcel?" in page, "alert(1)" in page) == (True, False)
    assert (raw.content, raw["Content-Type"]) == (SCRIPT, "application/octet-stream")
    assert raw["Content-Disposition"].startswith("attachment")
    assert '/console/received-mails"' in today


def test_an_answer_stands_on_the_page_of_its_order_with_the_whole_mail(console: Client) -> None:
    order = make_order(1)
    with transaction.atomic():
        letter = plan_message(
            moment="test",
            subject=("order", order.pk),
            to=Addressee(order.email, "de"),
            content=Rendered("Ihre Bestellung", "Danke.", "<p>Danke.</p>"),
            at=AT,
        )
    assert "Mail that came in about it" not in console.get(f"/console/orders/{order.pk}").content.decode()
    SettingValue.objects.create(
        key=SMTP.kind,
        value={"values": {"comes_back": "catch_all", "comes_back_to": "mail.tingyu.example"}},
        changed_at=AT,
    )
    mail = take_in(SCRIPT.replace(b"\n", f"\nTo: {ways_back(letter).reply_to}\n".encode(), 1), at=AT).row

    page = console.get(f"/console/orders/{order.pk}").content.decode()
    assert "Where is my parcel?" in page.partition("What the buyer wrote")[2]
    listed = page.partition("Mail that came in about it")[2]
    assert f'href="/console/received-mails/{mail.pk}">&lt;b&gt;Hi&lt;/b&gt;</a>' in listed
    assert "eve@example.com" in listed


def test_thirty_mails_take_no_more_statements_than_one(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take_in(SCRIPT, at=AT)
    console.get("/console/received-mails")
    # session, staff, mails, numbers by outcome
    with django_assert_num_queries(4):
        console.get("/console/received-mails")
    for _ in range(29):
        take_in(SCRIPT, at=AT)
    with django_assert_num_queries(4):
        assert console.get("/console/received-mails").content.decode().count("data-row") == 30


@pytest.mark.django_db
def test_who_may_not_read_messages_reads_no_mail() -> None:
    mail = take_in(SCRIPT, at=AT).row

    addresses = ["received-mails", f"received-mails/{mail.pk}", f"received-mails/{mail.pk}/raw"]
    client = client_of(make_staff(Role.CONTENT))

    assert [client.get(f"/console/{address}").status_code for address in addresses] == [403] * 3
    assert (ReceivedMail.objects.count(), todos.Todo.objects.count()) == (1, 1)
