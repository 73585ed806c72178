"""The hour until which dates hold: true on both sides of it though the page is kept, and through changes of the clocks."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.inventory.models import Warehouse
from tradewind.markets.changing import touch_all

PAGE = "/de/en/product/mug/"
CUTOFF = datetime(2026, 11, 23, 8, tzinfo=UTC)


def said(buyer: Client, at: datetime, address: str = PAGE) -> tuple[str, str, int]:
    """The sentence about the hour, the day on which goods leave, and how many statements that took."""
    with time_machine.travel(at, tick=False), CaptureQueriesContext(connection) as asked:
        words = text_of(buyer.get(address))
    order_by = re.search(r"Order by .*? your time", words)
    leaves = re.search(r"Leaves \w+ by \w+ \d+ \w+", words)
    assert order_by is not None
    assert leaves is not None
    return order_by[0], leaves[0], len(asked)


def test_a_kept_page_is_true_until_its_hour_and_another_from_then_on(buyer: Client) -> None:
    until = "Order by Mon 23 Nov, 16:00 (Shenzhen time), 09:00 your time"
    after = "Order by Tue 24 Nov, 16:00 (Shenzhen time), 09:00 your time"
    said(buyer, CUTOFF - timedelta(hours=1))

    last = said(buyer, CUTOFF - timedelta(microseconds=1))
    first = said(buyer, CUTOFF)
    kept = said(buyer, CUTOFF + timedelta(minutes=1))

    assert last == (until, "Leaves Shenzhen by Tue 24 Nov", 1)
    assert first[:2] == (after, "Leaves Shenzhen by Wed 25 Nov")
    assert kept == (after, "Leaves Shenzhen by Wed 25 Nov", 1)


def test_a_page_that_was_made_before_and_kept_late_is_not_shown(buyer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processes the slower one may write the page of the hour before over the newer one."""
    late: dict[str, object] = {}
    own = cache.set
    monkeypatch.setattr(cache, "set", lambda name, value: late.update({name: value}) or own(name, value))
    said(buyer, CUTOFF - timedelta(seconds=1))
    monkeypatch.undo()
    said(buyer, CUTOFF)
    for name, value in late.items():
        cache.set(name, value)

    assert said(buyer, CUTOFF + timedelta(seconds=1))[1] == "Leaves Shenzhen by Wed 25 Nov"


def test_browsers_keep_no_page_without_asking(buyer: Client) -> None:
    assert buyer.get(PAGE)["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        # The clocks of Germany go back in the night of 25 October, and forth in that of 28 March; Shenzhen's stand.
        (datetime(2026, 10, 23, 6, tzinfo=UTC), "Order by Fri 23 Oct, 16:00 (Shenzhen time), 10:00 your time"),
        (datetime(2026, 10, 23, 9, tzinfo=UTC), "Order by Mon 26 Oct, 16:00 (Shenzhen time), 09:00 your time"),
        (datetime(2027, 3, 26, 9, tzinfo=UTC), "Order by Mon 29 Mar, 16:00 (Shenzhen time), 10:00 your time"),
        # A leap day, and a Saturday that is worked.
        (datetime(2028, 2, 28, 9, tzinfo=UTC), "Order by Tue 29 Feb, 16:00 (Shenzhen time), 09:00 your time"),
        (datetime(2026, 2, 27, 9, tzinfo=UTC), "Order by Sat 28 Feb, 16:00 (Shenzhen time), 09:00 your time"),
    ],
)
def test_the_buyers_hour_is_right_on_the_day_that_it_is_said_of(buyer: Client, at: datetime, words: str) -> None:
    assert said(buyer, at)[0] == words


def test_an_hour_that_falls_on_another_day_at_the_buyers_says_that_day(shop: Shop) -> None:
    Warehouse.objects.filter(pk=shop.shenzhen.pk).update(cutoff=time(6))
    touch_all()
    address = "/world/en/product/mug/?to=AR"

    hour, _, _ = said(Client(), datetime(2026, 11, 22, 20, tzinfo=UTC), address)

    assert hour == "Order by Mon 23 Nov, 06:00 (Shenzhen time), Sun 22 Nov, 19:00 your time"
