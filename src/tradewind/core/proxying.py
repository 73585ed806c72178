"""Proxies: which one a connection goes through, and how a line is opened through it.

One function opens every line to the outside, mail and HTTP alike, so that a proxy means the same everywhere. Spoken are HTTP's
CONNECT (RFC 9110, 9.3.6) and SOCKS 5 (RFC 1928, with user and password after RFC 1929). `socks5` asks for the address that we have
looked up, `socks5h` and `http` for the name, which the proxy then looks up. Proxies that the environment names for other programs
(HTTPS_PROXY) are not asked: what holds stands on a page.
"""

import ipaddress
import socket
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

_LONGEST_HEAD: Final = 16_384
_HTTP: Final = b"HTTP/"
_VERSION: Final = 5
_NO_LOG_IN: Final = 0
_LOG_IN: Final = 2
_CONNECT: Final = 1
_IPV4: Final = 1
_NAME: Final = 3
_IPV6: Final = 4
_SOCKS_SAYS: Final = {
    1: "general failure",
    2: "its rules do not allow it",
    3: "the network cannot be reached",
    4: "the host cannot be reached",
    5: "the connection was refused",
    6: "it took too long",
    7: "it does not know how to connect",
    8: "it does not know this kind of address",
}


class Scheme(StrEnum):
    HTTP = "http"
    SOCKS5 = "socks5"
    SOCKS5H = "socks5h"

    @property
    def port(self) -> int:
        return 8080 if self is Scheme.HTTP else 1080


class WrongProxy(ValueError):
    """The line does not name a proxy."""


class Why(StrEnum):
    """LOG_IN: user or password. PLACE: it does not want to go there, or cannot. SPEECH: it is no such proxy."""

    LOG_IN = "log_in"
    PLACE = "place"
    SPEECH = "speech"


class ProxyRefused(OSError):
    """The proxy was reached and opened no line."""

    def __init__(self, why: Why, words: str) -> None:
        super().__init__(words)
        self.why = why


@dataclass(frozen=True, slots=True)
class Proxy:
    scheme: Scheme
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password: this ends in logs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    __str__ = __repr__

    @property
    def looks_up(self) -> bool:
        """Does it look names up itself?"""
        return self.scheme is not Scheme.SOCKS5


def read_proxy(line: str, *, user: str = "", password: str = "") -> Proxy:
    """From `socks5h://10.0.0.1:1080`. User and password stand apart, so that a page need not show them. Raises WrongProxy."""
    try:
        parts = urlsplit(line.strip())
        scheme, port = Scheme(parts.scheme), parts.port
    except ValueError as problem:
        raise WrongProxy(line) from problem
    is_bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username or parts.password)
    if not parts.hostname or not is_bare or port == 0 or not line.strip().isprintable():
        raise WrongProxy(line)
    return Proxy(scheme, parts.hostname, port or scheme.port, user, password)


