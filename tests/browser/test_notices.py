"""A special notice from its form to the buyer's order page, wide and on a phone, for everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.messaging.mail_server import Running
from tests.shop import open_shop
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise


@pytest.mark.parametrize("width", SIZES)
def test_a_notice_is_announced_told_and_read(
    width: int, post: Running, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    at = utc_now()
    shop = open_shop(at)
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=order.pk).update(state="paid")
    leaves = Promise.objects.get(subject_id=order.pk, kind="dispatch").last_day
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.OWNER, password=PASSWORD))
    page.goto("/console/answers/announcements/new")
    page.select_option("#effect", "dispatch")
    page.fill("#days", "4")
    page.fill("#acts-first", leaves.isoformat())
    page.fill("#acts-last", (leaves + timedelta(days=3)).isoformat())
    for language in ("en", "de", "zh"):
        page.fill(f"#text-{language}", "")
    page.locator("button[value=propose]").click()
    expect(page.locator("#text-de")).not_to_have_value("")
    page.locator("button[value=look]").click()
    expect(page.locator("#preview")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.locator("button[value=save]").click()
    run_until_idle(now=utc_now)
    page.goto("/console/")
    page.locator(".duty a.primary").first.click()
    expect(page.locator("#hits")).to_contain_text(order.ref)
    page.evaluate("scrollTo(0, 0)")  # a link half under the head is no target
    assert_accessible(page)
    assert_fits(page)
    page.locator("form[action$=telling] button").dblclick()
    expect(page.locator("#hits progress, #hits .soft").first).to_be_visible()
    run_until_idle(now=utc_now)
    assert len(post.script.mails) == 1
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())

    page.goto(f"/de/de/order/{token}/")

    expect(page.locator("#why-later")).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("Neues Datum")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
