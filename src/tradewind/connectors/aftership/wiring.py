"""Fills the slot, declares the page, and understands the notices."""

from contextlib import suppress
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.connectors.aftership import client
from tradewind.connectors.aftership.adapter import AfterShip
from tradewind.connectors.aftership.connection import KEY, PARTS, check
from tradewind.core import panels
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.probing import Halted, Walk, probe_https
from tradewind.core.proxies import proxy_of
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.shipping import notices, ports

_HOST: Final = "api.aftership.com"
_TAKEN: Final = gettext_noop("AfterShip takes the key.")
_NOT_TAKEN: Final = gettext_noop("AfterShip does not take the key: {problem}")
_NO_SECRET: Final = gettext_noop(
    "AfterShip's notices are refused while the secret is missing with which it signs them. Copy it from AfterShip under Tracking,"
    " Settings, Webhooks."
)
_POSTS_TO: Final = gettext_noop("Have AfterShip post what it hears to {address}.")


def probe(values: Values) -> list[Step]:
    """As far as the certificate, then a question that costs nothing. Raises WrongPart."""
    check(values)
    steps = probe_https(client.BASE, proxy=proxy_of(values, _HOST))
    if not all(step.is_good for step in steps):
        return steps
    return steps + try_key(values.get("key", ""), values.get("webhook_secret", ""))


def try_key(key: str, secret: str, *, base: str = client.BASE) -> list[Step]:
    walk = Walk()
    with suppress(Halted):
        try:
            next(client.listed(["TRADEWIND"], key=key, base=base), None)
        except (TryAgain, Refused, NeedsAttention) as problem:
            raise walk.halt(_NOT_TAKEN, problem=str(problem)) from problem
        walk.good(_TAKEN)
        if not secret:
            raise walk.halt(_NO_SECRET)
        walk.good(_POSTS_TO, address=f"{settings.BASE_URL}/hooks/tracking/{KEY}")
    return walk.steps


AFTERSHIP: Final = Connection(
    key=KEY,
    title=gettext_noop("AfterShip"),
    purpose=gettext_noop("Follows parcels over many carriers. Its test says where AfterShip should post to."),
    parts=PARTS,
    needed=frozenset({"key"}),
    check=check,
    trials=(Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values), takes_typed=False),),
    probe=probe,
    is_optional=True,
)


def wire() -> None:
    panels.declare(AFTERSHIP)
    tracker = AfterShip()
    ports.fill(tracker)
    notices.accept_from(tracker)
