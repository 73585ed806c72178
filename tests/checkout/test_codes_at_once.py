"""Two buyers at the same moment, and a code of which one use is left. A crowd of them, and the control that sells too many:
tests/load/test_last_use_of_a_code.py.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import sleep
from typing import Final

import pytest
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.shop import HAMBURG, Shop, open_shop
from tradewind.checkout.codes import USED_UP, NewCode, make_code
from tradewind.checkout.models import Cart, CodeUse, DiscountCode
from tradewind.checkout.placing import Agreement, Placed, QuoteGotWorse, place_order
from tradewind.core.accounts import own_shop
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS: Final = ("greta@example.com", "hinnerk@example.com")
SLOW: Final = 0.5


def _one_use_left(shop: Shop) -> DiscountCode:
    new = NewCode(
        "LAST",
        DiscountCode.Occasion.EVENT,
        DiscountCode.Gives.PERCENT,
        starts_at=shop.at,
        percent=10,
        most_uses=1,
        is_once_per_buyer=False,
    )
    return make_code(new, by="staff:1", at=shop.at)


def _buyers(shop: Shop) -> list[Callable[[], Placed]]:
    """Each with a cart of their own, and has seen what the code takes off. Nothing but the code is wanted by both: goods
    are different, and the first order of a shop, which makes its account, was long ago.
    """
    own_shop(at=shop.at)
    carts = [shop.cart((variant, 1)) for variant in (shop.small, shop.large)]
    agreed = [shop.agree(cart, code="LAST") for cart in carts]

    def order(cart: Cart, agreed: Agreement, email: str) -> Placed:
        return place_order(
            cart_key=cart.key,
            market=shop.market(),
            language="de",
            details=replace(HAMBURG, email=email),
            agreed=agreed,
            at=shop.at,
        )

    return [lambda each=each: order(*each) for each in zip(carts, agreed, BUYERS, strict=True)]


def _is_told_used_up(answer: object) -> bool:
    return isinstance(answer, QuoteGotWorse) and answer.summary.code.problem == USED_UP


def test_of_two_who_order_at_once_one_has_the_last_use_and_the_other_is_asked(now: datetime) -> None:
    shop = open_shop(now)
    _one_use_left(shop)

    answers = at_the_same_time(*_buyers(shop))

    assert sorted(map(_is_told_used_up, answers)) == [False, True]
    assert [isinstance(answer, Placed) for answer in answers].count(True) == 1
    assert CodeUse.objects.count() == Order.objects.count() == 1


def test_who_orders_while_the_last_use_is_being_taken_waits_and_is_asked(now: datetime) -> None:
    """The moment that matters: the first order has counted the code and has not been committed."""
    shop = open_shop(now)
    _one_use_left(shop)
    first, second = _buyers(shop)
    is_counted = threading.Event()

    def take_and_linger() -> None:
        with transaction.atomic():
            first()
            is_counted.set()
            sleep(SLOW)

    def follow() -> Placed:
        assert is_counted.wait(10)
        return second()

    told, answer = at_the_same_time(take_and_linger, follow)

    assert (told, _is_told_used_up(answer)) == (None, True)
    assert CodeUse.objects.count() == Order.objects.count() == 1
