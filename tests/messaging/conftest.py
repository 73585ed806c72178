"""A mail server to send to, and the port filled with the real SMTP adapter."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.messaging.mail_server import Running, Script, mail_server
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.core.worker import run_until_idle
from tradewind.messaging import ports


@pytest.fixture
def sender(settings: Settings) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"
    settings.BASE_URL = "https://shop.tingyu.example"


@pytest.fixture
def server(sender: None) -> Iterator[Running]:
    """A mail server, and mail leaves through it."""
    with mail_server(Script()) as running:
        transport = SmtpTransport(read_server_address(running.url), own_name="shop.tingyu.example", longest=5)
        ports.fill(transport)
        yield running
        ports.fill(None)
        transport.close()


@pytest.fixture
def no_server(sender: None, settings: Settings) -> None:
    settings.SMTP_URL = ""
    ports.fill(None)


@pytest.fixture
def work_until_idle(now: datetime) -> Callable[..., int]:
    """Let a worker do everything that is due some time from now on."""

    def work(*, after: timedelta = timedelta(0)) -> int:
        return run_until_idle(now=lambda: now + after)

    return work
