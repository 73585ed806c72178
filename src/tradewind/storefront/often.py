"""How often a connection asks for something in an hour, kept in this process's memory under a digest that is another one
each hour: the address is kept nowhere. Each web process counts for itself, so a shop with two lets twice as many through.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from tradewind.core.requests import client_address

# A household's or a company's share of IPv6: whoever has one address of it has them all.
_NETWORK: Final = 64


def times_with_this(request: HttpRequest, what: str, at: datetime) -> int:
    """Counts this time as well."""
    name = _name(request, what, at)
    counts = caches["counts"]
    counts.add(name, 0)
    return int(counts.incr(name))


def times_so_far(request: HttpRequest, what: str, at: datetime) -> int:
    return int(caches["counts"].get(_name(request, what, at), 0))


def _name(request: HttpRequest, what: str, at: datetime) -> str:
    hour = f"{at:%Y-%m-%dT%H} {_connection(client_address(request))}"
    return f"{what}:{hmac.new(settings.SECRET_KEY.encode(), hour.encode(), hashlib.sha256).hexdigest()}"


def _connection(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    is_own = isinstance(ip, ipaddress.IPv4Address)
    return str(ip) if is_own else str(ipaddress.ip_network((ip, _NETWORK), strict=False))
