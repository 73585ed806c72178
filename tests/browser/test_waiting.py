"""Tell me when it is back, in a real browser: the form, the mail's link, the confirmation, and being told; for all eyes."""

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_storefront import PHONE
from tests.messaging.mail_server import Running
from tradewind.catalog.models import Variant
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.inventory.stocktaking import adjust, receive
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Waiting

# Numbers start anew with each shop: what a process knows of a market is kept under its code and version.
pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.usefixtures("demo_shop")]

DESK: Final = {"width": 1440, "height": 900}
MUG: Final = "product/mug/?colour=midnight"
GRETA: Final = "greta@example.com"


@pytest.fixture
def mug(demo_shop: None) -> Variant:
    """The blue mug, sold out."""
    variant = Variant.objects.get(product__slug="mug", options={"colour": "midnight"})
    for level in StockLevel.objects.filter(variant_id=variant.pk).select_related("warehouse"):
        adjust(variant_id=variant.pk, warehouse=level.warehouse, counted=0, reason="counted", by="system", at=utc_now())
    return variant


def bring_back(mug: Variant) -> None:
    level = StockLevel.objects.filter(variant_id=mug.pk).select_related("warehouse").order_by("pk")[0]
    receive(variant_id=mug.pk, warehouse=level.warehouse, quantity=5, by="system", at=utc_now())


def link_in_last(post: Running, live_site: str, path: str) -> str:
    """The first link of the newest mail that leads there."""
    part = post.script.mails[-1].get_body(("plain",))
    assert part is not None
    return next(line for line in str(part.get_content()).split() if line.startswith(f"{live_site}{path}"))


@pytest.mark.parametrize(
    "way",
    [
        ("de", PHONE, "light", False),
        pytest.param(("zh", PHONE, "dark", True), marks=pytest.mark.seen_alike),
        pytest.param(("de", DESK, "dark", True), marks=pytest.mark.seen_alike),
        pytest.param(("zh", DESK, "light", True), marks=pytest.mark.seen_alike),
    ],
    ids=["German phone without scripts", "Chinese phone", "German desk", "Chinese desk"],
)
def test_from_the_form_over_the_mails_link_to_the_news(
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
    live_site: str,
    post: Running,
    mug: Variant,
    way: tuple[str, dict[str, int], str, bool],
) -> None:
    language, size, scheme, scripts = way

    def look(page: Page) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        low = "b => [...b].filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
        assert page.locator("main form .button, main form .input").evaluate_all(low) == []
        if scripts:
            assert_accessible(page)

    place = f"/de/{language}/"
    page = new_page(viewport=size, color_scheme=scheme, java_script_enabled=scripts)
    page.goto(place + MUG)
    look(page)
    form = page.locator(".back-in-stock")
    # An address that browsers let pass and that no mail reaches.
    form.locator("input[type=email]").fill("greta@example")
    form.locator("button").click()
    expect(page.locator("[aria-invalid=true]")).to_have_value("greta@example")
    look(page)
    form.locator("input[type=email]").fill(GRETA)
    form.locator("button").click()
    expect(page).to_have_url(f"{live_site}{place}waiting/")
    look(page)

    run_until_idle(now=utc_now)
    page.goto(link_in_last(post, live_site, f"{place}waiting/"))
    look(page)
    page.locator("main form button").click()
    # A page that is still to come has no form either: what only the answer has is waited for.
    expect(page.locator("main section a")).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    look(page)
    page.locator("main section a").click()
    expect(page).to_have_url(f"{live_site}{place}{MUG}")

    bring_back(mug)
    run_until_idle(now=utc_now)
    assert [mail["To"] for mail in post.script.mails] == [GRETA] * 2
    page.goto(link_in_last(post, live_site, f"{place}product/"))
    expect(page.locator(".add button")).to_be_visible()
    assert list(Waiting.objects.values_list("state", "address")) == [("told", "")]
