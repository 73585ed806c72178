"""The HTTP client for all connectors: limits of time and size, each connection's proxy, and never inside a transaction."""

import ssl
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

import httpcore
import httpx

from tradewind import __version__
from tradewind.core.deliveries import OutcomeUnknown, refuse_inside_transaction
from tradewind.core.proxies import proxy_for
from tradewind.core.proxying import Proxy, ask_proxy
from tradewind.core.work import Refused, TryAgain

LARGEST_ANSWER: Final = 8_000_000
# The client's time limit is for each piece of an answer; a whole answer may take this many times as long.
PATIENCE: Final = 3
AGENT: Final = f"Tradewind/{__version__}"
# Which proxy, if any, leads to a host.
Choose = Callable[[str], Proxy | None]

_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The request did not leave the house.
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NOT_NOW: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class Busy(TryAgain):
    """The other side asks for fewer questions for a while: 429 or 503. `after` as it wishes, ten seconds where it names no time."""


class AnswerTooLarge(Exception):
    """More bytes than anybody here would read. What was asked for has been done all the same."""


def client(connection: str = "", *, timeout: float = 20.0, trust: ssl.SSLContext | None = None) -> httpx.Client:
    """For whoever asks the outside for the connection of this key: through its proxy, or the house's. Redirects are not followed,
    and nothing of the environment is taken. Close it after use: proxies are read when a line is opened. `trust` is for tests.
    """
    return client_through(partial(proxy_for, connection), timeout=timeout, trust=trust)


def client_through(choose: Choose, *, timeout: float, trust: ssl.SSLContext | None = None) -> httpx.Client:
    """The same for whoever has chosen already."""
    return httpx.Client(
        transport=_Transport(choose, trust or ssl.create_default_context()),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": AGENT},
    )


def send(method: str, url: str, *, connection: str = "", timeout: float = 20.0, **request: Any) -> httpx.Response:
    """Send one request for a connection and return its answer, read as a whole, below 300.

    Raises TransactionOpen inside a transaction; TryAgain when the other side is away, Busy when it says so; OutcomeUnknown when a
    request that changes something was sent and its answer was lost or says that the other side broke; Refused with the
    status as its code when it says no or sends us elsewhere; AnswerTooLarge.
    """
    refuse_inside_transaction()
    place = str(httpx.URL(url).copy_with(query=None))
    lost = TryAgain if method.upper() in _CHANGES_NOTHING else OutcomeUnknown
    try:
        with (
            client(connection, timeout=timeout) as asking,
            asking.stream(method, url, **request) as answer,
        ):
            content = _read(answer, until=monotonic() + PATIENCE * timeout)
    except _NEVER_SENT as problem:
        raise TryAgain(words=f"{place} cannot be reached: {problem}") from problem
    except (httpx.TransportError, httpx.DecodingError) as problem:
        raise lost(words=f"{place} gave no answer: {type(problem).__name__} {problem}") from problem
    status = answer.status_code
    if status in _NOT_NOW:
        raise Busy(_wanted_pause(answer), f"{place} answered {status}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise lost(_wanted_pause(answer), f"{place} answered {status}")
    if status >= HTTPStatus.BAD_REQUEST:
        raise Refused(str(status), content.decode(answer.encoding or "utf-8", "replace")[:500])
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(str(status), f"{place} sends us to {answer.headers.get('Location', 'nowhere')}")
    return answer


def _read(answer: httpx.Response, *, until: float) -> bytes:
    """The whole body, which the answer then keeps as its content. Raises AnswerTooLarge, httpx.ReadTimeout."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise AnswerTooLarge(f"more than {LARGEST_ANSWER} bytes")
        if monotonic() > until:
            raise httpx.ReadTimeout("the answer never ends", request=answer.request)
        pieces.append(piece)
    # What httpx's own read() does, with limits.
    answer._content = b"".join(pieces)  # noqa: SLF001  # there is no public way to keep what was read piece by piece
    return answer._content  # noqa: SLF001


def _wanted_pause(answer: httpx.Response) -> timedelta:
    given = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(given), 3600)) if given.isdecimal() else timedelta(seconds=10)


class _Transport(httpx.HTTPTransport):
    """httpx's own, but for the way in which a line is opened."""

    def __init__(self, choose: Choose, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False)
        # httpx knows SOCKS with another package only, and checks certificates for the address where we ask for a judged one.
        self._pool = httpcore.ConnectionPool(ssl_context=trust, network_backend=_Lines(choose))


class _Lines(httpcore.NetworkBackend):
    """Opens lines, through the proxy that leads to a host."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        proxy = self._choose(host)
        if proxy is None:
            return self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        try:
            stream = self._plain.connect_tcp(proxy.host, proxy.port, timeout, local_address, socket_options)
        except httpcore.ConnectError as problem:
            raise httpcore.ProxyError(f"{proxy}: {problem}") from problem
        try:
            ask_proxy(stream.get_extra_info("socket"), proxy, (host, port), timeout=timeout or PATIENCE)
        except TimeoutError as problem:
            stream.close()
            raise httpcore.ConnectTimeout(f"{proxy}: {problem}") from problem
        except (OSError, UnicodeError) as problem:
            stream.close()
            raise httpcore.ProxyError(f"{proxy}: {problem}") from problem
        return stream
