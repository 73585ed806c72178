"""The console in a browser: for eyes, for hands, and for readers of screens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.api.sample import make_hook
from tests.browser.conftest import NewPage
from tests.console.making import AT, PASSWORD, make_order, make_staff, make_transfer
from tradewind.alerting.models import Receiver
from tradewind.core.models import Delivery, Staff, Todo
from tradewind.core.models.staff import Role
from tradewind.demo.alerts import tell_a_group
from tradewind.orders.models import Order
from tradewind.payments.models import LedgerEntry

SIZES = [1440, pytest.param(390, marks=pytest.mark.seen_alike)]


@pytest.fixture
def filled(transactional_db: None) -> Order:
    """An order of each sort, a duty, and work that is stuck."""
    order = make_order(1)
    make_transfer(order)
    make_order(2, state="paid", account="amazon us")
    make_order(3, state="cancelled", country="US")
    make_order(4, kind="credit", total=-500)
    Todo.objects.create(
        kind="order.overpaid",
        subject_kind="order",
        subject_id=order.pk,
        facts={"amount": 500, "currency": "EUR"},
        due_at=AT,
        created_at=AT,
    )
    Delivery.objects.create(
        kind="messaging.mail",
        key="mail-1",
        payload={},
        state="stuck",
        error="Refused: 550 unknown user",
        due_at=AT,
        created_at=AT,
        finished_at=AT,
        subject_kind="order",
        subject_id=order.pk,
    )
    return order


def log_in(page: Page, staff: Staff) -> None:
    page.goto("/console/login")
    page.locator("[name=email]").fill(staff.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()
    page.wait_for_url("**/console/")


def assert_fits(page: Page) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{page.url} is wider than the window"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", SIZES)
def test_every_screen_is_accessible_and_fits(
    language: str, width: int, filled: Order, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"/console/login?language={'en' if language == 'en' else 'zh'}")
    assert_accessible(page)
    assert_fits(page)
    colleague, owner = make_staff(Role.AGENT), make_staff(language=language, password=PASSWORD)
    hook = make_hook(owner, AT)
    tell_a_group(at=AT)
    log_in(page, owner)

    for address in (
        "",
        "staff",
        f"staff/{colleague.pk}",
        "audit",
        "profile",
        "orders",
        f"orders/{filled.pk}",
        "products",
        "products/fading",
        "messages",
        "work",
        "hooks",
        f"hooks/{hook.pk}",
        "alerts",
        f"alerts/{Receiver.objects.get().pk}",
        "search?q=hamburg",
        "nowhere",
    ):
        page.goto(f"/console/{address}")
        assert_accessible(page)
        assert_fits(page)


def test_the_dark_scheme_is_accessible_too(
    filled: Order, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(color_scheme="dark")
    log_in(page, make_staff(password=PASSWORD))

    for address in ("", "orders", f"orders/{filled.pk}", "work"):
        page.goto(f"/console/{address}")
        assert_accessible(page)


def test_orders_are_reached_without_a_mouse(filled: Order, chromium_page: Page) -> None:
    page = chromium_page
    log_in(page, make_staff(password=PASSWORD))
    page.goto("/console/orders")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(filled.ref)


def test_control_k_goes_to_the_search_box_from_anywhere(filled: Order, chromium_page: Page) -> None:
    page = chromium_page
    log_in(page, make_staff(password=PASSWORD))

    page.keyboard.press("Control+k")
    page.keyboard.type("hamburg")
    page.keyboard.press("Enter")

    page.wait_for_url("**/console/search?q=hamburg")
    expect(page.locator("tbody tr")).to_have_count(4)


def test_letters_typed_into_a_field_are_letters(filled: Order, chromium_page: Page) -> None:
    page = chromium_page
    log_in(page, make_staff(password=PASSWORD))
    page.goto("/console/orders")

    page.locator(".filters [name=q]").press_sequentially("jk/")

    expect(page.locator(".filters [name=q]")).to_have_value("jk/")


def test_choosing_a_filter_applies_it_and_the_address_stays_short(filled: Order, chromium_page: Page) -> None:
    page = chromium_page
    log_in(page, make_staff(password=PASSWORD))
    page.goto("/console/orders")

    page.locator("[name=state]").select_option("paid")

    page.wait_for_url("**/console/orders?state=paid")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_notice_is_not_repeated_when_the_page_is_reloaded(filled: Order, chromium_page: Page) -> None:
    page = chromium_page
    log_in(page, make_staff(password=PASSWORD))

    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_have_text("Done. The to-do is off the list.")
    page.reload()

    expect(page.get_by_role("status")).to_have_count(0)


def test_the_console_works_without_javascript(filled: Order, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    log_in(page, make_staff(password=PASSWORD))
    page.goto("/console/orders?q=TW-TEST000001")
    page.get_by_role("link", name=filled.ref).click()

    page.locator("[name=reference]").fill("NTRF 4711")
    page.get_by_role("button", name="Record").click()

    expect(page.get_by_role("status")).to_have_text("The transfer is recorded.")
    assert LedgerEntry.objects.get().amount == filled.total


def test_the_language_is_switched_where_one_stands(filled: Order, chromium_page: Page, live_site: str) -> None:
    page = chromium_page
    log_in(page, make_staff(language="zh-hans", password=PASSWORD))
    page.goto("/console/orders?state=paid")

    for language, tag, heading in (("Deutsch", "de", "Bestellungen"), ("English", "en", "Orders")):
        page.locator(".tongue summary").click()
        page.get_by_role("button", name=language).click()

        expect(page).to_have_url(f"{live_site}/console/orders?state=paid")
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page.locator("h1")).to_have_text(heading)
