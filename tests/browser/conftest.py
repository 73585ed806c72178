"""A real browser on the real site: middleware, static files and the strict Content-Security-Policy as in life."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache, caches
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.db.models import Model
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from tests.keeping import put_aside, put_back
from tests.messaging.mail_server import Running, Script, mail_server
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.demo.goods import load_goods
from tradewind.demo.setting_up import set_up_shop
from tradewind.lib.clock import utc_now
from tradewind.messaging import ports

# Playwright keeps an event loop in this thread, and Django would take our fixtures for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = Path(os.environ.get("TRADEWIND_CHROMIUM", "/usr/bin/chromium"))
# Offline and alone: nothing that a browser does for itself may reach beyond this machine.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Else axe describes every element that is as it should be, too.
    "resultTypes": ["violations"],
}

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        # Within Playwright's loop Django has connections of its own, which nobody sees any more once it has ended.
        connections.close_all()


@pytest.fixture
def live_site(transactional_db: None) -> Iterator[str]:
    """The address of the whole site, served by threads that share the test's database."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override={})
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def _kept_shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[type[Model]]:
    with django_db_blocker.unblock(), transaction.atomic():
        set_up_shop(at=utc_now())
        load_goods(at=utc_now())
        return put_aside("browsed")


@pytest.fixture
def demo_shop(_kept_shop: list[type[Model]], live_site: str, settings: Settings) -> None:
    """The demo's shop and goods on the site."""
    cache.clear()
    caches["counts"].clear()
    settings.BASE_URL = live_site
    with transaction.atomic():
        put_back("browsed", _kept_shop)


@pytest.fixture
def post(live_site: str, settings: Settings) -> Iterator[Running]:
    """A mail server that keeps what it gets."""
    settings.MAIL_FROM = "hello@tingyu.example"
    with mail_server(Script()) as running:
        transport = SmtpTransport(read_server_address(running.url), own_name="shop.tingyu.example", longest=5)
        ports.fill(transport)
        yield running
        ports.fill(None)
        transport.close()


@pytest.fixture
def new_page(chromium: Browser, live_site: str) -> Iterator[NewPage]:
    """Opens pages with contexts of their own: `new_page(java_script_enabled=False, locale="de-DE")`.

    A script that fails, a breach of the Content-Security-Policy or a request to a stranger fails the test.
    """
    opened: list[Page] = []
    offences: list[str] = []

    def open_one(**options: Any) -> Page:
        settings = {"viewport": {"width": 1440, "height": 900}, "base_url": live_site, "reduced_motion": "reduce"}
        page = chromium.new_context(**{**settings, **options}).new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda problem: offences.append(f"script: {problem}"))
        page.on("console", lambda message: _note_breach(message, offences))
        page.on("request", lambda request: _note_stranger(request.url, live_site, offences))
        opened.append(page)
        return page

    yield open_one
    for page in opened:
        page.context.close()
    assert offences == []


@pytest.fixture
def chromium_page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fails with what axe complains about and where."""

    def check(page: Page) -> None:
        # A click answers once the next page is asked for; axe needs it to stand.
        page.wait_for_load_state()
        found = Axe().run(page, options=WCAG).response["violations"]
        complaints = [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
        assert complaints == []

    return check


def _note_breach(message: ConsoleMessage, offences: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        offences.append(message.text)


def _note_stranger(url: str, live_site: str, offences: list[str]) -> None:
    # Under its other name the server plays another company's site.
    known = (live_site, live_site.replace("127.0.0.1", "localhost"))
    if not url.startswith((*known, "data:", "blob:", "about:")):
        offences.append(f"asked a stranger: {url}")
