"""How often a key may ask: so many times a minute, over all processes together.

A process takes a share of the minute at a time, in one statement, and hands it out from memory: most requests cost no
statement. What it does not hand out is lost, so a key never gets more than its limit, and over many processes a little less.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import Final

from django.db import connection, transaction

from tradewind.api.problems import Refusal
from tradewind.api.rules import usual_limit
from tradewind.core.models import ApiToken

WINDOW: Final = 60  # seconds
# Of its limit a key's process takes this part at a time: one statement for so many requests.
_SHARES: Final = 60
_TAKE: Final = (
    "INSERT INTO api_allowance (token_id, minute, taken) VALUES (%s, %s, %s) ON CONFLICT (token_id) DO UPDATE SET"
    " taken = CASE WHEN api_allowance.minute < excluded.minute THEN excluded.taken"
    " ELSE api_allowance.taken + excluded.taken END,"
    " minute = CASE WHEN api_allowance.minute < excluded.minute THEN excluded.minute ELSE api_allowance.minute END"
    " RETURNING taken"
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of the minute after this request. `resets_in`: seconds until the next begins."""

    limit: int
    left: int
    resets_in: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft "RateLimit header fields for HTTP" says them."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW}',
            "RateLimit": f'"default";r={self.left};t={self.resets_in}',
        }


@dataclass(slots=True)
class _Share:
    """What this process may still hand out in a minute, and how much of the limit nobody has taken."""

    minute: int
    limit: int
    here: int = 0
    elsewhere: int = 0
    is_spent: bool = False


class TooManyRequests(Refusal):
    def __init__(self, allowance: Allowance) -> None:
        words = (
            f"This key may ask {allowance.limit} times a minute, and has. Ask again in {allowance.resets_in} seconds; "
            "the headers RateLimit and RateLimit-Policy say how much is left."
        )
        headers = {"Retry-After": str(allowance.resets_in), **allowance.headers}
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", words, headers=headers)


_shares: dict[str, _Share] = {}
_lock: Final = Lock()


def take(key: ApiToken, *, at: datetime) -> Allowance:
    """Count this request. Raises TooManyRequests."""
    minute, second = divmod(int(at.timestamp()), WINDOW)
    taken = _from_memory(key.digest, minute)
    limit, left = taken if taken is not None else _from_all(key, minute)
    allowance = Allowance(limit, max(left, 0), WINDOW - second)
    if left < 0:
        raise TooManyRequests(allowance)
    return allowance


def _from_memory(name: str, minute: int) -> tuple[int, int] | None:
    """The limit and what is left afterwards; below zero where all is spent, None where another share has to be taken."""
    with _lock:
        share = _shares.get(name)
        if share is None or share.minute != minute:
            return None
        if share.here:
            share.here -= 1
            return share.limit, share.here + share.elsewhere
        return (share.limit, -1) if share.is_spent else None


def _known_limit(name: str, minute: int) -> int:
    with _lock:
        share = _shares.get(name)
        return share.limit if share is not None and share.minute == minute else 0


def _from_all(key: ApiToken, minute: int) -> tuple[int, int]:
    """The limit is read as each minute begins: a new one holds from the next on, in every process."""
    limit = key.per_minute or _known_limit(key.digest, minute) or usual_limit()
    wanted = max(1, limit // _SHARES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [key.pk, minute, wanted])
        (taken,) = cursor.fetchone()
    got = max(0, min(wanted, limit - (taken - wanted)))
    with _lock:
        share = _shares.get(key.digest)
        if share is None or share.minute != minute:
            share = _shares[key.digest] = _Share(minute, limit)
        share.elsewhere = max(0, limit - taken)
        share.is_spent = got == 0
        if not got:
            return limit, -1
        share.here += got - 1
        return limit, share.here + share.elsewhere
