"""Learning how long lanes take from the parcels that went on them.

The centre of a lane is drawn towards that of its country and its market, the more the fewer parcels it has. What is left over is
pooled over all lanes, each measured by its own spread. Old parcels count for less. Seasons are learnt once there is most of a year.

A parcel teaches when nearly all that left with it have arrived, and then counts even if it has not: whoever learns from what
has just been delivered learns from the fast ones alone. That is also why nothing is put right from day to day: late parcels
report late.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite, log, pi, sqrt
from typing import Final

from tradewind.lib.transit import (
    SEASONS,
    TRUST,
    Figures,
    Level,
    Path,
    Shape,
    Stated,
    imagined,
    season_of,
    uncertainty,
)

# Days in which a parcel's weight halves.
HALF_LIFE: Final = 60.0
SPREAD_TRUST: Final = 12.0
SEASON_TRUST: Final = 25.0
# There is nothing to say about seasons before so many days have been seen.
LEAST_FOR_SEASONS: Final = 330
# Parcels of a lane are waited for until so many of those that left long ago had arrived; without enough of those, until well
# after what is stated.
RIPE: Final = 0.95
LONG_AGO: Final = 100
ENOUGH: Final = 30
WELL_AFTER: Final = 1.6
_ROUNDS: Final = 3
_IMAGINED_WEIGHT: Final = 0.5
_LEAST_SPREAD: Final = 0.03
# The mean distance from the centre, in spreads of a normal distribution: less moved by single far ones than squares are.
_MEAN_DISTANCE: Final = sqrt(2 / pi)


@dataclass(frozen=True, slots=True)
class Journey:
    """One parcel: its lane, from the widest group to the lane itself; when it left; and its days, None while it is on its way.

    `waited`: the days since it left, counted as its days are, where those are not the calendar's.
    """

    path: Path
    left_on: date
    days: int | None
    waited: int | None = None

    def age(self, on: date) -> int:
        """In days as its own are counted."""
        return (on - self.left_on).days if self.waited is None else self.waited


@dataclass(frozen=True, slots=True)
class _Lesson:
    """The logarithm of a parcel's days over what was stated, infinite while it is on its way; and how much it counts."""

    path: Path
    season: int
    value: float
    weight: float


def learn(journeys: Iterable[Journey], stated: Mapping[Path, Stated], *, on: date) -> Figures:
    """What the parcels that left before a day teach. Lanes that are not stated any more teach nothing."""
    known = [each for each in journeys if each.path in stated and each.left_on < on]
    lessons = _lessons(known, stated, on)
    if not lessons:
        return Figures()
    ages = [(on - each.left_on).days for each in known]
    seasons = _seasons(lessons) if max(ages) >= LEAST_FOR_SEASONS else (0.0,) * SEASONS
    levels = _levels(lessons, seasons)
    rests = _rests(lessons, levels, seasons)
    spread = _spread([pair for pairs in rests.values() for pair in pairs], around=None)
    spreads = {path: _spread(pairs, around=spread) for path, pairs in rests.items()}
    return Figures(levels, spreads, spread, seasons, _shape(rests, spreads, levels))


def _lessons(journeys: Sequence[Journey], stated: Mapping[Path, Stated], on: date) -> list[_Lesson]:
    ripe_after = _ripe_after(journeys, stated, on)
    lessons = []
    for each in journeys:
        if each.age(on) < ripe_after[each.path]:
            continue
        has_arrived = each.days is not None and each.days <= each.age(on)
        value = log(max(each.days or 1, 1) / stated[each.path].middle) if has_arrived else inf
        weight = 0.5 ** ((on - each.left_on).days / HALF_LIFE)
        lessons.append(_Lesson(each.path, season_of(each.left_on), value, weight))
    return lessons


def _ripe_after(journeys: Sequence[Journey], stated: Mapping[Path, Stated], on: date) -> dict[Path, float]:
    arrived: dict[Path, list[int]] = defaultdict(list)
    for each in journeys:
        if each.days is not None and (on - each.left_on).days > LONG_AGO:
            arrived[each.path].append(each.days)
    return {
        path: sorted(arrived[path])[int(RIPE * len(arrived[path]))]
        if len(arrived[path]) >= ENOUGH
        else said.last * WELL_AFTER
        for path, said in stated.items()
    }


