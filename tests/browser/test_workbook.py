"""A workbook on its way, choices, and accounts of other countries: on a phone, and with the scripts switched off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.catalog.test_choosing import choice, goods
from tests.catalog.test_workbook import edited
from tests.console.making import PASSWORD, make_staff
from tests.shop import open_shop
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("has_scripts", "width"), [(True, 390), pytest.param(False, 1440, marks=pytest.mark.seen_alike)]
)
def test_a_workbook_is_followed_to_its_end(
    has_scripts: bool,
    width: int,
    live_site: str,
    tmp_path: Path,
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
) -> None:
    open_shop(utc_now())
    file = tmp_path / "goods.xlsx"
    file.write_bytes(edited(("Texts", "C3", "Neu")))
    page = new_page(viewport={"width": width, "height": 900}, java_script_enabled=has_scripts)
    log_in(page, make_staff(language="en", password=PASSWORD))

    def look_again() -> None:
        run_until_idle(now=utc_now)
        if not has_scripts:
            page.get_by_role("link", name="Look again").click()

    page.goto("/console/catalogue/workbook")
    page.locator("[name=workbook]").set_input_files(file)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", name="The workbook is being checked")).to_be_visible()
    if has_scripts:
        assert_accessible(page)
    assert_fits(page)
    look_again()
    page.get_by_role("button", name="Take this over").click()
    expect(page.get_by_role("heading", name="The workbook is being taken over")).to_be_visible()
    look_again()
    expect(page.get_by_text("Taken over by Ms Owner")).to_be_visible()
    assert_fits(page)

    assert WorkbookRun.objects.get().state == "applied"


@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", 390), pytest.param("en", 1440, marks=pytest.mark.seen_alike)]
)
def test_lists_choices_and_workbooks_are_accessible_and_fit(
    language: str, width: int, live_site: str, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    goods(open_shop(utc_now()))
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(language=language, password=PASSWORD))

    for address in ("catalogue/workbook", "products/attributes", f"products/attributes/choices/{choice('s').pk}"):
        page.goto(f"/console/{address}")
        assert_accessible(page)
        assert_fits(page)


def test_an_account_shows_the_numbers_of_its_kind(
    live_site: str, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    open_shop(utc_now())
    page = new_page(viewport={"width": 390, "height": 900})
    log_in(page, make_staff(language="en", password=PASSWORD))
    page.goto("/console/shop")

    page.locator("[name='account.0.kind']").select_option("jp")

    shown = [name for name in ("iban", "routing", "branch", "account_type") if _is_shown(page, name)]
    assert shown == ["branch", "account_type"]
    assert_accessible(page)
    assert_fits(page)


def _is_shown(page: Page, name: str) -> bool:
    return page.locator(f"[name='account.0.{name}']").is_visible()
