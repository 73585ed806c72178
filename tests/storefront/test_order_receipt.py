"""The receipt: for what was paid, with every amount that the buyer agreed to, and what went back."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests.shop import Shop, move_money
from tests.storefront.reading import text_of
from tradewind.core.links import make_link
from tradewind.core.preferences import change
from tradewind.markets.shop import SHOP
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.payments.models import Refund

PROFILE = {
    "name": "Tingyu",
    "email": "hello@example.com",
    "manufacturer": {"name": "Tingyu Co., Ltd.", "address": "17 Haimo Road", "country": "CN", "email": "m@example.com"},
    "registrations": {"vat_de": "DE123"},
}


@pytest.fixture
def order(shop: Shop) -> Order:
    change(SHOP, PROFILE, by="system", at=shop.at)
    return shop.place(shop.cart((shop.small, 2))).order


def page_of(order: Order, at: datetime, language: str = "en") -> str:
    return f"/de/{language}/order/{make_link('order.view', subject=('order', order.pk), at=at)}/"


def test_it_says_who_sold_what_for_how_much_and_how_it_was_paid(buyer: Client, order: Order, now: datetime) -> None:
    move_money(order, 2690, now)

    words = text_of(buyer.get(f"{page_of(order, now)}receipt/"))

    for expected in (
        f"Receipt Order number {order.ref} Ordered on November 23, 2026",
        "Company Tingyu Co., Ltd. Address 17 Haimo Road E-mail hello@example.com VAT number (DE) DE123",
        "Greta Öztürk Große Elbstraße 5 22767 Hamburg Germany",
        "Becher small 2 €10.00 19 % €20.00",
        "Goods €20.00 Delivery cost de-air €6.90 Total €26.90 of which 19 % VAT €4.29",
        "Payment Paid: card November 23, 2026 €26.90",
    ):
        assert expected in words
    assert "nvoice" not in words


def test_its_german_title_is_no_invoice(buyer: Client, order: Order, now: datetime) -> None:
    move_money(order, 2690, now)

    html = buyer.get(f"{page_of(order, now, 'de')}receipt/").content.decode()

    assert f"<title>Zahlungsbeleg {order.ref} · Tingyu</title>" in html


def test_before_anything_is_paid_there_is_none(buyer: Client, order: Order, now: datetime) -> None:
    page = page_of(order, now)

    answer = buyer.get(f"{page}receipt/")
    link_before = f'href="{page}receipt/"' in buyer.get(page).content.decode()
    move_money(order, 1000, now)
    link_after = f'href="{page}receipt/"' in buyer.get(page).content.decode()

    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, page)
    assert (link_before, link_after) == (False, True)
    assert "Still to be paid €16.90" in text_of(buyer.get(f"{page}receipt/"))


def test_what_went_back_and_what_is_on_its_way_back_stand_below(buyer: Client, order: Order, now: datetime) -> None:
    move_money(order, 2690, now)
    intent = move_money(order, -690, now + timedelta(days=1))
    Refund.objects.create(ref="R1", intent=intent, amount=2000, currency="EUR", reason="x", by="system", created_at=now)
    Order.objects.update(state=OrderState.CANCELLED)

    words = text_of(buyer.get(f"{page_of(order, now)}receipt/"))

    assert "This order was cancelled" in words
    assert words.endswith(
        "Paid: card November 23, 2026 €26.90 Refunded: card November 24, 2026 -€6.90 Refund, on its way to you -€20.00"
    )


def test_each_rate_and_each_duty_has_its_line(buyer: Client, order: Order, now: datetime) -> None:
    move_money(order, 2690, now)
    Order.objects.update(rules={})
    OrderLine.objects.create(
        order=order, kind="charge", position=9, title="Customs duty", quantity=1, unit=3, total=300, tax_rate=7, tax=20
    )

    words = text_of(buyer.get(f"{page_of(order, now)}receipt/"))

    assert "Customs duty €3.00 Total €26.90 of which VAT, 19 % €4.29 of which VAT, 7 % €0.20" in words


def test_it_has_no_navigation_of_the_shop(buyer: Client, order: Order, now: datetime) -> None:
    move_money(order, 2690, now)

    html = buyer.get(f"{page_of(order, now)}receipt/").content.decode()

    assert [html.count(mark) for mark in ("<nav", "masthead", "colophon", "<script")] == [1, 0, 0, 0]
