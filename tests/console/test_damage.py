"""Goods that arrived damaged: said of an order, put right, and counted beside how their product is packed."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.console.test_reach import only_for
from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.catalog.models import PackingRule
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.orders.models import Order, OrderLine
from tradewind.shipping.damage import MoreThanLeft, NoSuchLine, damage_by_product, note_damage, said_by_carriers
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Damage, Trouble, TroubleGroup

pytestmark = pytest.mark.django_db
CAUSE = Damage.Cause


def left(shop: Shop, units: int) -> OrderLine:
    order = mark_dispatched(order=bought(shop, (shop.small, units)), by="staff:1", at=shop.at)
    return OrderLine.objects.get(order=order, kind="goods")


def say(line: OrderLine, quantity: int, cause: Damage.Cause, shop: Shop) -> bool:
    at = shop.at + timedelta(days=9)
    return note_damage(order_id=line.order_id, line_id=line.pk, quantity=quantity, cause=cause, by="staff:1", at=at)


def told(reach: Reach, shop: Shop) -> list[tuple[int, int, dict[str, int]]]:
    return [(each.sent, each.damaged, dict(each.by_cause)) for each in damage_by_product(reach, since=shop.at)]


def test_what_is_said_is_counted_put_right_and_taken_back(shop: Shop) -> None:
    first, second = left(shop, 3), left(shop, 2)
    assert say(first, 2, CAUSE.PACKING, shop)
    assert not say(first, 2, CAUSE.PACKING, shop)
    assert say(second, 1, CAUSE.CARRIER, shop)

    assert told(EVERYWHERE, shop) == [(5, 3, {"packing": 2, "carrier": 1})]
    assert damage_by_product(EVERYWHERE, since=shop.at)[0].share == pytest.approx(0.6)
    assert damage_by_product(EVERYWHERE, since=shop.at, product_id=0) == []
    assert told(Reach(frozenset()), shop) == []
    assert damage_by_product(EVERYWHERE, since=shop.at + timedelta(days=10)) == []

    assert say(first, 1, CAUSE.PACKING, shop)
    assert say(second, 0, CAUSE.CARRIER, shop)
    assert told(EVERYWHERE, shop) == [(5, 1, {"packing": 1})]
    trail = AuditEntry.objects.filter(action="order.damaged").order_by("pk").values_list("before", "after")
    assert [(before.get("quantity"), after.get("quantity")) for before, after in trail] == [
        (None, 2),
        (None, 1),
        (2, 1),
        (1, None),
    ]


def test_no_more_arrives_than_has_left(shop: Shop) -> None:
    here = OrderLine.objects.get(order=bought(shop, (shop.small, 2)), kind="goods")
    for line, quantity in ((left(shop, 2), 3), (here, 1)):
        with pytest.raises(MoreThanLeft):
            say(line, quantity, CAUSE.PACKING, shop)
    with pytest.raises(NoSuchLine):
        note_damage(order_id=here.order_id, line_id=0, quantity=1, cause=CAUSE.PACKING, by="staff:1", at=shop.at)
    assert not Damage.objects.exists()


def test_it_is_said_on_the_orders_page_and_stands_with_the_products_packing(shop: Shop, console: Client) -> None:
    line = left(shop, 4)
    PackingRule.objects.create(product=shop.product, rule="Two layers of bubble wrap")
    page = f"/console/orders/{line.order_id}"

    refused = console.post(f"{page}/damage", {"line": line.pk, "quantity": "5", "cause": "packing"})
    assert refused.status_code == 422
    assert "Only 4 have left." in refused.content.decode()
    assert 'value="5"' in refused.content.decode()
    assert console.post(f"{page}/damage", {"line": line.pk, "quantity": "1", "cause": "fate"}).status_code == 422
    assert console.post(f"{page}/damage", {"line": "7", "quantity": "1", "cause": "packing"}).status_code == 422

    answer = console.post(f"{page}/damage", {"line": line.pk, "quantity": "1", "cause": "packing"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?done=damage#damage")
    assert "How it was packed" in console.get(page).content.decode()
    table = console.get("/console/warehouse/damage").content.decode()
    for words in ("Two layers of bubble wrap", "25%", f"/console/products/{shop.product.pk}#packing"):
        assert words in table
    product = console.get(f"/console/products/{shop.product.pk}").content.decode()
    assert "Of 4 pieces sent in half a year 1 arrived damaged, 1 of them because of how they were packed." in product


def test_what_a_carrier_says_is_broken_waits_until_somebody_says_what_it_was(shop: Shop, console: Client) -> None:
    line = left(shop, 1)
    order = Order.objects.get(pk=line.order_id)
    group = TroubleGroup.objects.create(account_id=order.account_id, cause="damaged")
    Trouble.objects.create(group=group, order=order, cause="damaged", since=shop.at, opened_at=shop.at)
    assert said_by_carriers(EVERYWHERE) == [order]
    assert said_by_carriers(Reach(frozenset())) == []
    assert order.ref in console.get("/console/warehouse/damage").content.decode()

    say(line, 1, CAUSE.CARRIER, shop)

    assert said_by_carriers(EVERYWHERE) == []


def test_of_an_account_out_of_reach_nothing_is_counted(shop: Shop) -> None:
    say(left(shop, 2), 1, CAUSE.PACKING, shop)
    agent = client_of(only_for(make_staff(Role.AGENT), "eBay DE"))
    assert "Nothing is known to have arrived damaged." in agent.get("/console/warehouse/damage").content.decode()
    assert "Nothing is known" not in client_of(make_staff()).get("/console/warehouse/damage").content.decode()
