"""What staff may type to find an order."""

from datetime import datetime
from decimal import Decimal

import pytest

from tradewind.core import search
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import KIND, order_texts


def an_order(now: datetime) -> Order:
    return Order(
        ref="TW-7K3M9Q2XVB",
        external_id="C536379",
        email="joerg@example.com",
        ship_to={
            "name": "Jörg Größe",
            "line1": "Elbchaussee 1",
            "postcode": "22765",
            "city": "Hamburg",
            "country": "DE",
        },
        country="DE",
        currency="EUR",
        goods=0,
        total=0,
        placed_at=now,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    ["TW-7K3M9Q2XVB", "c536379", "joerg@example.com", "größe", "22765", "hamb", "Germany", "德国", "85123A", "12583"],
)
def test_an_order_is_found_by(typed: str, now: datetime) -> None:
    line = OrderLine(position=1, sku="85123A", title="Heart", quantity=1, unit=Decimal(1), total=100)

    search.index(KIND, 5, order_texts(an_order(now), [line], also=["12583"]))

    assert search.find(typed, kinds=[KIND]) == [(KIND, 5)]


def test_an_article_is_named_once_and_empty_parts_not_at_all(now: datetime) -> None:
    lines = [OrderLine(position=n, sku="22728", quantity=1, unit=Decimal(1), total=100) for n in (1, 2)]
    order = Order(ref="TW-1", currency="EUR", goods=0, total=0, placed_at=now)

    assert order_texts(order, lines) == ["TW-1", "22728"]
