"""17TRACK as an owner sets it up on a page."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Values
from tradewind.core.proxies import check_proxy_parts, proxy_parts

KEY: Final = "track17"
PARTS: Final = (
    Part("key", gettext_noop("Key"), gettext_noop("at 17TRACK under Settings, Security, Access Key"), is_secret=True),
    *proxy_parts(),
)


def check(values: Values) -> None:
    """Raises WrongPart."""
    check_proxy_parts(values)
    key = values.get("key", "")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise WrongPart("key", gettext_noop("A key consists of Latin letters, digits and signs alone."))
