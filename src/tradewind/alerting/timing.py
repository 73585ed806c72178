"""When somebody is told, and of what. Pure: the same rows and the same minute give the same answer.

What is urgent goes at once and takes along whatever else waits; the rest waits until the oldest of it has waited long enough,
so that a stream of news does not put it off for ever. Nobody hears more often than they want: what comes meanwhile waits, and is
told together. In quiet hours nothing goes but what is urgent, and that only where they want to be woken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    since: datetime
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Terms:
    group: timedelta
    most_an_hour: int
    is_quiet: bool
    is_woken: bool


def chosen(waiting: Sequence[Waiting], terms: Terms, *, told_at: Sequence[datetime], now: datetime) -> list[int]:
    """The ids of what is told now, in one message. `told_at`: when messages left, of at least the last hour."""
    if terms.is_quiet:
        waiting = [one for one in waiting if one.is_urgent and terms.is_woken]
    if not waiting or sum(now - each < HOUR for each in told_at) >= terms.most_an_hour:
        return []
    oldest = min(one.since for one in waiting)
    if now - oldest < terms.group and not any(one.is_urgent for one in waiting):
        return []
    return [one.id for one in waiting]
