"""The words of a letter: written by one, reviewed by another who vouches for the language, and then in the buyer's mailbox."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import NewPage
from tests.browser.test_console import SIZES, assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.messaging.mail_server import Running
from tests.messaging.rewording import key_of
from tests.shipping.troubled import bought
from tests.shop import Shop, open_shop
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order

PAGE = "/console/messages/words"


def subject_of_confirmation(shop: Shop, post: Running) -> tuple[Order, str]:
    """Somebody in Hamburg buys; the subject of what they hear."""
    order = bought(shop, (shop.small, 1))
    run_until_idle(now=utc_now)
    [mail] = [mail for mail in post.script.mails if order.ref in mail["Subject"]]
    return order, mail["Subject"]


@pytest.mark.seen_alike
@pytest.mark.parametrize("width", SIZES)
def test_words_are_written_wait_are_reviewed_and_arrive(
    width: int,
    live_site: str,
    settings: Settings,
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
    post: Running,
) -> None:
    settings.BASE_URL = live_site
    shop = open_shop(utc_now())
    judge = make_staff(Role.CHECKER, password=PASSWORD)
    writer = new_page(viewport={"width": width, "height": 900})
    log_in(writer, make_staff(Role.OWNER, password=PASSWORD))

    def look(page: Page) -> None:
        assert_accessible(page)
        assert_fits(page)

    # The owner says that the check team's German is good, and writes.
    writer.goto(f"/console/staff/{judge.pk}")
    vouching = writer.locator("section[aria-labelledby=vouching-title]")
    vouching.locator("input[value=de]").check()
    vouching.locator("button").click()
    writer.goto(f"{PAGE}?language=de&words=Bestellung {{ref}} ist bestätigt")
    look(writer)
    writer.locator("[data-row]").click()
    look(writer)
    writer.locator("textarea[name=words]").fill("Ihre Bestellung bei uns ist bestätigt")
    writer.locator("button[value=save]").click()
    expect(writer.get_by_role("alert")).to_contain_text("{ref} is missing")
    writer.locator("textarea[name=words]").fill("Schön, dass Sie da sind: Bestellung {ref} steht")
    writer.locator("button[value=save]").click()
    expect(writer.locator(".wording-draft")).to_have_text("Schön, dass Sie da sind: Bestellung {ref} steht")
    look(writer)
    order, subject = subject_of_confirmation(shop, post)
    assert subject == f"Ihre Bestellung {order.ref} ist bestätigt"

    # As it would read, before it does.
    writer.goto(f"/console/messages/moments/order_confirmed/preview?language=de&drafts=1&order={order.ref}")
    expect(writer.locator("section.card h2")).to_have_text(f"Schön, dass Sie da sind: Bestellung {order.ref} steht")

    reader = new_page(viewport={"width": width, "height": 900})
    log_in(reader, judge)
    reader.goto(f"{PAGE}?language=de&state=waiting")
    look(reader)
    reader.locator("[data-row]").click()
    reader.locator("section[aria-labelledby=review-title] button").click()
    expect(reader.get_by_role("status")).to_contain_text("Letters say so from now on.")
    expect(reader.locator("ins").first).to_be_visible()
    look(reader)

    order, subject = subject_of_confirmation(shop, post)
    assert subject == f"Schön, dass Sie da sind: Bestellung {order.ref} steht"


def test_a_file_comes_back_from_the_translator(live_site: str, new_page: NewPage) -> None:
    open_shop(utc_now())
    page = new_page()
    log_in(page, make_staff(Role.OWNER, password=PASSWORD))
    page.goto(f"{PAGE}?language=fr")
    page.locator(".wording-files summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="PO", exact=True).click()
    content = download.value.path().read_text()
    changed = content.replace("Bonjour,", "Bien le bonjour,")
    assert changed != content

    page.locator("input[type=file]").set_input_files(
        {"name": "back.po", "mimeType": "text/x-gettext-translation", "buffer": changed.encode()}
    )
    page.locator(".wording-files form button").click()

    expect(page.locator("h1")).to_have_text("What was taken from the file")
    page.locator(f"a[href$='{key_of('Hello,')}/fr']").click()
    expect(page.locator(".wording-draft")).to_have_text("Bien le bonjour,")
