"""The catalogue's forms in a browser: for eyes, for readers of screens, with and without the script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.catalog import pictures
from tests.console.making import PASSWORD, make_staff
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Media
from tradewind.lib.clock import utc_now


@pytest.fixture
def opened(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Shop:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "public", tmp_path / "private"
    for name in ("good.jpg", "second.jpg"):
        (tmp_path / name).write_bytes(pictures.picture(size=(400, 300 + len(name))))
    (tmp_path / "bad.jpg").write_bytes(b"hello")
    return open_shop(utc_now())


PARTS = ["", "/texts", "/variants", "/media", "/price-table"]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_part_of_a_product_can_be_read_and_used_by_all(
    width: int, language: str, opened: Shop, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(language=language, password=PASSWORD))

    for part in PARTS:
        page.goto(f"/console/products/{opened.product.pk}{part}")
        assert_fits(page)
        assert_accessible(page)


def test_files_are_sent_one_by_one_and_a_bad_one_is_named(opened: Shop, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page()
    log_in(page, make_staff(password=PASSWORD))
    page.goto(f"/console/products/{opened.product.pk}/media")

    page.set_input_files("[name=files]", [tmp_path / "good.jpg", tmp_path / "second.jpg"])
    page.locator("[data-upload] [type=submit]").click()
    page.wait_for_url("**/media*")
    expect(page.locator("section.medium")).to_have_count(3)
    assert Media.objects.filter(product=opened.product).count() == 3


def test_without_the_script_the_form_sends_all_files_at_once(opened: Shop, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page(java_script_enabled=False)
    log_in(page, make_staff(password=PASSWORD))
    page.goto(f"/console/products/{opened.product.pk}/media")

    page.set_input_files("[name=files]", [tmp_path / "good.jpg", tmp_path / "bad.jpg"])
    page.locator("[data-upload] [type=submit]").click()

    expect(page.locator("[role=alert]")).to_contain_text("bad.jpg")
    expect(page.locator("section.medium")).to_have_count(2)
