"""Prices of one product that change at the same moment: the row of the lists has both, because each holds the product."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from tests.load.crowd import let_loose
from tests.shop import Shop, open_shop
from tradewind.catalog.listing import relist
from tradewind.catalog.models import Listing, Price
from tradewind.catalog.pricing import set_price
from tradewind.inventory.reserving import Wanted, release, reserve
from tradewind.lib.money import Money

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

ROUNDS = 30


def _row(shop: Shop) -> tuple[int, int, bool]:
    row = Listing.objects.get(product=shop.product, market_id=shop.de.pk)
    return row.lowest, row.highest, row.is_available


def test_prices_and_stock_that_change_at_once_are_all_in_the_row(now: datetime) -> None:
    shop = open_shop(now)

    def change(number: int, meet: Callable[[], object]) -> str:
        variant = shop.variants[number % 2]
        for turn in range(ROUNDS):
            meet()
            if number < 2:
                price = Money(1000 + 100 * turn + number, "EUR")
                set_price(variant=variant, market_id=shop.de.pk, price=price, by="x", at=now)
            else:
                lines, subject = [Wanted(variant.pk, 10)], ("order", number * ROUNDS + turn)
                reserve(subject=subject, lines=lines, warehouses=[shop.shenzhen.pk], at=now)
                if turn < ROUNDS - 1:
                    release(subject=subject, at=now)
        return "done"

    assert let_loose(4, change) == ["done"] * 4
    last = 1000 + 100 * (ROUNDS - 1)
    assert _row(shop) == (last, last + 1, False)


def test_without_holding_the_product_a_price_is_missing_from_the_row(now: datetime) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    shop = open_shop(now)

    def change_by(step: int) -> Callable[[int, Callable[[], object]], str]:
        def change(number: int, meet: Callable[[], object]) -> str:
            with transaction.atomic():
                mine = Price.objects.filter(variant=shop.variants[number], market_id=shop.de.pk)
                mine.update(amount=2000 + step + number)
                meet()  # both have written, neither has committed
                relist(shop.product.pk, market_id=shop.de.pk)
            return "done"

        return change

    def is_wrong_after(step: int) -> bool:
        assert let_loose(2, change_by(step)) == ["done"] * 2
        return _row(shop) != (2000 + step, 2001 + step, True)

    # On a busy machine one may have committed before the other reads: several tries, and one of them goes wrong.
    assert any(is_wrong_after(100 * turn) for turn in range(ROUNDS))
