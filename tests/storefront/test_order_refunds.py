"""A cancelled order's page says what becomes of the money."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.shop import Shop, move_money
from tests.storefront.reading import text_of
from tradewind.core.links import make_link
from tradewind.lib.money import Money
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.refunding import plan_refund

NOTHING_MORE = "As it was ordered. Nothing of this is to be paid any more."


def cancelled(shop: Shop, *, method: str = "card", paid: int = 2690) -> Order:
    order = shop.place(shop.cart((shop.small, 2)), method=method).order
    if paid:
        move_money(order, paid, shop.at)
    cancel_order(order=order, by="buyer", reason="buyer_asked", at=shop.at)
    return order


def give_back(order: Order, at: datetime) -> Refund:
    intent = PaymentIntent.objects.get(subject_id=order.pk)
    return plan_refund(intent=intent, amount=Money(2690, "EUR"), reason="order.cancelled", at=at, by="system")


def words_on(buyer: Client, order: Order, at: datetime, language: str = "en") -> str:
    token = make_link("order.view", subject=("order", order.pk), at=at)
    return text_of(buyer.get(f"/de/{language}/order/{token}/"))


def test_before_anything_is_set_going_it_says_what_goes_back(buyer: Client, shop: Shop) -> None:
    words = words_on(buyer, cancelled(shop), shop.at)

    assert "Your money €26.90 goes back to you: card." in words
    assert NOTHING_MORE in words


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            Refund.State.PLANNED,
            "€26.90 is on its way back to you since November 23, 2026: card. Your bank may need some days to show it.",
        ),
        (
            Refund.State.CONFIRMED,
            "€26.90 went back to you on November 24, 2026: card. Your bank may need some days to show it.",
        ),
        (
            Refund.State.FAILED,
            "€26.90 could not go back by itself: card. One of us sees to it, and you need do nothing.",
        ),
    ],
)
def test_it_says_since_when_and_which_way(buyer: Client, shop: Shop, state: str, said: str) -> None:
    order = cancelled(shop)
    refund = give_back(order, shop.at)
    refund.state = state
    refund.confirmed_at = shop.at + timedelta(days=1) if state == Refund.State.CONFIRMED else None
    refund.save()

    words = words_on(buyer, order, shop.at)

    assert f"Your money {said}" in words
    assert "goes back to you: card." not in words


def test_a_transfer_goes_back_by_a_day_and_says_so_when_it_is_late(buyer: Client, shop: Shop) -> None:
    order = cancelled(shop, method="bank_transfer")
    give_back(order, shop.at)

    in_time = words_on(buyer, order, shop.at)
    with time_machine.travel(shop.at + timedelta(days=3), tick=False):
        late = words_on(buyer, order, shop.at)

    assert "We transfer €26.90 back to you by November 25, 2026, to the account from which it came." in in_time
    assert "We should have transferred €26.90 back to you by November 25, 2026." in late


def test_without_a_payment_nothing_goes_back_and_nothing_is_owed(buyer: Client, shop: Shop) -> None:
    words = words_on(buyer, cancelled(shop, paid=0), shop.at)

    assert "Your money You owe nothing." in words


def test_an_order_that_stands_says_nothing_of_refunds(buyer: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 2))).order
    move_money(order, 2690, shop.at)

    words = words_on(buyer, order, shop.at)

    assert ("Your money" in words, NOTHING_MORE in words) == (False, False)


def test_what_staff_gave_back_of_an_order_that_stands_is_said_too(buyer: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 2))).order
    intent = move_money(order, 2690, shop.at)
    plan_refund(intent=intent, amount=Money(500, "EUR"), reason="by_staff", at=shop.at, by="system")

    assert "Your money €5.00 is on its way back to you since November 23, 2026: card." in words_on(
        buyer, order, shop.at
    )
