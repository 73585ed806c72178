"""What is known of a lane: the days that parcels take on it, learnt from the shop's own (shipping.lane_learning), or else what is stated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from tradewind.lib.transit import Figures, Stated, half_month
from tradewind.shipping.models import LaneRun

# The share of parcels that a window is meant to hold.
SHARE: Final = 0.9
# So many parcels of a market must have arrived before anything is said of its lanes.
FEWEST: Final = 20

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Expected:
    """Working days of the destination, both included. `share` is None where they are only what is stated; `parcels` of this
    way to this country taught them, or none of it and `others` of its country or market.
    """

    days: Range
    share: float | None = None
    parcels: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """The lanes of a market with what one night has learnt of all. `stated`: the ranges that it was measured by."""

    market: str = ""
    figures: Figures = field(default_factory=Figures)
    stated: Mapping[tuple[str, str], Range] = field(default_factory=dict)

    def expected(self, country: str, option: str, leaves_on: date, stated: Range) -> Expected:
        """Of a parcel that leaves on this day."""
        # A half month has one answer: pages ask for the same day by day.
        return _expected(self, (self.market, country, option), half_month(leaves_on), stated)

    def inputs(self, country: str, option: str, expected: Expected) -> dict[str, Any]:
        """What is kept with a quote, to say why."""
        if not self.market:
            return {}
        learnt = {"share": expected.share, "parcels": expected.parcels, "others": expected.others}
        return {"lane": [self.market, country, option], "learnt": learnt if expected.share else None}


# Where nothing is to be learnt: a way that was agreed with one buyer takes what was agreed.
NO_LANES: Final = Lanes()


def lanes_of(market: str) -> Lanes:
    """By the newest night. One statement."""
    run = LaneRun.objects.order_by("-pk").first()
    return Lanes(market) if run is None else lanes_from(run, market)


def lanes_from(run: LaneRun, market: str) -> Lanes:
    """By this night."""
    stated = {(each, option): (first, last) for each, option, first, last in run.stated}
    return Lanes(market, Figures.read(run.figures), stated)


@lru_cache(maxsize=4096)
def _expected(lanes: Lanes, path: tuple[str, str, str], leaves_on: date, stated: Range) -> Expected:
    market, country, option = path
    levels = lanes.figures.levels
    of_market = levels.get((market,))
    if of_market is None or of_market.parcels < FEWEST:
        return Expected(stated)
    own = levels.get(path)
    # Days were learnt as parts of what was stated then: a range that was changed since does not move what parcels have said.
    by = lanes.stated.get((market, option), stated) if own else stated
    window = lanes.figures.window(path, leaves_on, Stated(*by), SHARE)
    if own:
        return Expected((window.first, window.last), SHARE, own.parcels)
    others = levels.get((market, country), of_market).parcels
    return Expected((window.first, window.last), SHARE, others=others)
