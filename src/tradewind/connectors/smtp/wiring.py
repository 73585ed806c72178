"""Fills the mail port: through the server that the environment names, else the one that an owner has set up on its page."""

import threading
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_noop

from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import ServerAddress, WrongServerAddress, read_server_address
from tradewind.connectors.smtp.connection import SMTP, address_of, is_open_with_password, own_name
from tradewind.connectors.smtp.dkim import DKIM, signer_now
from tradewind.connectors.smtp.signing import Signer
from tradewind.core import panels
from tradewind.core.panel_parts import WrongPart
from tradewind.core.proxies import proxy_of
from tradewind.core.proxying import Proxy
from tradewind.core.work import NeedsAttention
from tradewind.messaging import ports

# Staff read them where a letter stands that could not leave, in their own language.
_NOT_SET: Final = gettext_noop(
    "Mail cannot leave: name a mail server in the console under Connections, or set TRADEWIND_SMTP_URL and"
    " TRADEWIND_MAIL_FROM and start anew; then press Retry. Nothing is lost meanwhile."
)
_IN_THE_CLEAR: Final = gettext_noop(
    "Mail cannot leave: its password would go to the proxy in the clear. Choose no proxy for it."
)


class ConfiguredTransport:
    """The server as it is set up now: a change on its page holds from the next mail on, in every process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: tuple[ServerAddress, Proxy | None, Signer | None] | None = None
        self._transport: SmtpTransport | None = None

    def send(self, mail: ports.OutgoingMail) -> ports.Accepted:
        """Raises NeedsAttention while no server is set, and what SmtpTransport raises."""
        return self._current().send(mail)

    def close(self) -> None:
        """Leave the server, as far as no thread is talking to it."""
        if self._transport is not None:
            self._transport.close()

    def _current(self) -> SmtpTransport:
        values = panels.read(SMTP.key)
        if not SMTP.has_all(values):
            raise NeedsAttention(_NOT_SET)
        wanted = (*_line_of(values), signer_now())
        with self._lock:
            if self._transport is None or wanted != self._set:
                # Threads that are sending keep the old one to the end of their mail.
                self.close()
                server, proxy, signer = wanted
                self._transport = SmtpTransport(server, own_name=own_name(), proxy=proxy, signer=signer)
                self._set = wanted
            return self._transport


def _line_of(values: panels.Values) -> tuple[ServerAddress, Proxy | None]:
    """Raises NeedsAttention for what an older check let pass."""
    try:
        server = address_of(values)
        proxy = proxy_of(values, server.host)
    except WrongPart as problem:
        raise NeedsAttention(f"Mail cannot leave: the mail server is set up wrongly ({problem}).") from problem
    if proxy is not None and is_open_with_password(server):
        raise NeedsAttention(_IN_THE_CLEAR)
    return server, proxy


def wire() -> None:
    """Raises ImproperlyConfigured where the environment names a server that cannot be understood."""
    if settings.SMTP_URL:
        try:
            read_server_address(settings.SMTP_URL)
        except WrongServerAddress as problem:
            raise ImproperlyConfigured(f"TRADEWIND_SMTP_URL: {problem}") from problem
    panels.declare(SMTP)
    panels.declare(DKIM)
    ports.fill(ConfiguredTransport())
