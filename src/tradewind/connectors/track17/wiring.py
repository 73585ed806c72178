"""Fills the slot, declares the page, and understands the notices."""

from contextlib import suppress
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.connectors.track17 import client
from tradewind.connectors.track17.adapter import Track17
from tradewind.connectors.track17.connection import KEY, PARTS, check
from tradewind.core import panels
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.probing import Halted, Walk, probe_https
from tradewind.core.proxies import proxy_of
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.shipping import notices, ports

_HOST: Final = "api.17track.net"
_TAKEN: Final = gettext_noop("17TRACK takes the key. Numbers left for this month: {left}.")
_NOT_TAKEN: Final = gettext_noop("17TRACK does not take the key: {problem}")
_POSTS_TO: Final = gettext_noop("Have 17TRACK post what it hears to {address}, in the format of version 2.")


def probe(values: Values) -> list[Step]:
    """As far as the certificate, then a question that costs nothing. Raises WrongPart."""
    check(values)
    steps = probe_https(client.BASE, proxy=proxy_of(values, _HOST))
    return steps + try_key(values.get("key", "")) if all(step.is_good for step in steps) else steps


def try_key(key: str, *, base: str = client.BASE) -> list[Step]:
    walk = Walk()
    with suppress(Halted):
        try:
            quota = client.ask("getquota", [], key=key, base=base)
        except (TryAgain, Refused, NeedsAttention) as problem:
            raise walk.halt(_NOT_TAKEN, problem=str(problem)) from problem
        walk.good(_TAKEN, left=quota.get("quota_remain", "—"))
        walk.good(_POSTS_TO, address=f"{settings.BASE_URL}/hooks/tracking/{KEY}")
    return walk.steps


TRACK17: Final = Connection(
    key=KEY,
    title=gettext_noop("17TRACK"),
    purpose=gettext_noop("Follows parcels over most carriers. Its test says where 17TRACK should post to."),
    parts=PARTS,
    needed=frozenset({"key"}),
    check=check,
    trials=(Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values), takes_typed=False),),
    probe=probe,
    is_optional=True,
)


def wire() -> None:
    panels.declare(TRACK17)
    tracker = Track17()
    ports.fill(tracker)
    notices.accept_from(tracker)
