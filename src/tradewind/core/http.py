"""The HTTP client for all connectors: limits of time and size, a proxy per connector, and never inside a transaction."""

from datetime import timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

import httpx

from tradewind.core.deliveries import OutcomeUnknown, refuse_inside_transaction
from tradewind.core.work import Refused, TryAgain

LARGEST_ANSWER: Final = 8_000_000
# The client's time limit is for each piece of an answer; a whole answer may take this many times as long.
PATIENCE: Final = 3

_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The request did not leave the house.
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NOT_NOW: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class AnswerTooLarge(Exception):
    """More bytes than anybody here would read. What was asked for has been done all the same."""


def send(method: str, url: str, *, proxy: str | None = None, timeout: float = 20.0, **request: Any) -> httpx.Response:
    """Send one request and return its answer, read as a whole, below 300. Redirects are not followed.

    Raises TransactionOpen inside a transaction; TryAgain when the other side is away or busy; OutcomeUnknown when a
    request that changes something was sent and its answer was lost or says that the other side broke; Refused with the
    status as its code when it says no or sends us elsewhere; AnswerTooLarge.
    """
    refuse_inside_transaction()
    place = str(httpx.URL(url).copy_with(query=None))
    lost = TryAgain if method.upper() in _CHANGES_NOTHING else OutcomeUnknown
    try:
        with (
            httpx.Client(proxy=proxy, timeout=timeout, follow_redirects=False) as client,
            client.stream(method, url, **request) as answer,
        ):
            content = _read(answer, until=monotonic() + PATIENCE * timeout)
    except _NEVER_SENT as problem:
        raise TryAgain(words=f"{place} cannot be reached: {problem}") from problem
    except (httpx.TransportError, httpx.DecodingError) as problem:
        raise lost(words=f"{place} gave no answer: {type(problem).__name__} {problem}") from problem
    status = answer.status_code
    if status in _NOT_NOW:
        raise TryAgain(_wanted_pause(answer), f"{place} answered {status}")
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
