"""A Spring Festival from the form to the day after it: pages show it while it counts, days move and come back, buyers hear of it once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.on_the_way import PHONE, World, text_of, world_at
from tests.browser.test_console import assert_fits
from tests.console.making import PASSWORD, make_staff
from tests.orders.changing import bought
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.parcels import Tracking

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
# A Monday in Shenzhen, twelve days before the Spring Festival.
MONDAY: Final = datetime(2027, 1, 25, 6, tzinfo=UTC)
TITLE: Final = "Chinesisches Neujahrsfest"


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with world_at(MONDAY, request) as there:
        yield there


def test_a_spring_festival_before_during_and_after(world: World) -> None:
    order = bought(world.shop, (world.shop.small, 1))
    world.work()
    buyer = world.open_page(viewport=PHONE, locale="de-DE")
    assert on_product_page(buyer) == (0, "Bei Ihnen: Mi., 3. Feb. bis Do., 11. Feb.")

    staff = world.staff(make_staff(Role.OWNER, password=PASSWORD))
    announced_as_today_proposes(staff)
    # Dates count from the moment on at which it is known; shown it is from the day on which staff want it shown.
    assert on_product_page(buyer) == (0, "Bei Ihnen: Di., 9. Feb. bis Mi., 17. Feb.")
    told_once(world, staff, order)
    on_orders_page(world, buyer, order)

    world.go_to(MONDAY + timedelta(days=3))
    assert on_product_page(buyer) == (1, "Bei Ihnen: Fr., 12. Feb. bis Mo., 22. Feb.")
    expect(buyer.locator(".announcements")).to_contain_text("Mo., 1. Feb.")
    assert_fits(buyer)
    world.go_to(MONDAY + timedelta(days=23))
    assert on_product_page(buyer) == (0, "Bei Ihnen: Fr., 26. Feb. bis Mo., 8. März.")


def on_product_page(buyer: Page) -> tuple[int, str]:
    """How many notices it shows, and what it says about the arrival."""
    buyer.goto("/de/de/product/mug/")
    return buyer.locator(".announcements p").count(), buyer.locator(".promise-sentence strong").inner_text()


def announced_as_today_proposes(page: Page) -> None:
    """Nothing leaves on the days of the festival anyway: the calendar knows them. What it costs is the jam around them."""
    page.get_by_role("link", name="Look at the proposal").click()
    expect(page.locator("#kind")).to_have_value("festival")
    expect(page.locator("#title-de")).to_have_value(TITLE)
    page.select_option("#effect", "transit")
    page.fill("#days", "4")
    for field, day in (("acts-first", "02-01"), ("acts-last", "02-12"), ("first", "01-27"), ("last", "02-14")):
        page.fill(f"#{field}", f"2027-{day}")
    for language in ("en", "de", "zh"):
        page.fill(f"#text-{language}", "")
    page.locator("button[value=propose]").click()
    expect(page.locator("#text-de")).to_have_value(re.compile("4 Werktage"))
    page.locator("button[value=look]").click()
    expect(page.locator("#preview")).to_contain_text("Open promises that are hit: 1, of 1 orders.")
    page.locator("button[value=save]").click()
    expect(page.locator("#hits")).to_be_visible()


def told_once(world: World, page: Page, order: Order) -> None:
    """From Today to the list; a colleague who has the same list open presses as well."""
    world.work()
    before = len(world.letters())
    page.goto("/console/")
    page.locator(".duty a.primary").first.click()
    expect(page.locator("#hits")).to_contain_text(order.ref)
    stale = page.context.new_page()
    stale.goto(page.url)
    for tab in (page, stale):
        tab.get_by_role("button", name="Tell them the new dates").click()
        expect(tab.get_by_role("button", name="Tell them the new dates")).to_have_count(0)
        expect(tab.locator("#hits")).to_be_visible()
        world.work()
    [mail] = world.letters()[before:]
    for days in ("Mi., 3. Feb. bis Do., 11. Feb.", "Di., 9. Feb. bis Mi., 17. Feb."):
        assert days in text_of(mail)
    page.reload()
    expect(page.locator("#hits")).to_contain_text("told: 1")
    expect(page.get_by_role("button", name="Tell them the new dates")).to_have_count(0)


def on_orders_page(world: World, buyer: Page, order: Order) -> None:
    """It leaves in time, and what the festival has moved is not moved again."""
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())
    world.go_to(MONDAY + timedelta(days=1))
    mark_dispatched(order=order, by="staff:1", at=utc_now(), tracking=Tracking("YunExpress", "YT2232521272432059"))
    world.after(minutes=2)
    mail = world.letters()[-1]
    assert "ist unterwegs" in str(mail["Subject"])
    assert "Di., 9. Feb. bis Mi., 17. Feb." in text_of(mail)
    buyer.goto(f"/de/de/order/{token}/")
    expect(buyer.locator(".steps")).to_contain_text("Di., 9. Feb. bis Mi., 17. Feb.")
    expect(buyer.locator("#why-later")).to_be_visible()
    assert_fits(buyer)
    states = Promise.objects.filter(kind="delivery", subject_id=order.pk).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["renewed", "made"]
