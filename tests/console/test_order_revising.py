"""Taking goods off an order in the console: looked at first, then done, and refused in words."""

import re

from django.test import Client

from tests.checkout.test_revising import goods, mugs, paid
from tests.console.making import client_of, make_staff
from tests.shipping.test_costing import carries
from tests.shop import Shop
from tradewind.core.models.staff import Role
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.payments.models import Refund


def form(page: str) -> dict[str, str]:
    """The hidden and visible fields of the form that takes goods off."""
    part = page.split('aria-labelledby="revising"')[1].split("</section>", maxsplit=1)[0]
    return dict(re.findall(r'name="((?:left-|sku-|units-|seen|agreed)[^"]*)"[^>]*? value="([^"]*)"', part))


def test_what_would_go_back_is_shown_before_anything_is_done(console: Client, shop: Shop) -> None:
    order = mugs(shop)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    fields[f"left-{goods(order)[0].pk}"] = "1"

    looked = console.post(f"{address}/revision", fields)
    page = looked.content.decode()
    order.refresh_from_db()

    assert (looked.status_code, order.total, Refund.objects.count()) == (200, 4690, 0)
    assert "The order would come to €26.90" in page
    assert "3 → 1" in page
    agreed = form(page)
    answers = [console.post(f"{address}/revision", agreed) for _ in range(2)]
    order.refresh_from_db()
    # The second of two clicks finds other goods than it was made for.
    assert [answer.status_code for answer in answers] == [302, 409]
    assert (order.total, Refund.objects.get().amount) == (2690, 2000)
    assert "Goods taken off: €20.00 less" in console.get(address).content.decode()


def test_both_prices_of_the_delivery_are_offered_and_the_chosen_one_is_written(console: Client, shop: Shop) -> None:
    carries(shop, free_from=3000)
    order = paid(shop, shop.place(shop.cart((shop.small, 4))).order)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    fields[f"left-{goods(order)[0].pk}"] = "2"

    page = console.post(f"{address}/revision", fields).content.decode()
    agreed = {**form(page), **dict(re.findall(r'name="(recosted)" value="([^"]*)"', page))}

    assert "The delivery costs €0.00 as agreed; for these goods it costs €6.90 today." in page
    assert "Keep €0.00: the order comes to €20.00." in page
    assert "Take €6.90: the order comes to €26.90." in page
    # What was looked at for one of the two prices is no word for the other.
    mixed = console.post(f"{address}/revision", {**agreed, "recosted": agreed["agreed"], "delivery": "recosted"})
    taken = console.post(f"{address}/revision", {**agreed, "delivery": "recosted"})
    order.refresh_from_db()
    assert (mixed.status_code, taken.status_code) == (409, 302)
    assert (order.delivery, order.total, Refund.objects.get().amount) == (690, 2690, 1310)


def test_a_price_that_would_be_asked_for_is_not_offered_of_an_order_that_is_held(console: Client, shop: Shop) -> None:
    carries(shop, cost=3690, free_from=3000)
    order = paid(shop, shop.place(shop.cart((shop.small, 3))).order)
    hold_order(order_id=order.pk, reason="other", by="staff:1", at=shop.at)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    fields[f"left-{goods(order)[0].pk}"] = "2"

    looked = console.post(f"{address}/revision", fields)
    page = looked.content.decode()

    assert (looked.status_code, 'name="delivery"' in page) == (200, False)
    assert "The order would come to €20.00, with delivery as agreed" in page


def test_a_quantity_that_cannot_be_is_refused_beside_its_field(console: Client, shop: Shop) -> None:
    order = mugs(shop)
    address = f"/console/orders/{order.pk}"
    fields = form(console.get(address).content.decode())
    name = f"left-{goods(order)[0].pk}"

    told = {}
    for typed in ("two", "-1", ""):
        answer = console.post(f"{address}/revision", {**fields, name: typed})
        told[typed] = re.findall(r'class="complaint".*?</svg>(.*?)</p>', answer.content.decode(), re.DOTALL)
        assert f'name="{name}" inputmode="numeric" required maxlength="9" value="{typed}"' in answer.content.decode()

    assert {tuple(each) for each in told.values()} == {("Please write a whole number, like 12.",)}
    same = console.post(f"{address}/revision", fields)
    assert "Please choose at least one." in same.content.decode()


def test_only_who_leads_changes_the_goods_of_a_paid_order(shop: Shop) -> None:
    several = mugs(shop)
    unpaid = shop.place(shop.cart((shop.small, 1))).order
    owner, agent = client_of(make_staff()), client_of(make_staff(Role.AGENT))

    def offered(client: Client, order: Order) -> bool:
        return "Take goods off, add or exchange some" in client.get(f"/console/orders/{order.pk}").content.decode()

    assert [offered(owner, several), offered(owner, unpaid), offered(agent, several)] == [True, False, False]
