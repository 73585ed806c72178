"""How long a parcel will take: a window of whole days that holds a stated share of such journeys, and what it is read from.

Days are compared with what a lane is stated to take, so that fast and slow lanes teach each other; `transit_learning` makes the
figures from journeys. Nothing here knows a date's weekday: whoever counts working days hands them over and gets them back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import accumulate
from math import exp, isfinite, log, sqrt
from statistics import NormalDist
from typing import Any, Final, Self

# From the widest group of lanes to the lane itself: market, country, option.
Path = tuple[str, ...]

# So many parcels' worth of trust in the level above.
TRUST: Final = 4.0
# How far lanes lie from their country, measured against how far parcels lie from their lane, both squared.
BETWEEN_LANES: Final = 1.5
# A spread that is known from so much weight is taken wider by as much again, squared.
_SURE_SPREAD: Final = 4.0
# A shape is kept with about so many values: more say no more.
_VALUES: Final = 400
# A half month of the year.
SEASONS: Final = 24
# Journeys as if the stated range held nine of ten of them: what is said until parcels say otherwise.
IMAGINED: Final = 20
_REACH: Final = NormalDist().inv_cdf(0.95)
_LEAST_SPREAD: Final = 0.05
_FARTHEST: Final = 4  # times the centre; what takes longer is lost, not slow
_MIDDLE_OF_MONTH: Final = 15


@dataclass(frozen=True, slots=True)
class Stated:
    """What a lane is said to take, in days: the seller's own range."""

    first: int
    last: int

    @property
    def middle(self) -> float:
        return sqrt(max(self.first, 1) * max(self.last, 1))

    @property
    def spread(self) -> float:
        """Of the logarithm of days, if the range holds nine of ten."""
        return max(log(max(self.last, 1) / max(self.first, 1)) / 2 / _REACH, _LEAST_SPREAD)


@dataclass(frozen=True, slots=True)
class Window:
    """From the first to the last day, both included. It is meant to hold `share` of the parcels, None where nothing is known and it
    is only what was stated; `parcels` of this lane taught it, old ones counted for less.
    """

    first: int
    last: int
    share: float | None
    parcels: float


@dataclass(frozen=True, slots=True)
class Level:
    """Of a group of lanes: the mean logarithm of days over what was stated, how many parcels' weight said so, and how many they were."""

    centre: float
    weight: float
    parcels: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """How journeys fall around the centre of their lane: distances in spreads, in order, and the share at or below each.

    Those that never came have no distance, so that the last share may lie below one.
    """

    values: Sequence[float]
    shares: Sequence[float]

    @classmethod
    def of(cls, weighted: Iterable[tuple[float, float]]) -> Self:
        pairs = sorted(weighted)
        total = sum(weight for _, weight in pairs)
        shares = [each / total for each in accumulate(weight for _, weight in pairs)]
        kept = [(value, share) for (value, _), share in zip(pairs, shares, strict=True) if isfinite(value)]
        step = max(len(kept) // _VALUES, 1)
        kept = kept[(len(kept) - 1) % step :: step]  # the last one always
        return cls([value for value, _ in kept], [share for _, share in kept])

    def below(self, value: float) -> float:
        place = bisect_right(self.values, value)
        return self.shares[place - 1] if place else 0.0


def imagined(weight: float = 1.0) -> list[tuple[float, float]]:
    """Distances of a normal distribution, for a shape to begin with."""
    normal = NormalDist()
    return [(normal.inv_cdf((place + 0.5) / IMAGINED), weight) for place in range(IMAGINED)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was learnt of all lanes. A lane that was never seen gets its country's or market's centre, or what is stated."""

    levels: Mapping[Path, Level] = field(default_factory=dict)
    spreads: Mapping[Path, float] = field(default_factory=dict)
    spread: float | None = None  # over all lanes
    seasons: Sequence[float] = (0.0,) * SEASONS
    shape: Shape = field(default_factory=lambda: Shape.of(imagined()))

    def window(self, path: Path, left_on: date, stated: Stated, share: float) -> Window:
        """The shortest window of whole days that holds the share, for a parcel that leaves on this day."""
        if not self.levels:
            return Window(stated.first, stated.last, None, 0.0)
        centre, weight = self.centre(path)
        centre += self.seasons[season_of(left_on)]
        spread = (self.spreads.get(path) or self.spread or stated.spread) * uncertainty(weight)
        in_all = self.levels.get(())
        spread *= sqrt(1 + _SURE_SPREAD / in_all.weight) if in_all is not None and in_all.weight else 1
        end = round(stated.middle * exp(centre) * _FARTHEST) + 3
        until = [self.shape.below((log((day + 0.5) / stated.middle) - centre) / spread) for day in range(end + 1)]
        first, last = _shortest(until, share)
        return Window(first, last, share, weight)

    def centre(self, path: Path) -> tuple[float, float]:
        """The centre of a lane, or of the nearest group above it, and the weight of the lane's own parcels."""
        for end in range(len(path), -1, -1):
            level = self.levels.get(path[:end])
            if level is not None:
                return level.centre, level.weight if end == len(path) else 0.0
        return 0.0, 0.0

    def told(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "levels": [[*path, level.centre, level.weight, level.parcels] for path, level in self.levels.items()],
            "spreads": [[*path, spread] for path, spread in self.spreads.items()],
            "spread": self.spread,
            "seasons": list(self.seasons),
            "shape": asdict(self.shape),
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """What `told` gave."""
        return cls(
            levels={tuple(path): Level(centre, weight, parcels) for *path, centre, weight, parcels in told["levels"]},
            spreads={tuple(path): spread for *path, spread in told["spreads"]},
            spread=told["spread"],
            seasons=tuple(told["seasons"]),
            shape=Shape(**told["shape"]),
        )


def uncertainty(weight: float) -> float:
    """How much wider a lane's spread is taken, because its centre is known from so few."""
    return sqrt(1 + BETWEEN_LANES / (1 + weight))


def season_of(day: date) -> int:
    """The half month of the year, from 0."""
    return (day.month - 1) * 2 + (day.day > _MIDDLE_OF_MONTH)


def half_month(day: date) -> date:
    """The first day of its half month: one season has one answer."""
    return day.replace(day=1 if day.day <= _MIDDLE_OF_MONTH else _MIDDLE_OF_MONTH + 1)


def _shortest(until: Sequence[float], share: float) -> tuple[int, int]:
    """Of the windows that hold the share the shortest, and of those the one that holds most; `until` is the share by each day."""
    found: list[tuple[int, float, int]] = []
    last = 1
    for first in range(1, len(until)):
        while last < len(until) and until[last] - until[first - 1] < share:
            last += 1
        if last == len(until):
            break
        found.append((last - first, until[first - 1] - until[last], first))
    if not found:  # too many are still on their way for any window to hold so many
        return 1, len(until) - 1
    length, _, first = min(found)
    return first, first + length
