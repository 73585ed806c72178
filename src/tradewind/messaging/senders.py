"""In whose name mail leaves: the shop's, from the address that the installation names."""

from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from tradewind.core.words import pick
from tradewind.markets.shop import shop_profile
from tradewind.messaging.ports import UnsafeHeader, is_one_line


def sender(language: str) -> str:
    """The From line: the name in TRADEWIND_MAIL_FROM, else the shop's in this language. Empty while none is set.

    Raises UnsafeHeader.
    """
    name, address = parseaddr(settings.MAIL_FROM)
    if not address:
        return ""
    shown = name or pick(shop_profile().name, language)
    if not is_one_line(shown):
        raise UnsafeHeader("From")
    return str(Address(display_name=shown, addr_spec=address))


def own_domain() -> str:
    """The right half of our Message-IDs: the sender's domain, else the shop's host."""
    _, _, domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")
    return domain or urlsplit(settings.BASE_URL).hostname or "localhost"
