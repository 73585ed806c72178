"""Fills the mail port from the installation's settings."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import WrongServerAddress, read_server_address
from tradewind.messaging import ports


def wire() -> None:
    """Without a server or a sender the port stays empty: mail waits and says what is missing."""
    if not (settings.SMTP_URL and settings.MAIL_FROM):
        ports.fill(None)
        return
    try:
        server = read_server_address(settings.SMTP_URL)
    except WrongServerAddress as problem:
        raise ImproperlyConfigured(f"TRADEWIND_SMTP_URL: {problem}") from problem
    ports.fill(SmtpTransport(server, own_name=urlsplit(settings.BASE_URL).hostname or "localhost"))
