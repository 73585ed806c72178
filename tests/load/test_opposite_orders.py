"""Orders that want the same items in opposite order, from two warehouses: nobody waits for ever, nothing is lost."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import pytest

from tests.load.crowd import let_loose
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Product, Variant
from tradewind.inventory.models import StockLevel
from tradewind.inventory.reserving import NotEnoughStock, Wanted, release, reserve
from tradewind.inventory.stocktaking import receive

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

BUYERS: Final = 8
ROUNDS: Final = 40
UNITS: Final = 2


def _widen(shop: Shop) -> list[int]:
    """Six variants whose products alternate, with so few units that what pages say changes with every order."""
    mug = shop.product
    bowl = Product.objects.create(
        slug="bowl", category=mug.category, content=mug.content, state=Product.State.LIVE, created_at=shop.at
    )
    ids = []
    for number in range(6):
        product = (bowl, mug)[number % 2]
        variant = Variant.objects.create(product=product, sku=f"WIDE-{number}", weight_g=100, position=10 + number)
        for place in (shop.shenzhen, shop.frankfurt):
            receive(variant_id=variant.pk, warehouse=place, quantity=UNITS, by="system", at=shop.at)
        ids.append(variant.pk)
    return ids


def test_opposite_orders_never_deadlock_and_leave_the_shown_stock_right(now: datetime) -> None:
    shop = open_shop(now)
    ids = _widen(shop)
    places = [shop.shenzhen.pk, shop.frankfurt.pk]

    def buy(buyer: int, meet: Callable[[], object]) -> str:
        for number in range(ROUNDS):
            subject = ("order", 1 + buyer * ROUNDS + number)
            wanted = [ids[(buyer + number + step) % len(ids)] for step in range(3)]
            lines = [Wanted(variant_id, 1) for variant_id in (wanted if buyer % 2 else wanted[::-1])]
            # One warehouse each, so that the stock rows of two buyers are different and what they share comes after.
            with suppress(NotEnoughStock):
                reserve(subject=subject, lines=lines, warehouses=[places[buyer // 2 % 2]], at=shop.at)
            if number % 8:
                release(subject=subject, at=shop.at)
        for number in range(ROUNDS):
            release(subject=("order", 1 + buyer * ROUNDS + number), at=shop.at)
        return "done"

    assert let_loose(BUYERS, buy) == ["done"] * BUYERS
    levels = StockLevel.objects.filter(variant_id__in=ids).values_list("on_hand", "reserved")
    assert set(levels) == {(UNITS, 0)}
    shown = Variant.objects.filter(pk__in=ids).values_list("available", "stocked_at")
    assert [tuple(row) for row in shown] == [(2 * UNITS, ["shenzhen", "frankfurt"])] * len(ids)
    assert set(Product.objects.filter(variants__in=ids).values_list("is_available", flat=True)) == {True}
