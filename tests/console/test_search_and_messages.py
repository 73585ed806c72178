import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import AT, client_of, make_order, make_staff
from tests.shop import Shop
from tradewind.core.models.staff import Role
from tradewind.messaging.models import Message


def make_message(number: int, **fields: object) -> Message:
    values = {
        "message_id": f"{number}@shop.example",
        "moment": "order_confirmed",
        "language": "de",
        "subject_kind": "order",
        "subject_id": number,
        "sender": "shop@shop.example",
        "recipient": f"buyer{number}@example.com",
        "subject": f"Bestellung {number}",
        "text": "Guten Tag",
        "html": "<p>Guten Tag</p>",
        "state": "sent",
        "created_at": AT + timedelta(minutes=number),
        "sent_at": AT + timedelta(minutes=number),
    } | fields
    return Message.objects.create(**values)


def subjects(client: Client, query: str = "") -> list[str]:
    return re.findall(r"data-row[^>]*>([^<]+)<", client.get(f"/console/messages{query}").content.decode())


def test_one_box_finds_orders_buyers_and_products(console: Client, shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)))

    page = console.get("/console/search", {"q": "greta"}).content.decode()
    of_products = console.get("/console/search", {"q": "becher"}).content.decode()

    assert f"/console/orders/{placed.order.pk}" in page
    assert "/console/orders?buyer=" in page
    assert f"/console/products/{shop.product.pk}" in of_products


@pytest.mark.parametrize("text", ["", " ", "\0", "'\"()*:&|!", "x" * 5000, "没有"])
def test_whatever_is_typed_is_answered(text: str, console: Client) -> None:
    make_order()

    response = console.get("/console/search", {"q": text})

    assert (response.status_code, "data-row" in response.content.decode()) == (200, False)


def test_who_may_not_see_orders_finds_none(shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 1)))

    page = client_of(make_staff(Role.CONTENT)).get("/console/search", {"q": "greta"}).content.decode()

    assert "Nothing was found." in page


def test_messages_stand_newest_first_and_by_state(console: Client) -> None:
    make_message(1)
    make_message(2, state="failed", problem="550 unknown")
    make_message(3, state="uncertain")

    assert subjects(console) == ["Bestellung 3", "Bestellung 2", "Bestellung 1"]
    assert subjects(console, "?state=failed") == ["Bestellung 2"]
    assert subjects(console, "?state=lost") == ["Bestellung 3", "Bestellung 2", "Bestellung 1"]


def test_pages_of_messages_follow_one_another(console: Client) -> None:
    for number in range(53):
        make_message(number, created_at=AT)

    older = re.search(r'rel="next" href="([^"]+)"', console.get("/console/messages").content.decode())

    assert older is not None
    assert subjects(console, older[1].replace("&amp;", "&")) == ["Bestellung 2", "Bestellung 1", "Bestellung 0"]


def test_thirty_messages_take_no_more_statements_than_one(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_message(0)
    console.get("/console/messages")
    # session, staff, messages, numbers by state
    with django_assert_num_queries(4):
        console.get("/console/messages")
    for number in range(1, 30):
        make_message(number)
    with django_assert_num_queries(4):
        assert len(subjects(console)) == 30


def test_a_message_that_may_have_gone_out_twice_says_so(console: Client) -> None:
    message = make_message(1, state="uncertain")

    page = console.get(f"/console/messages/{message.pk}").content.decode()

    assert "sent it again with the same number" in page
