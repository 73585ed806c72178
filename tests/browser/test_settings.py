"""Settings by hand: found from one page, tried out, wrongly filled, saved and taken back, on a desk and on a phone, with a proxy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from tests.browser.conftest import NewPage
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.messaging.mail_server import mail_server
from tests.proxy_server import proxy_server
from tests.shop import open_shop
from tradewind.backup.rules import rules
from tradewind.core.connecting import last_probes
from tradewind.core.panels import read
from tradewind.lib.clock import utc_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", 390), pytest.param("en", 1440, marks=pytest.mark.seen_alike)]
)
def test_an_owner_sets_backups_and_a_mail_server_behind_a_proxy(
    language: str,
    width: int,
    live_site: str,
    settings: Settings,
    new_page: NewPage,
    assert_accessible: Callable[[Page], None],
) -> None:
    settings.SMTP_URL = settings.MAIL_FROM = ""
    open_shop(utc_now())
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, make_staff(language=language, password=PASSWORD))
    for address in ("settings", "settings/installation", "settings/alarms", "settings/proxy", "connections"):
        page.goto(f"/console/{address}")
        assert_accessible(page)
        assert_fits(page)

    page.goto("/console/settings")
    page.locator("a[href$='settings/backup']").click()
    page.locator("#at").fill("26:00")
    page.locator("button.primary").click()
    page.locator("#at-problem").wait_for()
    assert_accessible(page)
    assert_fits(page)
    for at in ("02:30", "04:00"):
        page.locator("#at").fill(at)
        page.locator("button.primary").click()
        page.locator("[data-notice]").wait_for()
    page.locator("form[action*='/before/'] button").first.click()
    page.locator(".difference ins", has_text="02:30").first.wait_for()
    assert_accessible(page)
    page.locator("button.primary").click()
    page.locator("[data-notice]").wait_for()
    assert rules().at == "02:30"

    with mail_server() as server, proxy_server() as proxy:
        page.goto("/console/connections/mail")
        page.locator("#security").select_option("smtp")
        for name, value in {"host": "127.0.0.1", "port": str(server.port), "sender": "hello@shop.example"}.items():
            page.locator(f"#{name}").fill(value)
        page.locator(".group:has(#proxy_way) summary").click()
        page.locator("#proxy_way").select_option("own")
        page.locator("#proxy").fill(proxy.line("socks5h"))
        page.locator("button[value=letter]").click()
        page.locator(".notice-good").wait_for()
        assert (len(server.script.received), proxy.asked) == (1, [("127.0.0.1", server.port)])
        assert_fits(page)
        page.locator("button.primary").click()
        page.locator("[data-notice]").wait_for()
        page.locator("button[value=steps]").click()
        page.locator(".notice-good").wait_for()
        assert_accessible(page)

    assert (read("mail")["proxy_way"], last_probes()["mail"].is_good) == ("own", True)