def _seasons(lessons: Sequence[_Lesson]) -> tuple[float, ...]:
    """How much slower each half month is than the year, over all lanes; neighbours are alike."""
    arrived = [lesson for lesson in lessons if isfinite(lesson.value)]
    seasons = [0.0] * SEASONS
    for _ in range(_ROUNDS):
        lanes = _means((lesson.path, lesson.value - seasons[lesson.season]) for lesson in arrived)
        sums = [[0.0, 0.0] for _ in range(SEASONS)]
        for lesson in arrived:
            sums[lesson.season][0] += lesson.value - lanes[lesson.path]
            sums[lesson.season][1] += 1
        drawn = [total / (count + SEASON_TRUST) for total, count in sums]
        seasons = [
            drawn[place - 1] / 4 + drawn[place] / 2 + drawn[(place + 1) % SEASONS] / 4 for place in range(SEASONS)
        ]
    return tuple(seasons)


def _means(values: Iterable[tuple[Path, float]]) -> dict[Path, float]:
    sums: dict[Path, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for path, value in values:
        sums[path][0] += value
        sums[path][1] += 1
    return {path: total / count for path, (total, count) in sums.items()}


def _levels(lessons: Sequence[_Lesson], seasons: Sequence[float]) -> dict[Path, Level]:
    """Of each group of lanes, drawn towards the one above it; all of them together towards what is stated."""
    sums: dict[Path, list[float]] = defaultdict(lambda: [0.0, 0.0])
    parcels: dict[Path, int] = defaultdict(int)
    for lesson in lessons:
        if isfinite(lesson.value):
            for end in range(len(lesson.path) + 1):
                group = sums[lesson.path[:end]]
                group[0] += lesson.weight * (lesson.value - seasons[lesson.season])
                group[1] += lesson.weight
                parcels[lesson.path[:end]] += 1
    levels: dict[Path, Level] = {}
    for path in sorted(sums, key=len):
        total, weight = sums[path]
        above = levels[path[:-1]].centre if path else 0.0
        levels[path] = Level((total + TRUST * above) / (weight + TRUST), weight, parcels[path])
    return levels


def _rests(
    lessons: Sequence[_Lesson], levels: Mapping[Path, Level], seasons: Sequence[float]
) -> dict[Path, list[tuple[float, float]]]:
    """(distance, weight) of each parcel from the centre that its lane would have without it."""
    rests: dict[Path, list[tuple[float, float]]] = defaultdict(list)
    for lesson in lessons:
        level = levels.get(lesson.path, Level(0.0, 0.0))
        without_it = (level.weight + TRUST) / (level.weight + TRUST - lesson.weight)
        distance = (lesson.value - seasons[lesson.season] - level.centre) * without_it
        rests[lesson.path].append((distance, lesson.weight))
    return rests


def _spread(pairs: Iterable[tuple[float, float]], *, around: float | None) -> float:
    """Of these distances, drawn towards that of all lanes."""
    finite = [(abs(distance), weight) for distance, weight in pairs if isfinite(distance)]
    total = sum(distance * weight for distance, weight in finite) / _MEAN_DISTANCE
    weight = sum(weight for _, weight in finite)
    if around is not None:
        total, weight = total + SPREAD_TRUST * around, weight + SPREAD_TRUST
    return max(total / weight, _LEAST_SPREAD) if weight else _LEAST_SPREAD


def _shape(
    rests: Mapping[Path, Sequence[tuple[float, float]]], spreads: Mapping[Path, float], levels: Mapping[Path, Level]
) -> Shape:
    def unit(path: Path) -> float:
        return spreads[path] * uncertainty(levels[path].weight if path in levels else 0.0)

    measured = [(distance / unit(path), weight) for path, pairs in rests.items() for distance, weight in pairs]
    return Shape.of([*measured, *imagined(_IMAGINED_WEIGHT)])
