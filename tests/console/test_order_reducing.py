"""Taking goods off an order in the console: looked at first, then done, and refused in words."""

import re

from django.test import Client

from tests.checkout.test_reducing import goods, mugs, paid
from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.core.models.staff import Role
from tradewind.orders.models import Order
from tradewind.payments.models import Refund


def form(page: str) -> dict[str, str]:
    """The hidden and visible fields of the form that takes goods off."""
    part = page.split('aria-labelledby="reducing"')[1].split("</section>", maxsplit=1)[0]
    return dict(re.findall(r'name="((?:left-|seen|agreed)[^"]*)"[^>]*? value="([^"]*)"', part))


def test_what_would_go_back_is_shown_before_anything_is_done(console: Client, shop: Shop) -> None:
    order = mugs(shop)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    fields[f"left-{goods(order)[0].pk}"] = "1"

    looked = console.post(f"{address}/reduction", fields)
    page = looked.content.decode()
    order.refresh_from_db()

    assert (looked.status_code, order.total, Refund.objects.count()) == (200, 4690, 0)
    assert "The order would come to €26.90" in page
    assert "3 → 1" in page
    agreed = form(page)
    answers = [console.post(f"{address}/reduction", agreed) for _ in range(2)]
    order.refresh_from_db()
    # The second of two clicks finds other goods than it was made for.
    assert [answer.status_code for answer in answers] == [302, 409]
    assert (order.total, Refund.objects.get().amount) == (2690, 2000)
    assert "Goods taken off: €20.00 less" in console.get(address).content.decode()


def test_a_quantity_that_cannot_be_is_refused_beside_its_field(console: Client, shop: Shop) -> None:
    order = mugs(shop)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    name = f"left-{goods(order)[0].pk}"

    told = {}
    for typed in ("4", "two", "-1", ""):
        answer = console.post(f"{address}/reduction", {**fields, name: typed})
        told[typed] = re.findall(r'class="complaint".*?</svg>(.*?)</p>', answer.content.decode(), re.DOTALL)
        assert f'name="{name}" inputmode="numeric" required maxlength="9" value="{typed}"' in answer.content.decode()

    assert told["4"] == ["At most 3: goods can be taken off, not added."]
    assert {tuple(told[typed]) for typed in ("two", "-1", "")} == {("Please write a whole number, like 12.",)}
    same = console.post(f"{address}/reduction", fields)
    assert "Please lower at least one of the quantities." in same.content.decode()


def test_only_who_leads_takes_goods_off_and_only_where_some_stay(shop: Shop) -> None:
    several = mugs(shop)
    one = paid(shop, shop.place(shop.cart((shop.small, 1))).order)
    owner, agent = client_of(make_staff()), client_of(make_staff(Role.AGENT))

    def offered(client: Client, order: Order) -> bool:
        return "Take goods off this order" in client.get(f"/console/orders/{order.pk}").content.decode()

    assert [offered(owner, several), offered(owner, one), offered(agent, several)] == [True, False, False]
