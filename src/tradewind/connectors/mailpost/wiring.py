"""Puts the provider before the mail server in the mail port, declares its page, and understands its notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tradewind.connectors.mailpost.adapter import ProviderTransport
from tradewind.connectors.mailpost.connection import MAIL_PROVIDER, PROVIDERS, provider_of, values_now
from tradewind.connectors.mailpost.notices import Notices
from tradewind.connectors.mailpost.provider import Provider
from tradewind.core import panels
from tradewind.messaging import ports, provider_notices, provider_ports


@dataclass(frozen=True, slots=True)
class ProviderOrServer:
    """As it is set up now: a change on its page holds from the next mail on, in every process."""

    server: ports.MailTransport
    providers: Mapping[str, Provider] = field(default_factory=lambda: PROVIDERS)

    def send(self, mail: ports.OutgoingMail) -> ports.Accepted:
        """Raises what ProviderTransport and the server's transport raise."""
        values = values_now()
        if not MAIL_PROVIDER.has_all(values):
            return self.server.send(mail)
        return ProviderTransport(provider_of(values, self.providers), values["key"]).send(mail)


def wire() -> None:
    panels.declare(MAIL_PROVIDER)
    ports.fill(ProviderOrServer(ports.transport()))
    for provider in PROVIDERS.values():
        notices = Notices(provider)
        provider_ports.fill(notices)
        provider_notices.accept_from(notices)
