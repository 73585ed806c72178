"""Warehouses that are off: nothing of theirs is sold, what orders hold stays, and nobody slips in between."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.at_once import at_the_same_time, succeed_at_once
from tests.inventory.test_bundling import buy, make_set, reserved, shown
from tests.shop import Shop, open_shop
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.checkout.promising import quote_for_order
from tradewind.core.models import AuditEntry
from tradewind.core.staff import NotValid
from tradewind.inventory.models import Warehouse
from tradewind.inventory.reserving import NotEnoughStock, release
from tradewind.inventory.stocktaking import receive
from tradewind.inventory.switching import Held, held_in, switch_warehouse
from tradewind.inventory.warehousing import Place, open_warehouse
from tradewind.lib.clock import utc_now

SLOW = 0.5


def switch(shop: Shop, *, to: bool = False) -> list[Held]:
    return switch_warehouse(warehouse_id=shop.shenzhen.pk, is_on=to, by="staff:1", at=shop.at)


def test_what_lies_in_it_is_not_sold_until_it_is_on_again(shop: Shop, client: Client) -> None:
    bundle = make_set(shop)
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=2, by="system", at=shop.at)
    page = "/de/en/product/mug/?size=l"
    before = client.get(page).content.decode()

    switch(shop)
    off = client.get(page).content.decode()
    states = [shown(variant) for variant in (shop.small, shop.large, bundle)]
    switch(shop, to=True)

    assert states == [(2, ["frankfurt"]), (0, []), (0, [])]
    assert ("Sold out" in before, "Sold out" in off) == (False, True)
    assert "Sold out" not in client.get(page).content.decode()
    assert [shown(variant) for variant in (shop.small, shop.large, bundle)] == [
        (12, ["shenzhen", "frankfurt"]),
        (10, ["shenzhen"]),
        (5, ["shenzhen"]),
    ]
    assert AuditEntry.objects.filter(action="warehouse.switched").count() == 2


def test_what_orders_hold_there_stays_and_comes_back_to_nobody(shop: Shop) -> None:
    buy(shop, shop.small, 3)
    buy(shop, shop.large, 1)

    assert switch(shop) == [Held("order", 1, 4)]
    assert (reserved(shop.small), reserved(shop.large)) == (3, 1)
    release(subject=("order", 1), at=shop.at)

    assert (shown(shop.small), held_in(shop.shenzhen.pk)) == ((0, []), [])
    # The same again changes nothing.
    switch(shop)
    assert AuditEntry.objects.filter(action="warehouse.switched").count() == 1


def test_nothing_is_held_or_ordered_there(shop: Shop) -> None:
    cart = shop.cart((shop.small, 1))
    agreed = shop.agree(cart)

    switch(shop)

    with pytest.raises(NotEnoughStock):
        buy(shop, shop.small)
    with pytest.raises(QuoteGotWorse):
        shop.place(cart, agreed=agreed)


def test_an_order_that_waits_for_its_money_gets_its_dates_all_the_same(shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order

    switch(shop)

    assert quote_for_order(order, at=shop.at + timedelta(days=2)) is not None


@pytest.mark.django_db(transaction=True)
def test_whoever_is_at_placing_while_it_is_switched_off_is_among_those_who_hold_or_is_refused() -> None:
    shop = open_shop(utc_now(), stock=30)

    for number in range(1, 13):
        switch(shop, to=True)
        told, bought = at_the_same_time(lambda: switch(shop), lambda: buy(shop, shop.small, order=number))  # noqa: B023  # used at once
        assert isinstance(bought, list | NotEnoughStock)
        assert told == held_in(shop.shenzhen.pk)


def _told_while_somebody_reserves(shop: Shop, off: Callable[[], list[Held]]) -> list[Held]:
    """Switch off while an order has reserved and has not committed."""
    has_reserved = threading.Event()

    def place() -> None:
        with transaction.atomic():
            buy(shop, shop.small)
            has_reserved.set()
            sleep(SLOW)

    def wait_and_switch() -> list[Held]:
        assert has_reserved.wait(10)
        return off()

    _, told = at_the_same_time(place, wait_and_switch)
    assert isinstance(told, list)
    return told


@pytest.mark.django_db(transaction=True)
def test_switching_off_waits_for_who_is_reserving() -> None:
    shop = open_shop(utc_now())

    assert _told_while_somebody_reserves(shop, lambda: switch(shop)) == [Held("order", 1, 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case")
def test_without_the_lock_an_order_would_be_missing_from_the_warning() -> None:
    """The control: the same without holding the levels."""
    shop = open_shop(utc_now())

    def off() -> list[Held]:
        with transaction.atomic():
            Warehouse.objects.filter(pk=shop.shenzhen.pk).update(is_on=False)
            return held_in(shop.shenzhen.pk)

    assert _told_while_somebody_reserves(shop, off) == []
    assert held_in(shop.shenzhen.pk) == [Held("order", 1, 1)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_same_warehouse_at_once_one_is_told(now: datetime) -> None:
    shop = open_shop(utc_now())
    names = {"name": {"en": "Rotterdam"}, "city": {"en": "Rotterdam"}, "country": "NL", "zone": "Europe/Amsterdam"}
    place = Place(
        **names, subdivision="", cutoff=shop.shenzhen.cutoff, handling_days=1, closures=(), serves=(), position=5
    )

    def opened() -> object:
        return open_warehouse(code="rotterdam", place=place, by="staff:1", at=now)

    assert succeed_at_once(opened, opened, opened, opened, refusals=(NotValid,)) == 1
