"""Writing to the shop from the order's page: once, readable again, and nothing promised that the shop did not say."""

from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client

from tests.console.making import make_staff
from tests.storefront.reading import form_of, text_of
from tradewind.messaging.models import BuyerMessage
from tradewind.messaging.receiving import MOST, mark_answered
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

WORDS = {"topic": "goods", "text": "The handle is off.\r\nWhat now? <b>"}


def test_a_message_is_taken_once_and_stands_on_the_order_s_page(buyer: Client, order: Order, page: str) -> None:
    form = form_of(buyer.get(f"{page}contact/"))

    answers = [buyer.post(f"{page}contact/", form | WORDS) for _ in range(2)]

    shown = buyer.get(page)
    assert [answer["Location"] for answer in answers] == [f"{page}#written"] * 2
    [message] = BuyerMessage.objects.all()
    assert (form["email"], message.reply_to) == ("", order.email)
    assert order.email not in shown.content.decode()
    assert (
        "Something is wrong with the goods Mon 23 Nov The handle is off. What now? <b> "
        "We have your message. The answer goes to g…@example.com."
    ) in text_of(shown)
    assert "What now? &lt;b&gt;" in shown.content.decode()


def test_the_answer_goes_where_the_buyer_wants_it(buyer: Client, page: str) -> None:
    form = form_of(buyer.get(f"{page}contact/"))

    buyer.post(f"{page}contact/", form | WORDS | {"email": "other@example.com"})

    assert BuyerMessage.objects.get().reply_to == "other@example.com"


def test_an_answered_message_says_when(buyer: Client, page: str, now: datetime) -> None:
    buyer.post(f"{page}contact/", form_of(buyer.get(f"{page}contact/")) | WORDS)
    mark_answered(BuyerMessage.objects.get(), by=make_staff(), at=now)

    assert "✓ Answered on Mon 23 Nov" in text_of(buyer.get(page))


def test_a_link_may_say_what_it_is_about(buyer: Client, page: str) -> None:
    assert form_of(buyer.get(f"{page}contact/?about=change"))["topic"] == "change"
    assert "topic" not in form_of(buyer.get(f"{page}contact/?about=nonsense"))


def test_what_is_missing_is_said_and_what_was_typed_is_kept(buyer: Client, page: str) -> None:
    form = form_of(buyer.get(f"{page}contact/"))

    answer = buyer.post(f"{page}contact/", form | {"topic": "", "text": "x" * 4001, "email": "nobody"})

    html = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ["Please choose what it is about." in html, "at most 4000 characters" in html] == [True, True]
    assert "x" * 4001 in html
    assert form_of(answer)["email"] == "nobody"
    assert BuyerMessage.objects.count() == 0


def test_too_many_messages_are_asked_to_wait_and_the_last_is_kept_in_the_form(buyer: Client, page: str) -> None:
    for number in range(MOST):
        buyer.post(f"{page}contact/", WORDS | {"key": f"k{number}", "email": "a@b.example"})

    answer = buyer.post(f"{page}contact/", WORDS | {"key": "more", "email": "a@b.example"})

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "You have written to us several times within an hour" in text_of(answer)
    assert "The handle is off." in text_of(answer)


@pytest.mark.parametrize("key", ["", "x" * 41])
def test_a_form_without_its_key_is_none_of_ours(buyer: Client, page: str, key: str) -> None:
    answer = buyer.post(f"{page}contact/", WORDS | {"key": key, "email": "a@b.example"})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("state", [OrderState.DISPATCHED, OrderState.CANCELLED])
def test_an_order_that_has_left_or_was_cancelled_can_still_be_written_about(
    buyer: Client, page: str, state: OrderState
) -> None:
    Order.objects.update(state=state)

    buyer.post(f"{page}contact/", form_of(buyer.get(f"{page}contact/")) | WORDS)

    assert BuyerMessage.objects.count() == 1
