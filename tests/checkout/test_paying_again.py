"""Paying for what still waits for its money: one attempt per method, over what is still due, and nothing once it is paid."""

from datetime import datetime, timedelta

import pytest

from tests.at_once import succeed_at_once
from tests.shop import Shop, move_money, open_shop
from tradewind.checkout.paying_again import pay_again
from tradewind.checkout.promising import promise_after_payment
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order
from tradewind.payments.methods import MethodNotOffered
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import intents_for
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place(shop.cart((shop.small, 2))).order


def again(shop: Shop, order: Order, method: str = "card") -> PaymentIntent | None:
    return pay_again(order_id=order.pk, market_id=shop.de.pk, method=method, language="de", at=shop.at)


def test_an_attempt_that_is_still_open_is_taken_up(shop: Shop, order: Order) -> None:
    assert again(shop, order) == intents_for("order", order.pk).get()


def test_a_declined_attempt_is_followed_by_a_new_one_over_the_same_amount(shop: Shop, order: Order) -> None:
    PaymentIntent.objects.update(state=PaymentIntent.State.DECLINED)

    intent = again(shop, order)

    assert intent is not None
    assert (intent.due.amount, intents_for("order", order.pk).count()) == (2690, 2)


def test_another_method_asks_only_for_what_has_not_come_yet(shop: Shop, order: Order) -> None:
    move_money(order, 1000, shop.at)

    intent = again(shop, order, "bank_transfer")

    assert intent is not None
    assert (intent.method, intent.due.amount) == ("bank_transfer", 1690)


def test_with_a_method_whose_money_takes_days_the_dates_begin_when_it_is_here(shop: Shop, order: Order) -> None:
    promises = Promise.objects.filter(subject_kind="order", subject_id=order.pk)
    assert set(promises.values_list("state", flat=True)) == {"made"}

    again(shop, order)
    assert set(promises.values_list("state", flat=True)) == {"made"}, "the same method is tried again"
    again(shop, order, "bank_transfer")

    assert set(promises.values_list("state", "is_owed")) == {("released", False)}
    note_broken(shop.at + timedelta(days=30))
    assert not promises.filter(state="broken").exists()
    paid_at = shop.at + timedelta(days=3)
    promise_after_payment(order, at=paid_at)
    assert [(each.kind, each.made_at) for each in promises.filter(state="made").order_by("pk")] == [
        ("dispatch", paid_at),
        ("delivery", paid_at),
    ]


def test_nothing_is_asked_for_an_order_that_is_paid_or_cancelled(shop: Shop, order: Order) -> None:
    other = shop.place(shop.cart((shop.small, 1))).order
    cancel_order(order=other, by="buyer", reason=BUYER_ASKED, at=shop.at)
    move_money(order, order.total, shop.at)

    assert (again(shop, order), again(shop, other)) == (None, None)


def test_a_method_that_the_market_does_not_offer_is_refused(shop: Shop, order: Order) -> None:
    with pytest.raises(MethodNotOffered):
        again(shop, order, "barter")


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_are_one_attempt(now: datetime) -> None:
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order
    PaymentIntent.objects.update(state=PaymentIntent.State.DECLINED)

    assert succeed_at_once(*[lambda: again(shop, order)] * 6) == 6

    assert intents_for("order", order.pk).count() == 2
