"""The page of a company's robots under Connections: how messages leave for them, straight or through a proxy."""

from functools import partial
from typing import Final

import httpx
from django.utils.translation import gettext_noop

from tradewind.alerting.queries import is_used, origins_of
from tradewind.alerting.robots import origin_of
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panels import Step, Trial, Values, in_force
from tradewind.core.probing import probe_https
from tradewind.core.proxies import check_proxy_parts, proxy_of, proxy_parts

_PURPOSE: Final = gettext_noop("Robots that tell a group of staff what needs them. They are added under Alerts.")


def connection_of(key: str, title: str, base: str) -> Connection:
    """`base`: where the company's robots are called, as long as there are none."""
    probe = partial(_probe, key, base)
    return Connection(
        key=key,
        title=title,
        purpose=_PURPOSE,
        parts=proxy_parts(),
        check=check_proxy_parts,
        trials=(Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values)),),
        probe=probe,
        is_optional=True,
        is_used=partial(is_used, key),
    )


def reach(connection: Connection, address: str) -> list[Step]:
    """With what is set up now, as far as whoever is called at this address of a robot. Raises WrongPart."""
    return _probe_at(origin_of(address), in_force(connection))


def _probe(way: str, base: str, values: Values) -> list[Step]:
    """At each place where robots of this company are called: Lark is Feishu elsewhere. Raises WrongPart."""
    check_proxy_parts(values)
    return [step for place in origins_of(way) or [base] for step in _probe_at(place, values)]


def _probe_at(place: str, values: Values) -> list[Step]:
    """As far as the certificate: nobody is posted to."""
    return probe_https(place, proxy=proxy_of(values, httpx.URL(place).host))