def is_address(host: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return False


def is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_excepted(host: str, exceptions: list[str]) -> bool:
    """Is it one of these: a name with all below it, an address, or a network?"""
    bare = host.rstrip(".").lower()
    for written in exceptions:
        one = written.strip().lower().lstrip("*").lstrip(".")
        with suppress(ValueError):
            if ipaddress.ip_address(bare) in ipaddress.ip_network(one, strict=False):
                return True
            continue
        if bare == one or bare.endswith(f".{one}"):
            return True
    return False


def open_line(host: str, port: int, *, proxy: Proxy | None, timeout: float) -> socket.socket:
    """A line to the other side. Raises OSError, of which ProxyRefused says that the proxy itself did not want to."""
    if proxy is None:
        return socket.create_connection((host, port), timeout=timeout)
    until = monotonic() + timeout
    line = socket.create_connection((proxy.host, proxy.port), timeout=timeout)
    try:
        ask_proxy(line, proxy, (host, port), timeout=max(until - monotonic(), 0.01))
    except BaseException:
        line.close()
        raise
    return line


def ask_proxy(line: socket.socket, proxy: Proxy, place: tuple[str, int], *, timeout: float) -> None:
    """On a line to the proxy, ask for one to the place. Raises OSError."""
    talk = _Talk(line, monotonic() + timeout)
    if proxy.scheme is Scheme.HTTP:
        _connect_over_http(talk, proxy, place)
    else:
        _connect_over_socks(talk, proxy, place)
    line.settimeout(timeout)


class _Talk:
    """Reading and writing with one time limit for the whole."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until

    def say(self, words: bytes) -> None:
        self._allow()
        self._line.sendall(words)

    def hear(self, size: int) -> bytes:
        """Exactly so many bytes: what comes behind them is the other side's."""
        heard = b""
        while len(heard) < size:
            self._allow()
            piece = self._line.recv(size - len(heard))
            if not piece:
                raise ProxyRefused(Why.SPEECH, "it hung up")
            heard += piece
        return heard

    def _allow(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the proxy took too long")
        self._line.settimeout(left)


def _connect_over_http(talk: _Talk, proxy: Proxy, place: tuple[str, int]) -> None:
    host, port = place
    authority = f"[{host}]:{port}" if ":" in host else f"{host.encode('idna').decode('ascii')}:{port}"
    head = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.user:
        known = b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")
        head.append(f"Proxy-Authorization: Basic {known}")
    talk.say("\r\n".join([*head, "", ""]).encode("ascii"))
    answer = talk.hear(len(_HTTP))
    if answer != _HTTP:
        raise ProxyRefused(Why.SPEECH, "it does not speak HTTP")
    while not answer.endswith(b"\r\n\r\n"):
        if len(answer) > _LONGEST_HEAD:
            raise ProxyRefused(Why.SPEECH, "its answer never ends")
        answer += talk.hear(1)
    first = answer.partition(b"\r\n")[0].decode("latin-1")
    rest = first.partition(" ")[2]
    if not rest.startswith("2"):
        raise ProxyRefused(Why.LOG_IN if rest.startswith("407") else Why.PLACE, f"it answered {rest[:200]}")


def _connect_over_socks(talk: _Talk, proxy: Proxy, place: tuple[str, int]) -> None:
    methods = bytes([_NO_LOG_IN, _LOG_IN] if proxy.user else [_NO_LOG_IN])
    talk.say(bytes([_VERSION, len(methods)]) + methods)
    version, method = talk.hear(2)
    if version != _VERSION:
        raise ProxyRefused(Why.SPEECH, "it does not speak SOCKS 5")
    if method == _LOG_IN and proxy.user:
        user, password = proxy.user.encode(), proxy.password.encode()
        talk.say(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if talk.hear(2)[1]:
            raise ProxyRefused(Why.LOG_IN, "it does not accept user and password")
    elif method != _NO_LOG_IN:
        raise ProxyRefused(Why.LOG_IN, "it wants a user and a password")
    host, port = place
    talk.say(bytes([_VERSION, _CONNECT, 0]) + _meant(host, port, proxy) + port.to_bytes(2, "big"))
    _, said, _, kind = talk.hear(4)
    if said:
        raise ProxyRefused(Why.PLACE, _SOCKS_SAYS.get(said, f"it answered {said}"))
    # The address that it speaks from: nobody needs it, and it has to be read.
    talk.hear({_IPV4: 4, _IPV6: 16}.get(kind) or talk.hear(1)[0])
    talk.hear(2)


def _meant(host: str, port: int, proxy: Proxy) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if proxy.looks_up:
            name = host.encode("idna")
            return bytes([_NAME, len(name)]) + name
        address = ipaddress.ip_address(look_up(host, port))
    return bytes([_IPV4 if address.version == 4 else _IPV6]) + address.packed  # noqa: PLR2004


def look_up(host: str, port: int) -> str:
    """One address of a name; the older kind where there is a choice, because it is reached from everywhere. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    first = min(found, key=lambda each: each[0] != socket.AF_INET)
    return str(first[4][0]).partition("%")[0]
