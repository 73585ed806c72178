"""The HTTP client for all connectors: time limits, a proxy per connector, and never inside a transaction."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx

from tradewind.core.deliveries import refuse_inside_transaction
from tradewind.core.work import Refused, TryAgain


def send(method: str, url: str, *, proxy: str | None = None, timeout: float = 20.0, **request: Any) -> httpx.Response:
    """Send one request and return its answer below 400.

    Raises TransactionOpen inside a transaction; TryAgain when the other side is away, busy or broken; Refused with the
    status as its code when it says no.
    """
    refuse_inside_transaction()
    try:
        with httpx.Client(proxy=proxy, timeout=timeout, follow_redirects=False) as client:
            answer = client.request(method, url, **request)
    except httpx.TransportError as problem:
        raise TryAgain(words=f"{url} cannot be reached: {problem}") from problem
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TryAgain(_wanted_pause(answer), f"{url} answered {answer.status_code}")
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise Refused(str(answer.status_code), answer.text[:500])
    return answer


def _wanted_pause(answer: httpx.Response) -> timedelta:
    given = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(given), 3600)) if given.isdigit() else timedelta(seconds=10)
