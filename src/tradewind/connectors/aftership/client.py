"""Speaks AfterShip's HTTP: one tracking a call, lists in pages, and limits that it states in the headers of its answers."""

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import httpx

from tradewind.connectors.aftership.connection import KEY
from tradewind.core import http
from tradewind.core.work import NeedsAttention, Refused, TryAgain

BASE: Final = "https://api.aftership.com/tracking/2026-07"
PAGE: Final = 100
_ALREADY_THERE: Final = "4003"
_UNKNOWN: Final = "404"
_CODE: Final = re.compile(r'"code"\s*:\s*(\d+)')
# Limits are counted by the second.
_WINDOW: Final = 1.0

_turn: Final = threading.Lock()
_not_before: dict[str, float] = {}


def create(number: str, *, slug: str, ref: str, key: str, base: str = BASE) -> dict[str, Any]:
    """Empty for one that is there already. Nothing of the buyer goes along."""
    body: dict[str, Any] = {"tracking_number": number, "custom_fields": {"parcel": ref}}
    if slug:
        body["slug"] = slug
    try:
        return _ask("POST", "/trackings", key=key, base=base, json=body)
    except Refused as problem:
        if problem.code == _ALREADY_THERE:
            return {}
        raise


def listed(numbers: Sequence[str], *, key: str, base: str = BASE) -> Iterator[dict[str, Any]]:
    """All trackings of these numbers, page by page: a number may stand there once for each carrier."""
    cursor = ""
    while True:
        asked: dict[str, Any] = {"tracking_numbers": ",".join(numbers), "limit": PAGE}
        if cursor:
            asked["cursor"] = cursor
        told = _ask("GET", "/trackings", key=key, base=base, params=asked)
        yield from told.get("trackings") or []
        pages = told.get("pagination") or {}
        following = str(pages.get("next_cursor") or "")
        # A cursor that leads to itself would never end.
        if not pages.get("has_next_page") or not following or following == cursor:
            return
        cursor = following


def get(tracking_id: str, *, key: str, base: str = BASE) -> dict[str, Any]:
    return _ask("GET", f"/trackings/{tracking_id}", key=key, base=base)


def delete(tracking_id: str, *, key: str, base: str = BASE) -> None:
    """One that is not there any more is gone as well."""
    try:
        _ask("DELETE", f"/trackings/{tracking_id}", key=key, base=base)
    except Refused as problem:
        if problem.code not in {_UNKNOWN, "4004"}:
            raise


def _ask(method: str, path: str, *, key: str, base: str, **request: Any) -> dict[str, Any]:
    """The `data` of the answer. Raises TryAgain, Refused with AfterShip's own code, NeedsAttention, OutcomeUnknown."""
    limit = f"{method} {path.split('/')[1]}"
    _wait(limit)
    try:
        answer = http.send(method, f"{base}{path}", connection=KEY, headers={"as-api-key": key}, **request)
    except Refused as problem:
        if problem.code in {"401", "403"}:
            raise NeedsAttention("AfterShip does not take this key: set it anew under Connections.") from problem
        found = _CODE.search(problem.words)
        raise Refused(found.group(1) if found else problem.code, problem.words) from problem
    _heed(limit, answer.headers)
    return _data_of(answer)


def _data_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        data = answer.json().get("data") or {}
    except (ValueError, AttributeError) as problem:
        raise TryAgain(words=f"AfterShip answered what is not its envelope: {answer.text[:200]}") from problem
    # Older versions wrap a single tracking once more.
    single = data.get("tracking")
    return single if isinstance(single, dict) else data


def _heed(limit: str, headers: Mapping[str, str]) -> None:
    """With no request left in this second, the next one waits for the following."""
    if headers.get("X-RateLimit-Remaining") == "0":
        with _turn:
            _not_before[limit] = time.monotonic() + _WINDOW


def _wait(limit: str) -> None:
    with _turn:
        pause = _not_before.pop(limit, 0.0) - time.monotonic()
    if pause > 0:
        time.sleep(pause)
