"""A quotation from the fair to the paid order: written in a Chinese console, accepted in German on a phone, worth the same on every page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.messaging.mail_server import Running
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.quotations.models import Quotation

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

GRETA = {
    "email": "greta@example.com",
    "name": "Greta Öztürk",
    "line1": "Große Elbstraße 5",
    "postcode": "22767",
    "city": "Hamburg",
    "note": "Wie auf der Messe besprochen.",
}
# 30 at 12.50, engraving for 80.00, 20.00 off, delivery free from 79.00 on; 19 % in it.
TOTAL = "435,00 €"


def press(page: Page, action: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[value={action}]").last.click()


def write_down(page: Page, look: Callable[[Page], None]) -> None:
    """With nothing but the form: a shelf of buttons that all keep what was typed."""
    page.goto("/console/quotations/new")
    look(page)
    page.select_option("[name=market]", "de")
    page.get_by_role("button", name="开始").click()
    page.wait_for_url("**/console/quotations/*")
    page.fill("#q", "TW-MUG-CEL")
    press(page, "find")
    page.get_by_role("button", name="添加 TW-MUG-CEL").click()
    page.wait_for_url("**#goods")
    page.fill("[name='line.0.quantity']", "30")
    page.fill("[name='line.0.price']", "12.5")
    page.get_by_text("添加自拟行").click()
    page.fill("[name='own.title']", "Gravur mit Firmenlogo")
    page.fill("[name='own.price']", "80")
    page.fill("[name=discount]", "20")
    for name, text in GRETA.items():
        page.fill(f"[name={name}]", text)


def test_a_quotation_becomes_a_paid_order_worth_the_same_on_every_page(
    new_page: NewPage, assert_accessible: Callable[[Page], None], post: Running
) -> None:
    def look(page: Page) -> None:
        assert_accessible(page)
        assert_fits(page)

    page = new_page()
    log_in(page, make_staff(language="zh-hans", password=PASSWORD))
    write_down(page, look)
    press(page, "send")
    # Sums that nobody has seen yet are not sent.
    expect(page.get_by_role("alert")).to_contain_text("请核对汇总")
    expect(page.locator("[aria-labelledby=summary] .sum")).to_contain_text("€435.00")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    press(page, "send")
    expect(page.get_by_role("status")).to_contain_text("报价单正在发送给买家")
    look(page)
    run_until_idle(now=utc_now)
    letter = Message.objects.get()
    assert (letter.state, TOTAL in letter.text.replace("\xa0", " ")) == ("sent", True)

    phone = new_page(viewport={"width": 390, "height": 844}, locale="de-DE")
    phone.goto(re.search(r"https?://\S+/quotation/\S+", letter.text)[0])  # type: ignore[index]
    expect(phone.locator("h1")).to_have_text("Unser Angebot für Sie")
    expect(phone.locator(".totals .total")).to_contain_text(TOTAL)
    look(phone)
    phone.get_by_role("button", name="Annehmen, bestellen und 435,00 € zahlen").click()
    phone.wait_for_url("**/simulator/pay/**")
    expect(phone.get_by_text(TOTAL)).to_be_visible()
    phone.locator('button[value="pay"]').click()
    phone.wait_for_url("**/order/**")
    expect(phone.locator(".totals .total")).to_contain_text(TOTAL)
    run_until_idle(now=utc_now)

    order, quotation = Order.objects.get(), Quotation.objects.get()
    assert (order.total, order.tax, order.paid, order.state) == (43500, 6945, 43500, OrderState.PAID)
    assert (quotation.order, quotation.state) == (order, "accepted")
    page.goto(f"/console/quotations/{quotation.pk}")
    look(page)
    page.get_by_role("link", name=order.ref).click()
    expect(page.locator("[aria-labelledby=lines] .sum")).to_contain_text("€435.00")
    page.goto("/console/quotations")
    expect(page.locator("tbody tr")).to_contain_text("已接受")
    look(page)
