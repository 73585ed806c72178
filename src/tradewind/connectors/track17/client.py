"""Speaks 17TRACK's HTTP: batches of forty, three requests a second, and an envelope whose code says what the status does not."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewind.connectors.track17.connection import KEY
from tradewind.connectors.track17.mapping import USED_UP
from tradewind.core import http
from tradewind.core.work import NeedsAttention, Refused, TryAgain

BASE: Final = "https://api.17track.net/track/v2.2"
BATCH: Final = 40
# 17TRACK allows three a second.
BETWEEN: Final = 0.34
_PERSON_NEEDED: Final = {
    -18010001: "17TRACK takes no calls from this machine's address: allow it in its console.",
    -18010002: "17TRACK does not know this key: set it anew under Connections.",
    **{int(code): words for code, words in USED_UP.items()},
}

Body = Sequence[Mapping[str, Any]] | Mapping[str, Any]

_turn: Final = threading.Lock()
_last: list[float] = [0.0]


def ask(call: str, body: Body, *, key: str, base: str = BASE) -> dict[str, Any]:
    """The `data` of the answer. Raises TryAgain, Refused, NeedsAttention, OutcomeUnknown."""
    _wait()
    answer = http.send("POST", f"{base}/{call}", connection=KEY, json=body, headers={"17token": key})
    try:
        told = answer.json()
        code, data = told.get("code"), told.get("data") or {}
    except (ValueError, AttributeError) as problem:
        raise TryAgain(words=f"17TRACK answered what is not its envelope: {answer.text[:200]}") from problem
    if code == 0 and isinstance(data, dict):
        return data
    problems = data.get("errors") if isinstance(data, dict) else None
    first = problems[0] if problems else {}
    code = first.get("code", code)
    if code in _PERSON_NEEDED:
        raise NeedsAttention(_PERSON_NEEDED[code])
    raise Refused(str(code), str(first.get("message", "")))


def _wait() -> None:
    with _turn:
        pause = _last[0] + BETWEEN - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        _last[0] = time.monotonic()
