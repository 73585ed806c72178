"""What the companies' robots have in common: JSON by POST, and an answer whose code says what its status does not.

An address holds the key of its robot. It stands in no error, no log and no page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from tradewind.core import http
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.lib.text import printable

# Longer than any of them takes when it is well.
PATIENCE: Final = 10.0
_SHOWN: Final = 200
_SIGNS: Final = str.maketrans("[]()<>*`#\n", "［］（）＜＞＊ˋ＃ ")


@dataclass(frozen=True, slots=True)
class Codes:
    """By the company's code: how long it wants to be left alone, and what a person has to do."""

    busy: Mapping[int, timedelta]
    person: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Call:
    """`key` is the part of the address that nobody may read."""

    company: str
    connection: str
    url: str
    key: str
    body: Mapping[str, Any]


def size_of(body: Mapping[str, Any]) -> int:
    return len(_written(body))


def post(call: Call, codes: Codes, *, field: str = "errcode", words: str = "errmsg") -> str:
    """What was answered. Raises TryAgain, Refused, NeedsAttention, OutcomeUnknown."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        answer = http.send(
            "POST",
            call.url,
            connection=call.connection,
            timeout=PATIENCE,
            content=_written(call.body),
            headers=headers,
        )
        said = _read(answer.content)
    except (TryAgain, OutcomeUnknown) as problem:
        raise type(problem)(problem.after, _hidden(str(problem), call)) from None
    except Refused as problem:
        # Some answers that have a code of their own come with a status that says no as well.
        said = _read(problem.words.encode())
        if said.get(field) is None:
            raise Refused(problem.code, _hidden(problem.words, call)) from None
    return _judged(said, call, codes, field, words)


def plain(text: str) -> str:
    """For markdown that has no way to write its own signs as they are. “<@…>” would call somebody, “<font>” colour the text."""
    return printable(text).translate(_SIGNS)


def _judged(said: Mapping[str, Any], call: Call, codes: Codes, field: str, words: str) -> str:
    code, told = said.get(field), _hidden(str(said.get(words) or ""), call)[:_SHOWN]
    if not isinstance(code, int) or isinstance(code, bool):
        raise OutcomeUnknown(words=f"{call.company} answered what is not its envelope")
    if code == 0:
        return f"0 {told}".strip()
    if code in codes.busy:
        raise TryAgain(codes.busy[code], f"{call.company}: {code} {told}")
    if code in codes.person:
        raise NeedsAttention(f"{codes.person[code]} ({call.company}: {code} {told})")
    raise Refused(str(code), told)


def _written(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _hidden(text: str, call: Call) -> str:
    return printable(text.replace(call.key, "••••"))


def origin_of(address: str) -> str:
    """Where it is called, without what comes after the host, which is secret."""
    url = httpx.URL(address)
    return f"{url.scheme}://{url.host}"


def tail_of(address: str) -> str:
    """Enough to tell one robot from another."""
    return f"…{httpx.URL(address).raw_path.decode()[-4:]}"
