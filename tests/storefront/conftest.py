"""Buyers' browsers in a small shop, on a Monday afternoon that stands still."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.core.cache import cache, caches
from django.test import Client

from tests.shop import Shop
from tradewind.core.links import make_link
from tradewind.markets import queries
from tradewind.orders.models import Order
from tradewind.payments import methods

Statements = Callable[[str], int]


@pytest.fixture(autouse=True)
def standing_clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The next test's shop has the same codes and versions and other numbers, which no shop in life ever has."""
    cache.clear()
    caches["counts"].clear()
    queries._kept.clear()
    methods._kept.clear()


@pytest.fixture
def buyer(shop: Shop) -> Client:
    """A browser that was never here, in the small shop."""
    return Client(headers={"Accept-Language": "de-DE,de;q=0.9"})


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two small mugs for Hamburg."""
    return shop.place(shop.cart((shop.small, 2))).order


@pytest.fixture
def page(order: Order, now: datetime) -> str:
    """The order's page, behind its link."""
    return f"/de/en/order/{make_link('order.view', subject=('order', order.pk), at=now)}/"
