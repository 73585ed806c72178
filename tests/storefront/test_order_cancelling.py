"""A buyer cancels before the parcel leaves: asked once more, done once, and never after the parcel was faster."""

import threading
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client

from tests.at_once import succeed_at_once
from tests.shop import open_shop
from tests.storefront.reading import text_of
from tradewind.core.links import make_link
from tradewind.core.models import FactRecord
from tradewind.orders.cancelling import BUYER_ASKED, BUYER_OTHER, cancel_order, erase_words
from tradewind.orders.models import Cancellation, Order
from tradewind.orders.moving import move
from tradewind.orders.states import MoveNotAllowed, OrderState


def page_of(order: Order, at: datetime) -> str:
    return f"/de/en/order/{make_link('order.view', subject=('order', order.pk), at=at)}/"


def cancellations() -> int:
    return FactRecord.objects.filter(name="orders.cancelled").count()


def test_the_order_page_leads_to_a_page_that_asks_once_more(buyer: Client, order: Order, now: datetime) -> None:
    page = page_of(order, now)

    assert "Cancel the order" in text_of(buyer.get(page))
    assert f"Cancel order {order.ref}?" in text_of(buyer.get(f"{page}cancellation/"))
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


def test_two_clicks_cancel_once(buyer: Client, order: Order, now: datetime) -> None:
    page = page_of(order, now)

    answers = [buyer.post(f"{page}cancellation/") for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(HTTPStatus.SEE_OTHER, page)] * 2
    assert "This order was cancelled" in text_of(buyer.get(page))
    assert cancellations() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, ("buyer_asked", "")),
        ({"reason": "too_slow", "words": ""}, ("too_slow", "")),
        ({"reason": "buyer_other", "words": "Ich ziehe um"}, ("buyer_other", "Ich ziehe um")),
        ({"words": "Ich ziehe um"}, ("buyer_other", "Ich ziehe um")),
    ],
)
def test_a_reason_is_kept_where_one_was_given_and_the_fact_has_its_code_alone(
    buyer: Client, order: Order, now: datetime, sent: dict[str, str], kept: tuple[str, str]
) -> None:
    buyer.post(f"{page_of(order, now)}cancellation/", sent)

    cancellation = Cancellation.objects.get(order=order)
    assert (cancellation.reason, cancellation.words) == kept
    assert FactRecord.objects.get(name="orders.cancelled").data == {
        "order_id": order.pk,
        "buyer_id": order.buyer_id,
        "reason": kept[0],
    }


@pytest.mark.parametrize("reason", ["no_stock", "suspicious", "anything"])
def test_a_reason_that_is_not_the_buyer_s_to_give_cancels_nothing(
    buyer: Client, order: Order, now: datetime, reason: str
) -> None:
    answer = buyer.post(f"{page_of(order, now)}cancellation/", {"reason": reason})

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (HTTPStatus.BAD_REQUEST, OrderState.AWAITING_PAYMENT)


def test_erasing_a_buyer_empties_the_words_and_keeps_the_code(order: Order, now: datetime) -> None:
    cancel_order(order=order, by="buyer", reason=BUYER_OTHER, words="Ich ziehe um", at=now)
    assert order.buyer_id is not None

    assert [erase_words(buyer_id=order.buyer_id) for _ in range(2)] == [1, 0]
    assert Cancellation.objects.values_list("reason", "words").get() == (BUYER_OTHER, "")


def test_what_is_on_its_way_is_not_cancelled_and_says_so(buyer: Client, order: Order, now: datetime) -> None:
    page = page_of(order, now)
    Order.objects.update(state=OrderState.DISPATCHED)

    answer, shown, asked = buyer.post(f"{page}cancellation/"), buyer.get(page), buyer.get(f"{page}cancellation/")

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "The order is on its way already" in text_of(answer)
    assert "Cancel the order" not in text_of(shown)
    assert (asked.status_code, asked["Location"]) == (HTTPStatus.FOUND, page)
    assert cancellations() == 0


def test_a_wrong_link_cancels_nothing(buyer: Client, order: Order) -> None:
    answer = buyer.post("/de/en/order/mistyped/cancellation/")

    order.refresh_from_db()
    assert (answer.status_code, order.state) == (HTTPStatus.NOT_FOUND, OrderState.AWAITING_PAYMENT)


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_dispatched_at_the_same_moment_only_one_happens(now: datetime) -> None:
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.update(state=OrderState.PAID)

    def cancel() -> None:
        cancel_order(order=Order.objects.get(pk=order.pk), by="buyer", reason=BUYER_ASKED, at=now)

    def dispatch() -> None:
        with transaction.atomic():
            move(Order.objects.get(pk=order.pk), OrderState.DISPATCHED)

    assert succeed_at_once(cancel, cancel, dispatch, cancel, refusals=(MoveNotAllowed,)) == 1
    order.refresh_from_db()
    assert cancellations() == (1 if order.state == OrderState.CANCELLED else 0)


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_does_both(now: datetime) -> None:
    """The control: without the condition in the UPDATE, an order is cancelled and sent."""
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.update(state=OrderState.PAID)
    both_have_looked = threading.Barrier(2)

    def careless(state: OrderState) -> Callable[[], None]:
        def act() -> None:
            found = Order.objects.get(pk=order.pk)
            both_have_looked.wait()
            if found.state != OrderState.PAID:
                raise MoveNotAllowed(order.pk, found.state, state)
            with transaction.atomic():
                Order.objects.filter(pk=order.pk).update(state=state)

        return act

    assert succeed_at_once(careless(OrderState.CANCELLED), careless(OrderState.DISPATCHED)) == 2
