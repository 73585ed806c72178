"""More buyers than uses of a discount code, at the same moment: never one use too many, and never one too few."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pytest
from django.db import transaction

from tests.load.crowd import let_loose
from tests.shop import Shop, open_shop
from tradewind.checkout.codes import USED_BEFORE, USED_UP, NewCode, make_code
from tradewind.checkout.models import CodeUse, DiscountCode
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.orders.models import Order

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

BUYERS: Final = 32
USES: Final = 5


def test_a_crowd_uses_a_code_as_often_as_it_was_meant_to_be_used(now: datetime) -> None:
    shop = open_shop(now, stock=2 * BUYERS)
    _offer(shop)

    answers = _buy_at_once(shop)

    assert sorted(answers) == ["got"] * USES + [USED_UP] * (BUYERS - USES)
    assert CodeUse.objects.count() == Order.objects.filter(discount__lt=0).count() == Order.objects.count() == USES


def test_one_buyer_who_orders_many_times_at_once_uses_their_own_code_once(now: datetime) -> None:
    shop = open_shop(now, stock=2 * BUYERS)
    _offer(shop, most_uses=None, is_once_per_buyer=True, email="greta@example.com")

    answers = _buy_at_once(shop)

    assert sorted(answers) == sorted(["got"] + [USED_BEFORE] * (BUYERS - 1))
    assert CodeUse.objects.count() == Order.objects.count() == 1


def test_without_holding_the_code_one_buyer_uses_it_more_than_once(now: datetime) -> None:
    """The control for one buyer: each order looks whether they used it before, decides, and writes."""
    shop = open_shop(now)
    code = _offer(shop, most_uses=None, is_once_per_buyer=True)

    def use(number: int, meet: Callable[[], object]) -> str:
        is_used = CodeUse.objects.filter(code=code, buyer_id=1, given_back_at=None).exists()
        meet()
        if is_used:
            return USED_BEFORE
        with transaction.atomic():
            CodeUse.objects.create(code=code, order_id=number, buyer_id=1, amount=1, currency="EUR", used_at=shop.at)
        return "got"

    assert let_loose(BUYERS, use, processes=4).count("got") > 1


def test_without_holding_the_code_the_same_crowd_uses_it_too_often(now: datetime) -> None:
    """The control: each buyer counts, decides, and writes."""
    shop = open_shop(now)
    code = _offer(shop)

    def use(buyer: int, meet: Callable[[], object]) -> str:
        seen = CodeUse.objects.filter(code=code, given_back_at=None).count()
        meet()
        if seen >= USES:
            return USED_UP
        with transaction.atomic():
            CodeUse.objects.create(code=code, order_id=buyer, buyer_id=buyer, amount=1, currency="EUR", used_at=shop.at)
        return "got"

    answers = let_loose(BUYERS, use, processes=4)

    assert answers.count("got") > USES


def _offer(shop: Shop, **more: Any) -> DiscountCode:
    new = NewCode(
        "TEN",
        DiscountCode.Occasion.EVENT,
        DiscountCode.Gives.PERCENT,
        starts_at=shop.at,
        percent=10,
        most_uses=USES,
        is_once_per_buyer=False,
    )
    return make_code(replace(new, **more), by="staff:1", at=shop.at)


def _buy_at_once(shop: Shop) -> list[str]:
    """One order from each of many carts, with the code: "got", or the code's problem."""
    carts = [shop.cart((shop.small, 1)) for _ in range(BUYERS)]
    agreed = shop.agree(carts[0], code="TEN")

    def buy(number: int, meet: Callable[[], object]) -> str:
        meet()
        try:
            shop.place(carts[number], agreed=agreed)
        except QuoteGotWorse as worse:
            return worse.summary.code.problem
        return "got"

    return let_loose(BUYERS, buy, processes=4)
