"""Orders at work in a browser: ticked, held together, watched, undone; and every screen of it fits and can be read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import AT, PASSWORD, make_order, make_staff
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.holding import hold_order
from tradewind.orders.models import BulkRun, Order
from tradewind.orders.noting import write_note
from tradewind.orders.tagging import add_tag


@pytest.fixture
def paid(transactional_db: None) -> list[Order]:
    orders = [make_order(number, state="paid") for number in (1, 2, 3)]
    add_tag(order_id=orders[0].pk, name="Trade fair in Guangzhou", by="staff:1", at=AT)
    write_note(order_id=orders[0].pk, key="k", text="Customs asked\nfor the invoice", by="staff:1", at=AT)
    hold_order(order_id=orders[0].pk, reason="customs_missing", words="No HS code", by="staff:1", at=AT)
    return orders


@pytest.mark.parametrize("width", SIZES)
def test_orders_are_held_together_and_let_go_on_screens_that_fit(
    width: int, paid: list[Order], new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(password=PASSWORD))

    def look() -> None:
        assert_accessible(page)
        assert_fits(page)

    for address in ("", "/split", "/merge"):
        page.goto(f"/console/orders/{paid[0].pk}{address}")
        look()
    page.goto("/console/orders?cols=placed,buyer,country,city,state,items,total,paid,method,delivery,account")
    look()
    page.get_by_text("Keep as a view …").click()
    page.locator("details[open] [name=name]").fill("To pack")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".tabs [aria-current]")).to_have_text("To pack 3")
    page.get_by_text("Columns …").click()
    look()
    page.goto("/console/orders/views")
    look()
    page.goto("/console/orders")
    if width > 1000:
        # The box above the rows ticks them all; a phone has no place for it.
        page.get_by_label("Tick all of this page").check()
    for order in paid:
        page.get_by_label(f"Tick {order.ref}").check()
    page.locator("[name=act]").select_option("hold")
    page.get_by_role("button", name="Look at those ticked …").click()
    look()
    page.locator("[name=reason]").select_option("waiting_goods")
    page.get_by_role("button", name="Do it with 2 orders").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    look()
    run_until_idle(now=utc_now)
    # The page sees by itself that the work has ended.
    expect(page.get_by_text("Done with 2", exact=True)).to_be_visible(timeout=10_000)
    look()
    page.get_by_role("button", name="Undo it with 2 orders").click()
    page.wait_for_url("**/console/orders/bulk/*")
    run_until_idle(now=utc_now)
    page.reload()
    expect(page.get_by_text("This undoes what was done before.")).to_be_visible()
    assert list(BulkRun.objects.order_by("pk").values_list("done", "refused")) == [(2, 1), (2, 0)]
    assert list(Order.objects.filter(held_at__isnull=False)) == [paid[0]]
