"""A buyer sends an order elsewhere, and the delivery was priced for another place: staff are told before it leaves."""

from datetime import timedelta

import pytest

from tests.checkout.test_recosting import revise, wanted
from tests.orders.changing import bought
from tests.orders.test_addressing import KIEL, ask, confirm
from tests.orders.test_merging import merge
from tests.shipping.test_costing import TABLE, carries
from tests.shop import HAMBURG, Shop
from tradewind.core.models import Todo
from tradewind.core.reacting import run_reactions
from tradewind.inventory.stocktaking import receive
from tradewind.lib.freight import write_rates
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order, OrderChange
from tradewind.shipping.dispatching import mark_dispatched
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


@pytest.fixture
def dear(shop: Shop) -> Shop:
    """The way to the island costs more than the one to Hamburg."""
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=9, by="system", at=shop.at)
    DeliveryOption.objects.filter(code="de-local").update(is_on=False)
    carries(shop, rates=write_rates(TABLE))
    return shop


@pytest.mark.parametrize("end", ["cancelled", "dispatched", "merged"])
def test_the_to_do_ends_with_an_order_that_goes_nowhere_any_more_or_has_left(dear: Shop, end: str) -> None:
    order, at = bought(dear, (dear.small, 1)), dear.at + timedelta(hours=3)
    assert len(_moved(dear, order, 1, ISLAND)) == 1
    if end == "cancelled":
        cancel_order(order=Order.objects.get(pk=order.pk), by="staff:1", reason="other", at=at)
    elif end == "dispatched":
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=at)
    else:
        other = bought(dear, (dear.small, 1))
        _moved(dear, other, 2, ISLAND)
        merge(dear, other, order)
    while run_reactions(now=lambda: at):
        pass
    assert not Todo.objects.filter(kind__startswith="address.", state="open", subject_id=order.pk).exists()


def test_a_delivery_that_was_priced_anew_is_paid_for_where_it_goes(dear: Shop) -> None:
    order = bought(dear, (dear.small, 2))
    assert len(_moved(dear, order, 1, ISLAND)) == 1
    order.refresh_from_db()
    revise(dear, order, wanted(order, 1))
    assert not Todo.objects.filter(kind__startswith="address.", state="open").exists()
    OrderChange.objects.update(made_at=dear.at + timedelta(hours=2))
    assert _moved(dear, order, 3, ISLAND | {"line1": "Am Hafen 2"}) == []
