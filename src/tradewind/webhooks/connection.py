"""How notices leave for the addresses of subscriptions: straight, or through a proxy."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.connecting import Connection
from tradewind.core.proxies import check_proxy_parts, proxy_parts

HOOKS: Final = Connection(
    key="hooks",
    title=gettext_noop("Webhooks"),
    purpose=gettext_noop("How notices leave for the addresses that are subscribed. Each has a test of its own."),
    parts=proxy_parts(),
    check=check_proxy_parts,
)
