"""A file of orders from the upload to its being taken back, and one whose columns are named: on a phone and without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.console.test_order_files import OURS
from tests.orders.importing.handing_in import many
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("has_scripts", "width"), [(True, 390), pytest.param(False, 1440, marks=pytest.mark.seen_alike)]
)
def test_files_are_handed_in_looked_at_brought_in_and_taken_back(
    has_scripts: bool,
    width: int,
    live_site: str,
    tmp_path: Path,
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
) -> None:
    page = new_page(viewport={"width": width, "height": 900}, java_script_enabled=has_scripts)
    log_in(page, make_staff(language="en", password=PASSWORD))

    def look_over() -> None:
        if has_scripts:
            assert_accessible(page)
        assert_fits(page)

    def press(name: str) -> None:
        """A button whose work the worker does, and the page that says what came of it."""
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("link", name="Look again")).to_be_visible()
        run_until_idle(now=utc_now)
        if not has_scripts:
            page.get_by_role("link", name="Look again").click()
        expect(page.get_by_role("link", name="Look again")).to_be_hidden()
        look_over()

    def choose(name: str, content: bytes, account: str) -> None:
        file = tmp_path / name
        file.write_bytes(content)
        page.goto("/console/orders/files")
        page.get_by_label("File (CSV or workbook").set_input_files(file)
        page.get_by_label("Account of these orders").select_option("new")
        page.get_by_label("Name of a new account").fill(account)
        look_over()

    choose("ebay.csv", many(3), "eBay DE")
    press("See what it would do")
    press("Bring 3 orders in")
    assert Order.objects.count() == 3
    press("See what can be taken back")
    press("Take 3 orders back")
    assert Order.objects.count() == 0

    choose("messe.csv", OURS.encode(), "Messe")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_label("Currency of all amounts, say EUR").fill("EUR")
    look_over()
    press("See what it would do")
    expect(page.get_by_role("button", name="Bring 2 orders in")).to_be_visible()
    page.goto("/console/accounts")
    look_over()
    page.get_by_role("link", name="eBay DE").click()
    look_over()
