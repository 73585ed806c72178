"""What a buyer declared, for the person who has to act on it."""

from datetime import datetime
from http import HTTPStatus

import pytest
from django.test import Client

from tests.shop import Shop
from tradewind.aftersales.withdrawing import Declaration, declare_withdrawal


@pytest.mark.parametrize(("email", "is_found"), [("", True), ("other@example.com", False)])
def test_today_leads_to_the_declaration_and_it_to_the_order(
    console: Client, shop: Shop, now: datetime, email: str, is_found: bool
) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    declaration = Declaration("Greta <b>", order.ref, email or order.email, "one mug")
    withdrawal, _ = declare_withdrawal(declaration, key="k", market="de", language="de", at=now)
    address = f"/console/withdrawals/{withdrawal.pk}"

    today, page = console.get("/console/").content.decode(), console.get(address).content.decode()

    assert f'href="{address}"' in today
    assert "Greta &lt;b&gt;" in page
    assert "one mug" in page
    assert (f'href="/console/orders/{order.pk}"' in page) == is_found


def test_there_is_no_page_for_what_was_never_declared(console: Client) -> None:
    assert console.get("/console/withdrawals/99").status_code == HTTPStatus.NOT_FOUND
