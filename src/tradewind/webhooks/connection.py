"""How notices leave for the addresses of subscriptions: straight, or through a proxy."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.proxies import check_proxy_parts, proxy_of, proxy_parts, try_proxy

# Stands for whoever is subscribed, who is none of our neighbours.
_ANYBODY: Final = "anybody.invalid"


def probe(values: Values) -> list[Step]:
    """As far as all of them go the same way. Raises WrongPart."""
    return try_proxy(proxy_of(values, _ANYBODY))


HOOKS: Final = Connection(
    key="hooks",
    title=gettext_noop("Webhooks"),
    purpose=gettext_noop("How notices leave for the addresses that are subscribed. Each has a test of its own."),
    parts=proxy_parts(),
    check=check_proxy_parts,
    trials=(Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values)),),
    probe=probe,
)
