"""Packing on a phone: scanned without the page going away, refused in words, checked, photographed, sent; and read by everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.orders.changing import bought
from tests.shipping.packing import photo
from tests.shop import open_shop
from tradewind.catalog.packing import PackingDraft, write_packing
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.shipping.models import Evidence, Packing, Parcel


@pytest.mark.parametrize("width", SIZES)
def test_an_order_is_packed_with_photos_on_screens_that_fit(
    width: int, transactional_db: None, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    at = utc_now() - timedelta(days=1)
    shop = open_shop(at)
    asked = PackingDraft(
        rule="Wrap twice,\ncorners first",
        accessories=("Spoon",),
        is_fragile=True,
        needs_check=True,
        check_parts=("size",),
    )
    write_packing(product=shop.product, draft=asked, by="staff:1", at=at)
    order = bought(shop, (shop.small, 2), (shop.large, 1))
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.WAREHOUSE, password=PASSWORD))

    def look() -> None:
        assert_fits(page)
        assert_accessible(page)

    page.goto("/console/warehouse")
    look()
    page.get_by_label("Scan the number of an order").fill(order.ref)
    page.get_by_label("Scan the number of an order").press("Enter")
    page.get_by_role("button", name="Begin packing").click()
    scan_all(page)
    look()
    page.get_by_role("button", name="Packed", exact=True).click()
    expect(page.locator(".complaint")).to_have_text(
        "Please take a photo or film of the packing, or write why there is none."
    )
    page.get_by_label("Photo", exact=True).last.set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="It passed").click()
    page.get_by_role("button", name="Packed", exact=True).click()
    expect(page.get_by_text("Packed by Ms Warehouse")).to_be_visible()
    look()
    send_one(page)
    for address in ("waiting", f"picking?order={order.pk}"):
        page.goto(f"/console/warehouse/{address}")
        look()

    assert Evidence.objects.filter(order=order).count() == 1
    assert Packing.objects.get(order=order).packed_at is not None
    assert [line.quantity for line in Parcel.objects.get(order=order).lines.order_by("pk")] == [1, 1]


def scan_all(page: Page) -> None:
    """A scanner does not wait: three codes at once, the last one wrong."""
    field = page.get_by_label("Scan or type an article")
    page.evaluate("window.sameDocument = true")
    for code in ("MUG-S", "MUG-S", "TEA-1"):
        field.fill(code)
        field.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("TEA-1 is not in this order. Put it back.")
    expect(page.locator(".checklist .units").first).to_have_text("2 / 2")
    assert page.evaluate("window.sameDocument") is True
    expect(field).to_be_focused()
    page.get_by_role("button", name="It is in").click()
    for left in (1, 0):
        page.get_by_role("button", name="Done", exact=True).first.click()
        expect(page.get_by_role("button", name="Done", exact=True)).to_have_count(left)


def send_one(page: Page) -> None:
    page.get_by_text("Send only a part …").click()
    page.locator("[name^=units-]").first.fill("1")
    page.get_by_label("It stands ready: the carrier has yet to collect it").check()
    page.get_by_role("button", name="Mark dispatched").click()
    expect(page.get_by_text("The part has left. What stays here stands below.")).to_be_visible()
