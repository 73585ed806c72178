"""How much longer a parcel takes that has not arrived, and from when on it is likelier to be late than not.

Pure. Days are whole days of the destination since the parcel left, as in `lib.transit`. A parcel that is still on its way after so
many days is one of the slower ones: what is left is computed among those, not among all.
"""

from dataclasses import dataclass
from math import ceil, log
from statistics import NormalDist
from typing import Final, Self

from tradewind.lib.transit import Stated

_NORMAL: Final = NormalDist()
# Hardly any parcel of the lane has taken so long: beyond it, the figures say nothing.
_BEYOND: Final = 1e-4
_FARTHEST: Final = 400
_HALF: Final = 0.5
_LEAST_MORE: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """The middle and the spread of the logarithm of a lane's days."""

    centre: float
    spread: float

    @classmethod
    def of(cls, stated: Stated) -> Self:
        """Of a range that holds nine of ten: as stated, or as a lane's own parcels have taught it."""
        return cls(log(stated.middle), stated.spread)

    def until(self, day: int) -> float:
        """The share of parcels that have arrived by the end of a day."""
        return _NORMAL.cdf((log(max(day, 0) + _HALF) - self.centre) / self.spread)


def window_after(way: Way, waited: int, share: float) -> tuple[int, int]:
    """Of a parcel that has not arrived after so many days: the first and the last day of the window that holds the share."""
    left = 1 - way.until(waited)
    if left < _BEYOND:
        return waited + 1, waited + max(ceil(waited * _HALF), _LEAST_MORE)
    tail = (1 - share) / 2
    first = _day_of(way, waited, left, tail)
    return first, max(_day_of(way, waited, left, 1 - tail), first)


def likely_late_after(way: Way, last: int) -> int:
    """After how many days on the way a parcel is likelier to come after the last day than by it. At most `last`."""
    late = 1 - way.until(last)
    for waited in range(last):
        if late > (1 - way.until(waited)) * _HALF:
            return waited
    return last


def _day_of(way: Way, waited: int, left: float, share: float) -> int:
    """The first day by which so many of those that are left have arrived."""
    for day in range(waited + 1, waited + _FARTHEST):
        if (way.until(day) - way.until(waited)) / left >= share:
            return day
    return waited + _FARTHEST
