"""A buyer sends an order elsewhere, and the delivery was priced for another place: staff are told before it leaves."""

from datetime import timedelta

import pytest

from tests.orders.test_addressing import KIEL, ask, confirm
from tests.shipping.test_costing import TABLE, carries
from tests.shop import HAMBURG, Shop
from tradewind.core.models import Todo
from tradewind.core.reacting import run_reactions
from tradewind.inventory.stocktaking import receive
from tradewind.lib.freight import write_rates
from tradewind.orders.models import Order
from tradewind.shipping.models import DeliveryOption

pytestmark = pytest.mark.django_db
ISLAND = HAMBURG.ship_to() | {"postcode": "27498", "city": "Helgoland"}


def _moved(shop: Shop, order: Order, hours: int, to: dict[str, str]) -> list[tuple[str, dict[str, object]]]:
    """The to-dos that are open once the order goes there."""
    at = shop.at + timedelta(hours=hours)
    confirm(order, ask(order, at, key=f"k{hours}", to=to), at)
    while run_reactions(now=lambda: at):
        pass
    open_ones = Todo.objects.filter(kind__startswith="address.", state="open")
    return [(todo.kind, todo.facts) for todo in open_ones]


def test_going_where_delivery_costs_more_is_a_to_do_until_it_goes_elsewhere(shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=9, by="system", at=shop.at)
    DeliveryOption.objects.filter(code="de-local").update(is_on=False)
    carries(shop, rates=write_rates(TABLE))
    order = shop.place(shop.cart((shop.small, 1))).order
    assert order.delivery_option["code"] == "de-air"

    dearer = ("address.dearer", {"amount": 2000, "currency": "EUR"})
    assert _moved(shop, order, 1, KIEL) == []
    assert _moved(shop, order, 2, ISLAND) == [dearer]
    # Compared with what was paid for, not with the address before.
    assert _moved(shop, order, 3, ISLAND | {"line1": "Am Hafen 2"}) == [dearer]
    assert _moved(shop, order, 4, KIEL) == []
