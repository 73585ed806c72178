"""A buyer whose link is lost, cut or old gets a new one, to the order's own address only."""

from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.storefront.reading import text_of
from tradewind.messaging.linking import MOST_LINKS, WITHIN, send_new_link
from tradewind.messaging.models import Message
from tradewind.orders.models import Order

PAGE = "/de/en/order-link/"


@pytest.fixture(autouse=True)
def sender(settings: Settings) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"


def test_the_page_of_a_wrong_link_leads_there(buyer: Client) -> None:
    answer = buyer.get("/de/en/order/mistyped/")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert f'href="{PAGE}"'.encode() in answer.content


def test_the_new_link_opens_the_order_and_goes_to_its_own_address(buyer: Client, order: Order) -> None:
    buyer.post(PAGE, {"order_ref": order.ref.lower(), "email": order.email.upper()})

    letter = Message.objects.get(moment="order_link")
    link = next(word for word in letter.text.split() if "/order/" in word)
    assert letter.recipient == order.email
    assert f"Bestellung {order.ref}" in text_of(buyer.get(urlsplit(link).path))


def test_the_answer_does_not_tell_whether_there_is_such_an_order(buyer: Client, order: Order) -> None:
    asked = [(order.ref, order.email), (order.ref, "other@example.com"), ("TW-NOTHERE2", order.email)]

    answers = [buyer.post(PAGE, {"order_ref": ref, "email": email}) for ref, email in asked]

    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert "a new link is on its way" in text_of(buyer.get(answers[0]["Location"]))
    assert Message.objects.filter(moment="order_link").count() == 1


def test_nobody_is_flooded_with_links(order: Order, now: datetime) -> None:
    sent = [send_new_link(ref=order.ref, email=order.email, at=now) is not None for _ in range(MOST_LINKS + 2)]

    later = send_new_link(ref=order.ref, email=order.email, at=now + WITHIN + timedelta(seconds=1))

    assert sent == [True] * MOST_LINKS + [False] * 2
    assert later is not None


def test_an_empty_field_is_said(buyer: Client) -> None:
    answer = buyer.post(PAGE, {"order_ref": "TW-1", "email": ""})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please fill in both fields." in text_of(answer)
