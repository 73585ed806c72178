"""Whoever ends what was wrong with an order takes the order first, like whoever tells its buyer: neither waits for the other in a ring."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from tests.at_once import at_the_same_time, somebody_waits, wait_until
from tests.orders.changing import bought
from tests.shop import Shop, open_shop
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_orders import clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case"),
]


def _told_and_ended(ends: Callable[[Shop], object]) -> tuple[object, str]:
    """What became of the one who holds the order and then takes the case, while somebody else ends it."""
    shop = open_shop(utc_now())
    order = bought(shop, (shop.small, 1))
    note_orders(Cause.SUPPLIER, [order.pk], at=shop.at)

    def tell() -> str:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            is_order_held.append(True)
            wait_until(somebody_waits)
            return Trouble.objects.select_for_update().get().state

    def end() -> None:
        wait_until(lambda: bool(is_order_held))
        ends(shop)

    is_order_held: list[bool] = []
    told, _ = at_the_same_time(tell, end)
    return told, Trouble.objects.get().state


def test_ending_waits_for_the_order_and_holds_nothing_meanwhile() -> None:
    assert _told_and_ended(lambda shop: clear_orders(Cause.SUPPLIER, at=shop.at)) == ("open", "solved")


def test_the_case_before_the_order_and_one_of_the_two_fails() -> None:
    """The control: each holds what the other waits for, until the database breaks one of them off."""
    problems: list[Exception] = []

    def the_other_way_round(_: Shop) -> None:
        try:
            with transaction.atomic():
                case = Trouble.objects.select_for_update().get()
                Order.objects.select_for_update().get(pk=case.order_id)
        except OperationalError as problem:
            problems.append(problem)

    told, _ = _told_and_ended(the_other_way_round)
    assert len(problems) + isinstance(told, OperationalError) == 1
