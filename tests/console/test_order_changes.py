"""Splitting and merging in the console: looked at first, done once, told in one letter, and both pages name the other."""

import re

from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought, goods, split
from tests.shop import Shop
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order, OrderChange
from tradewind.payments.models import Refund


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="((?:seen|agreed|with|move-)[^"]*)" value="([^"]*)"', page))


def buyers_page(order: Order, shop: Shop) -> tuple[str, str]:
    """(address, page) of an order as its buyer sees it."""
    address = f"/de/de/order/{make_link('order.view', subject=('order', order.pk), at=shop.at)}/"
    return address, Client().get(address).content.decode()


def test_an_order_is_split_after_both_parts_were_looked_at(console: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    address = f"/console/orders/{order.pk}"
    assert f'href="{address}/split"' in console.get(address).content.decode()
    form = fields(console.get(f"{address}/split").content.decode())
    first = f"move-{goods(order)[0].pk}"

    wrong = console.post(f"{address}/split", {**form, first: "4"})
    looked = console.post(f"{address}/split", {**form, first: "2"})

    assert (wrong.status_code, looked.status_code, Order.objects.count()) == (422, 200, 1)
    assert "At most 3: more are not in the order." in wrong.content.decode()
    page = looked.content.decode()
    assert re.findall(r'<div class="sum"><dt>Total</dt><dd>([^<]+)</dd>', page) == ["€23.45", "€23.45"]
    answers = [console.post(f"{address}/split", {**fields(page), "tell": "1"}) for _ in range(2)]
    # The second of two clicks finds fewer goods than it was made for.
    assert [answer.status_code for answer in answers] == [302, 422]
    new = Order.objects.exclude(pk=order.pk).get()
    for one, other in ((order, new), (new, order)):
        assert (
            f'<a href="/console/orders/{other.pk}">{other.ref}</a>'
            in console.get(f"/console/orders/{one.pk}").content.decode()
        )
    # The buyer reads it in their language, once, and opens either from the other.
    run_until_idle(now=utc_now)
    letter = Message.objects.get(moment="order_changed")
    assert (letter.language, order.ref in letter.subject, new.ref in letter.text) == ("de", True, True)
    assert "2 × Becher" in letter.text
    token, theirs = buyers_page(new, shop)
    assert f'name="ref" value="{order.ref}"' in theirs
    there = Client().post(f"{token}other/", {"ref": order.ref})
    assert order.ref in Client().get(there["Location"]).content.decode()
    assert Client().post(f"{token}other/", {"ref": "TW-ELSEWHERE"}).status_code == 400


def test_orders_to_one_address_are_proposed_and_become_one(console: Client, shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 1)), bought(shop, (shop.large, 2))
    token, _ = buyers_page(other, shop)
    address = f"/console/orders/{order.pk}"
    assert "1 other order of this buyer goes to the same address." in console.get(address).content.decode()

    page = console.get(f"{address}/merge").content.decode()

    assert "Send the €6.90 back that the buyer paid for the delivery of the others" in page
    assert Order.objects.filter(state="merged").count() == 0
    form = {**fields(page), "with": str(other.pk)}
    answers = [console.post(f"{address}/merge", {**form, "refund": "1", "tell": "1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert (Refund.objects.get().amount, OrderChange.objects.get().back) == (690, 690)
    assert f'<a href="{address}">{order.ref}</a>' in console.get(f"/console/orders/{other.pk}").content.decode()
    # The link that the buyer has of the other leads to where everything is.
    theirs = Client().get(token).content.decode()
    assert (f"Bestellung {order.ref}" in theirs, "Becher" in theirs, other.ref in theirs) == (True, True, True)
    run_until_idle(now=utc_now)
    letter = Message.objects.get(moment="order_changed")
    assert (other.ref in letter.text, "6,90" in letter.text) == (True, True)


def test_nobody_is_told_where_the_tick_is_taken_away(console: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    address = f"/console/orders/{order.pk}/split"
    form = fields(console.get(address).content.decode())
    page = console.post(address, {**form, f"move-{goods(order)[0].pk}": "1"}).content.decode()
    assert 'name="tell" value="1" checked' in page

    console.post(address, fields(page))
    run_until_idle(now=utc_now)

    assert (Order.objects.count(), Message.objects.filter(moment="order_changed").count()) == (2, 0)


def test_only_who_leads_splits_and_merges(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    bought(shop, (shop.large, 1))

    page = client_of(make_staff(Role.AGENT)).get(f"/console/orders/{order.pk}").content.decode()

    assert ("goes to the same address." in page, "/merge" in page, "/split" in page) == (True, False, False)


def test_a_parcel_of_the_goods_from_before_is_not_marked_dispatched(console: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    address = f"/console/orders/{order.pk}"

    def seen() -> str:
        return re.findall(r'name="goods_seen" value="(\d+)"', console.get(address).content.decode())[0]

    before = seen()
    split(shop, order, 1, 0)
    refused = console.post(f"{address}/dispatch", {"changes_seen": "0", "goods_seen": before})
    marked = console.post(f"{address}/dispatch", {"changes_seen": "0", "goods_seen": seen()})

    assert (refused.status_code, marked.status_code) == (409, 302)
    assert "The goods of this order were changed since you opened this page." in refused.content.decode()


def test_a_part_that_costs_nothing_is_agreed_to_as_well(console: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    address = f"/console/orders/{order.pk}/split"
    form = fields(console.get(address).content.decode()) | {f"move-{goods(order)[0].pk}": "1"}

    assert console.post(address, form).status_code == 200
    # It is taken for a decision, and this part does cost something.
    assert console.post(address, {**form, "agreed": "0"}).status_code == 409
