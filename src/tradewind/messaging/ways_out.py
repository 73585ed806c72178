"""Which connection letters leave through: that of a mail provider where one is set up, else the mail server."""

from typing import Final

from tradewind.core import panels
from tradewind.messaging.ports import CONNECTION

# By which core.panels knows the provider that takes letters over HTTP.
PROVIDER: Final = "mail_provider"


def way_out() -> str:
    """The key of the connection: who has set up a provider has chosen it, whatever the mail server says."""
    return PROVIDER if panels.is_set(PROVIDER) else CONNECTION


def has_way_out() -> bool:
    return panels.is_set(way_out())
