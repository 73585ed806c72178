"""What is ours to do about parcels, from Today: one that its carrier has not collected, and one that nobody told the number of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.shipping.test_ours_to_do import sent_by, todos, waiting
from tests.shipping.troubled import look
from tests.shop import Shop, open_shop
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.shipping.models import Parcel

_PATIENCE = 30_000
pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)


@dataclass(frozen=True, slots=True)
class Words:
    """As they stand on the pages of one language."""

    language: str
    uncollected: str
    collected: str
    unnumbered: str
    carrier: str
    number: str
    save: str


ENGLISH = Words(
    "en",
    "Say that it was collected, or ask the carrier.",
    "The carrier has collected it",
    "Enter the number.",
    "Carrier",
    "Tracking number",
    "Save",
)
CHINESE = Words("zh-hans", "请登记已揽收，或询问承运商。", "已被揽收", "请填写单号。", "承运商", "物流单号", "保存")


@pytest.fixture
def shop(live_site: str) -> Shop:
    return open_shop(utc_now() - timedelta(days=4))


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["Chinese", "English"])
def test_from_today_to_the_carrier_and_to_the_number(
    words: Words, width: int, shop: Shop, new_page: NewPage, assert_accessible: Callable[[Page], None]
) -> None:
    here, gone = waiting(shop), sent_by(shop)
    look(shop, 3)
    assert todos() == ["open", "open"]
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(Role.WAREHOUSE, language=words.language, password=PASSWORD))

    def open_from_today(duty: str) -> None:
        page.goto("/console/")
        rows = page.locator(".duty", has_text=duty)
        expect(rows).to_have_count(1)
        assert_accessible(page)
        assert_fits(page)
        rows.locator("a.button").click()
        expect(page).to_have_url(re.compile("/console/troubles/"), timeout=_PATIENCE)
        assert_accessible(page)
        assert_fits(page)

    open_from_today(words.uncollected)
    page.get_by_role("button", name=words.collected).click()
    # The list of those that wait answers once the carrier has it.
    expect(page).to_have_url(re.compile("/console/warehouse/waiting"), timeout=_PATIENCE)
    expect(page.get_by_role("status")).to_be_visible()
    assert Parcel.objects.get(pk=here.pk).is_waiting is False

    open_from_today(words.unnumbered)
    page.get_by_label(words.carrier, exact=True).fill("YunExpress")
    page.get_by_label(words.number, exact=True).fill("YT2232521272432059")
    page.get_by_role("button", name=words.save, exact=True).click()
    expect(page).to_have_url(re.compile("/console/orders/"), timeout=_PATIENCE)
    expect(page.get_by_text("YT2232521272432059").first).to_be_visible()
    assert Parcel.objects.get(pk=gone.pk).tracking_number == "YT2232521272432059"

    page.goto("/console/")
    for duty in (words.uncollected, words.unnumbered):
        expect(page.locator(".duty", has_text=duty)).to_have_count(0)
    assert todos() == ["done", "done"]
