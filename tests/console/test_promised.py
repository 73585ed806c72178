"""Today's list of promises, and addresses that the console does not have."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.console.today.promised import due_dispatches
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order
from tradewind.payments.settling import record_capture
from tradewind.promises.models import Promise
from tradewind.promises.watching import note_broken
from tradewind.shipping.dispatching import mark_dispatched


def _paid_order(shop: Shop) -> Order:
    placed = shop.place(shop.cart((shop.small, 1)))
    amount = Money(placed.intent.amount, "EUR")
    record_capture(intent_id=placed.intent.pk, external_id="m", amount=amount, by="system", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    return Order.objects.get(pk=placed.order.pk)


def test_what_was_promised_stands_until_it_has_left_even_when_it_is_late(shop: Shop) -> None:
    order = _paid_order(shop)
    unpaid = shop.place(shop.cart((shop.small, 1))).order

    assert [row.order_id for row in due_dispatches(EVERYWHERE)] == [order.pk]
    note_broken(shop.at + timedelta(days=3))
    assert [(row.order_ref, row.words) for row in due_dispatches(EVERYWHERE)] == [
        (order.ref, "Leaves Shenzhen by Tue 24 Nov")
    ]
    assert Promise.objects.get(kind="dispatch", subject_id=unpaid.pk).state == "broken"
    mark_dispatched(order=order, by="staff:1", at=shop.at)
    assert due_dispatches(EVERYWHERE) == []


def test_the_list_takes_the_same_statements_for_one_promise_and_for_ten(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _paid_order(shop)
    with django_assert_num_queries(2):
        assert len(due_dispatches(EVERYWHERE)) == 1
    for _ in range(9):
        _paid_order(shop)
    with django_assert_num_queries(2):
        assert len(due_dispatches(EVERYWHERE)) == 10


def test_today_shows_promises_to_those_who_may_see_orders(shop: Shop) -> None:
    order = _paid_order(shop)
    warehouse = client_of(make_staff(Role.WAREHOUSE, language="en"))
    content = client_of(make_staff(Role.CONTENT, language="en"))

    assert f"<strong>{order.ref}</strong> Leaves Shenzhen by Tue 24 Nov" in warehouse.get("/console/").content.decode()
    assert order.ref not in content.get("/console/").content.decode()


@pytest.mark.django_db
def test_an_address_with_a_slash_too_many_leads_to_its_page() -> None:
    staff = client_of(make_staff(Role.OWNER))

    answer = staff.get("/console/orders/?state=paid")
    assert (answer.status_code, answer["Location"]) == (302, "/console/orders?state=paid")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/console/nothing", "/console/nothing/", "/console/de/", "/console/de/cart/"])
def test_an_unknown_address_is_nothing_and_never_a_page_of_the_shop(path: str) -> None:
    assert client_of(make_staff(Role.OWNER)).get(path).status_code == 404
    assert Client().get(path).status_code == 404


def test_what_is_kept_back_is_still_promised_and_says_so(shop: Shop) -> None:
    held, free = _paid_order(shop), shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=free.pk).update(state="paid")
    hold_order(order_id=held.pk, reason="other", by="staff:1", at=shop.at)

    page = client_of(make_staff(Role.WAREHOUSE, language="en")).get("/console/").content.decode()

    assert [(row.order_id, row.is_kept) for row in due_dispatches(EVERYWHERE)] == [(held.pk, True), (free.pk, False)]
    assert page.count("</svg>Kept back</span>") == 1
