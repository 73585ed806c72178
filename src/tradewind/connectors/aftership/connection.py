"""AfterShip as an owner sets it up on a page."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Values
from tradewind.core.proxies import check_proxy_parts, proxy_parts

KEY: Final = "aftership"
PARTS: Final = (
    Part("key", gettext_noop("Key"), gettext_noop("at AfterShip under Settings, API keys"), is_secret=True),
    Part(
        "webhook_secret",
        gettext_noop("Secret of its notices"),
        gettext_noop("at AfterShip under Tracking, Settings, Webhooks"),
        is_secret=True,
    ),
    *proxy_parts(),
)


def check(values: Values) -> None:
    """Raises WrongPart."""
    check_proxy_parts(values)
    for name in ("key", "webhook_secret"):
        value = values.get(name, "")
        if not value.isascii() or not value.isprintable() or " " in value:
            raise WrongPart(name, gettext_noop("A key consists of Latin letters, digits and signs alone."))
