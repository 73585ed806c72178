"""Which ways to offer and which to set first: what they cost, how long they take, and how often they go wrong, as one amount.

Pure. A day on the way, a parcel that comes late and one that is lost each have a price that the owner sees and may change; with
them every way comes to one amount for a typical parcel, and the lowest is set first. A way that another one beats in everything is
not worth a buyer's reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tradewind.lib.money import half_up

# What is supposed before parcels say otherwise: as if so many more had travelled, with this many late and lost.
_SUPPOSED: Final = 10
_LATE: Final = Fraction(1)
_LOST: Final = Fraction(1, 10)
# Of a parcel that nobody can follow, nobody can show that it came.
_LOST_UNTRACKED: Final = Fraction(4, 10)
# Fewer parcels than this say little.
FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Prices:
    """In minor units of the market: a day on the way, a parcel that comes late, and one that is lost."""

    day: int
    late: int
    lost: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What a way carries at all: from where, what it refuses, up to which weight and sides, to which countries."""

    place: str = ""
    refuses: frozenset[str] = frozenset()
    limits: tuple[int, ...] = ()
    countries: frozenset[str] = frozenset()

    def covers(self, other: "Reach") -> bool:
        """Does it carry everything that the other one carries?"""
        return (
            self.place == other.place
            and self.refuses <= other.refuses
            and all(mine >= theirs for mine, theirs in zip(self.limits, other.limits, strict=True))
            and self.countries >= other.countries
        )


@dataclass(frozen=True, slots=True)
class Way:
    """`takes` is what the carrier asks of the shop, None: unknown; `asks` what the buyer pays. Days from the order to the door."""

    code: str
    takes: int | None
    asks: int
    days: tuple[int, int]
    is_tracked: bool
    parcels: int = 0
    late: int = 0
    lost: int = 0
    reach: Reach = Reach()

    @property
    def costs(self) -> int:
        return self.asks if self.takes is None else self.takes

    @property
    def late_share(self) -> Fraction:
        return (self.late + _LATE) / (self.parcels + _SUPPOSED)

    @property
    def lost_share(self) -> Fraction:
        return (self.lost + (_LOST if self.is_tracked else _LOST_UNTRACKED)) / (self.parcels + _SUPPOSED)


class Say(StrEnum):
    """What is said for or against a way, with numbers that `Reason` keeps."""

    FIRST = "first"
    SLOWER_CHEAPER = "slower_cheaper"
    SLOWER_DEARER = "slower_dearer"
    FASTER_CHEAPER = "faster_cheaper"
    FASTER_DEARER = "faster_dearer"
    LATE = "late"
    LOST = "lost"
    FEW = "few"
    NONE_YET = "none_yet"
    UNTRACKED = "untracked"
    BEATEN = "beaten"
    COST_UNKNOWN = "cost_unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """`days` and `amount` are differences to the way `than`, or `number` of `of` parcels."""

    say: Say
    than: str = ""
    days: int = 0
    amount: int = 0
    number: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """`score` is what a parcel on this way comes to, in minor units; `parts` what of that is cost, days, late and lost."""

    way: Way
    score: int
    parts: Mapping[str, int]
    is_proposed: bool
    reasons: tuple[Reason, ...]


def weigh(ways: Sequence[Way], prices: Prices) -> list[Weighed]:
    """The best first, those that are not worth offering last. At least one of any is proposed."""
    scores = {way.code: _parts(way, prices) for way in ways}
    ranked = sorted(ways, key=lambda way: (sum(scores[way.code].values()), way.days[1], way.code))
    beaten = {way.code: _beaten_by(way, ranked) for way in ranked}
    ranked.sort(key=lambda way: beaten[way.code] is not None)
    found = []
    for place, way in enumerate(ranked):
        by = beaten[way.code]
        other = ranked[1] if place == 0 and len(ranked) > 1 else ranked[0]
        reasons = (*_place(way, place, other, by), *_record(way))
        found.append(Weighed(way, sum(scores[way.code].values()), scores[way.code], by is None, reasons))
    return found


def _parts(way: Way, prices: Prices) -> dict[str, int]:
    parts = {
        "cost": Fraction(way.costs),
        "days": Fraction(sum(way.days), 2) * prices.day,
        "late": way.late_share * prices.late,
        "lost": way.lost_share * prices.lost,
    }
    return {name: half_up(value.numerator, value.denominator) for name, value in parts.items()}


def _beaten_by(way: Way, others: Sequence[Way]) -> Way | None:
    """A way that carries all the same, is as good in everything and better in something. Two that are alike do not beat each other."""
    mine = _against(way)
    for other in others:
        theirs = _against(other)
        is_as_good = all(their <= my for their, my in zip(theirs, mine, strict=True))
        if is_as_good and theirs != mine and other.reach.covers(way.reach):
            return other
    return None


def _against(way: Way) -> tuple[Fraction, ...]:
    """What speaks against it, each by itself: the less the better. Buyers compare what they pay, the shop what it pays."""
    numbers = (way.costs, way.asks, *way.days, 0 if way.is_tracked else 1)
    return (*(Fraction(number) for number in numbers), way.late_share, way.lost_share)


def _place(way: Way, place: int, other: Way, beaten: Way | None) -> list[Reason]:
    reasons = [Reason(Say.FIRST)] if place == 0 else []
    if other.code != way.code:
        days, amount = _middle(way) - _middle(other), way.costs - other.costs
        say = {
            (True, True): Say.SLOWER_DEARER,
            (True, False): Say.SLOWER_CHEAPER,
            (False, True): Say.FASTER_DEARER,
            (False, False): Say.FASTER_CHEAPER,
        }[days >= 0, amount > 0]
        reasons.append(Reason(say, other.code, abs(days), abs(amount)))
    if beaten is not None:
        reasons.append(Reason(Say.BEATEN, beaten.code))
    return reasons


def _record(way: Way) -> list[Reason]:
    reasons = []
    if way.parcels:
        reasons.append(Reason(Say.LATE, number=way.late, of=way.parcels))
    if way.lost:
        reasons.append(Reason(Say.LOST, number=way.lost, of=way.parcels))
    if way.parcels < FEW:
        reasons.append(Reason(Say.FEW if way.parcels else Say.NONE_YET))
    if not way.is_tracked:
        reasons.append(Reason(Say.UNTRACKED))
    if way.takes is None:
        reasons.append(Reason(Say.COST_UNKNOWN))
    return reasons


def _middle(way: Way) -> int:
    return half_up(sum(way.days), 2)
