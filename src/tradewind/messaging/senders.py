"""In whose name mail leaves: the shop's, from the address that the installation names."""

from email.errors import MessageDefect, MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from tradewind.core import panels
from tradewind.core.words import pick
from tradewind.markets.shop import shop_profile
from tradewind.messaging.ports import UnsafeHeader, is_one_line
from tradewind.messaging.ways_out import way_out


def sender(language: str) -> str:
    """The From line: the name that goes with the sender's address, else the shop's in this language. Empty while none is set.

    Raises UnsafeHeader.
    """
    written = _set_up()
    return sender_line(written, pick(shop_profile().name, language)) if written else ""


def sender_line(written: str, name: str) -> str:
    """The From line of "Tingyu <hello@tingyu.example>" or of the address alone, which then gets this name.

    Raises UnsafeHeader for what is not one address that mail can leave from.
    """
    given, address = parseaddr(written)
    shown = given or name
    if not is_one_line(written) or not is_one_line(shown):
        raise UnsafeHeader("From")
    try:
        made = Address(display_name=shown, addr_spec=address)
    except (MessageError, MessageDefect, ValueError, IndexError) as problem:
        raise UnsafeHeader("From") from problem
    if not made.domain or not made.username or not made.username.isascii():
        raise UnsafeHeader("From")
    return str(made)


def own_domain() -> str:
    """The right half of our Message-IDs: the sender's domain, else the shop's host."""
    _, _, domain = parseaddr(_set_up())[1].rpartition("@")
    return domain or urlsplit(settings.BASE_URL).hostname or "localhost"


def _set_up() -> str:
    return str(settings.MAIL_FROM) or panels.read(way_out()).get("sender", "")
