"""What buyers wrote, on the order's page: read in their words, answered, and marked by whom."""

import re
from datetime import datetime

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tradewind.core.models.staff import Role
from tradewind.messaging.models import BuyerMessage
from tradewind.messaging.receiving import Written, receive_message
from tradewind.orders.models import Order

WRITTEN = Written("goods", "Der Henkel <ist> ab.", "greta@example.com")


def write(order: Order, at: datetime, key: str = "k") -> BuyerMessage:
    return receive_message(WRITTEN, order_id=order.pk, key=key, language="de", at=at)


def words_of(client: Client, order: Order) -> str:
    main = client.get(f"/console/orders/{order.pk}").content.decode().split("<main")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_message_is_read_with_its_topic_language_and_time(console: Client, now: datetime) -> None:
    order = make_order()
    write(order, now)

    page = console.get(f"/console/orders/{order.pk}").content.decode()

    assert (
        "Something is wrong with the goods 2026-11-23 14:00 · 07:00 at the buyer's · Deutsch "
        "Der Henkel &lt;ist&gt; ab. Answer to greta@example.com Mark as answered"
    ) in words_of(console, order).replace("&#39;", "'")
    assert '<div class="letter" lang="de">Der Henkel' in page
    assert "The buyer wrote: Something is wrong with the goods" in words_of(console, order)


def test_today_leads_to_the_order_until_it_is_answered(console: Client, now: datetime) -> None:
    order = make_order()
    message = write(order, now)
    before = console.get("/console/").content.decode()

    answers = [
        console.post(f"/console/orders/{order.pk}/buyer-messages/{message.pk}/answer")["Location"] for _ in range(2)
    ]

    assert f'class="button primary" href="/console/orders/{order.pk}"' in before
    assert "A buyer wrote about an order." in before
    assert answers == [f"/console/orders/{order.pk}?done=answered", f"/console/orders/{order.pk}?done=gone"]
    assert "A buyer wrote about an order." not in console.get("/console/").content.decode()
    assert "· Ms Owner" in words_of(console, order).split("Answer to")[1]
    assert "Mark as answered" not in words_of(console, order)


def test_a_message_of_another_order_is_not_found(console: Client, now: datetime) -> None:
    message = write(make_order(1), now)
    other = make_order(2)

    assert console.post(f"/console/orders/{other.pk}/buyer-messages/{message.pk}/answer").status_code == 404


def test_who_may_not_read_messages_does_not_see_them_on_the_order(db: None, now: datetime) -> None:
    order = make_order()
    write(order, now)

    assert "Henkel" not in words_of(client_of(make_staff(Role.WAREHOUSE)), order)


def test_thirty_messages_take_no_more_statements_than_one(console: Client, now: datetime) -> None:
    order = make_order()

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            console.get(f"/console/orders/{order.pk}")
        return len(captured)

    write(order, now)
    statements()
    one = statements()
    message = BuyerMessage.objects.get()
    BuyerMessage.objects.bulk_create(
        BuyerMessage(
            order=order,
            key=f"n{number}",
            topic="other",
            text="x",
            reply_to=message.reply_to,
            language="de",
            received_at=now,
        )
        for number in range(29)
    )

    assert statements() == one
