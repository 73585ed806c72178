"""Calls to addresses that somebody typed in: to strangers on the internet, and to nobody else.

Whoever may name an address must not reach through us what only this machine may ask: itself, its neighbours, or the service
that tells machines of a cloud their secrets. The name is looked up once, every address that it has is judged, and the
connection goes to the one that was judged: a name that means another machine a moment later (rebinding) gains nothing. A proxy
is asked for the judged address as well, never for the name, which it would look up by itself. No redirects are followed.
"""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

import httpx

from tradewind.core.deliveries import refuse_inside_transaction
from tradewind.core.hanging_up import HangUp
from tradewind.core.http import PATIENCE, client_through
from tradewind.core.proxying import Proxy
from tradewind.lib.text import printable

Address = IPv4Address | IPv6Address

LONGEST_URL: Final = 500
KEPT: Final = 500  # characters of an answer
_LAST_PORT: Final = 65_535
_READ: Final = 4_000  # bytes of an answer
_PORTS: Final = {"https": 443, "http": 80}
# What is public by its number, and yet a cloud's own service for its machines; and what the registry of special addresses
# reserves and not every version of Python knows of.
_SPECIAL: Final = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "3fff::/20",
        "5f00::/16",
        "64:ff9b:1::/48",
    )
)
# An IPv4 address stands in the last four bytes.
_NAT64: Final = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """Nobody is called there. `code`: unreadable, no_tls, has_password, nowhere, or not_public."""

    def __init__(self, code: str, url: str) -> None:
        super().__init__(f"{code}: {url}")
        self.code = code


class NoAnswer(Exception):
    """The other side could not be reached, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stranger said. `text` is the beginning, for a log. `wait`: seconds that it asks us to wait, where it does."""

    status: int
    text: str
    wait: int | None

    @property
    def is_good(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def check_url(typed: str, *, may_stay_here: bool) -> str:
    """The address as it will be called, without looking its name up. Raises AddressRefused."""
    url = _read(typed)
    host = _host(url)
    literal = _literal(host)
    is_here = host == "localhost" or host.endswith(".localhost") or (literal is not None and literal.is_loopback)
    if url.scheme != "https" and not (may_stay_here and is_here):
        raise AddressRefused("no_tls", typed)
    if literal is not None:
        _require_public(literal, typed, may_stay_here=may_stay_here)
    elif not (may_stay_here if is_here else "." in host.strip(".")):
        raise AddressRefused("not_public", typed)
    return str(url)


def host_of(url: str) -> str:
    """The name of whom an address calls, for choosing a proxy. Raises AddressRefused."""
    return _host(_read(url))


def post(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    may_stay_here: bool,
    timeout: float = 15.0,
    proxy: Proxy | None = None,
) -> Answer:
    """Post to a stranger. Raises TransactionOpen, AddressRefused, NoAnswer."""
    refuse_inside_transaction()
    asked = _read(check_url(url, may_stay_here=may_stay_here))
    host = _host(asked)
    judged = _look_up(asked, may_stay_here=may_stay_here)
    # The name stands in Host and in TLS, where its certificate is checked; the connection goes to the judged address.
    sent = {**headers, "Host": asked.netloc.decode("ascii")}
    watch = _Watch(PATIENCE * timeout)
    try:
        with (
            watch,
            client_through(lambda _judged: proxy, timeout=timeout) as client,
            client.stream(
                "POST",
                asked.copy_with(host=str(judged)),
                content=content,
                headers=sent,
                extensions={"trace": watch.note} | ({} if _literal(host) else {"sni_hostname": host}),
            ) as answer,
        ):
            return Answer(answer.status_code, _beginning(answer), _wait(answer))
    except (httpx.TransportError, httpx.DecodingError) as problem:
        raise NoAnswer(f"{type(problem).__name__}: {problem}") from problem


def _read(typed: str) -> httpx.URL:
    try:
        url = httpx.URL(typed.strip())
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise AddressRefused("unreadable", typed) from None
    has_port = url.port is None or 0 < url.port <= _LAST_PORT
    is_plain = typed.strip().isprintable() and len(typed) <= LONGEST_URL and not url.fragment and has_port
    if url.scheme not in _PORTS or not url.host or not is_plain:
        raise AddressRefused("unreadable", typed)
    if url.userinfo:
        raise AddressRefused("has_password", typed)
    return url


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").strip("[]").rstrip(".").lower()


def _literal(host: str) -> Address | None:
    """The address that stands in the place of a name, also where it is written as browsers and libc still read it: 0x7f.1."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _look_up(url: httpx.URL, *, may_stay_here: bool) -> Address:
    """One of the addresses of the name, all of which are public. Raises AddressRefused, NoAnswer."""
    literal = _literal(_host(url))
    if literal is not None:
        return literal
    try:
        found = socket.getaddrinfo(_host(url), url.port or _PORTS[url.scheme], type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as problem:
        raise NoAnswer(f"{_host(url)} is not known: {problem}") from problem
    addresses = [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    if not addresses:
        raise AddressRefused("nowhere", str(url))
    for address in addresses:
        _require_public(address, str(url), may_stay_here=may_stay_here)
    # Many a machine has no IPv6: the older kind is reached from everywhere.
    return min(addresses, key=lambda address: address.version)


def _require_public(address: Address, url: str, *, may_stay_here: bool) -> None:
    if may_stay_here and address.is_loopback:
        return
    for meant in (address, *_within(address)):
        is_special = any(meant in network for network in _SPECIAL)
        # NAT64 is reserved by its number; the address that it stands for is judged in its place.
        is_reserved = meant.is_reserved and meant not in _NAT64
        if not meant.is_global or meant.is_multicast or is_reserved or is_special:
            raise AddressRefused("not_public", url)


def _within(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    for meant in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if meant is not None:
            yield meant
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


class _Watch(HangUp):
    """The client's own limit is for each piece."""

    def note(self, event: str, told: Mapping[str, Any]) -> None:
        """Of the connection's steps, those that give it a socket; TLS puts its own in the place of the plain one."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            line = told["return_value"].get_extra_info("socket")
            if line is not None:
                self.hold(line)


def _beginning(answer: httpx.Response) -> str:
    pieces = b""
    for piece in answer.iter_raw():
        pieces += piece
        if len(pieces) >= _READ:
            break
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        return ""
    text = pieces[:_READ].decode("utf-8", "replace")
    return printable(text)[:KEPT].strip()


def _wait(answer: httpx.Response) -> int | None:
    given = answer.headers.get("Retry-After", "")
    return min(int(given), 86_400) if given.isascii() and given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004
