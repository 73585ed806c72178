"""What is known of lanes, and how many windows came true, as people read it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Sum

from tradewind.core.reach import Reach
from tradewind.markets.models import Market
from tradewind.shipping.lanes import Expected, Lanes, Range, lanes_from
from tradewind.shipping.models import DeliveryOption, LaneMonth, LaneRun

_COUNTED: Final = ("within", "early", "late", "unknown", "still_open", "days")
Lane = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class KnownLane:
    """A way to a country on which parcels have arrived, also where they are too few to teach anything; `expected` for one that leaves on
    the day that was asked for.
    """

    market: str
    country: str
    option: str
    stated: Range
    expected: Expected
    parcels: int

    @property
    def path(self) -> Lane:
        return self.market, self.country, self.option


@dataclass(frozen=True, slots=True)
class Came:
    """Of windows that were promised."""

    within: int = 0
    early: int = 0
    late: int = 0
    unknown: int = 0
    still_open: int = 0
    days: int = 0

    @property
    def judged(self) -> int:
        return self.within + self.early + self.late

    @property
    def share(self) -> float | None:
        """How many of those that can be judged came true."""
        return self.within / self.judged if self.judged else None

    @property
    def width(self) -> float | None:
        """Mean days of all of them, the first and the last included."""
        number = self.judged + self.unknown + self.still_open
        return self.days / number if number else None

    def __add__(self, other: "Came") -> "Came":
        return Came(*(getattr(self, name) + getattr(other, name) for name in _COUNTED))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Promises of the order and those at the hand-over, apart."""

    order: Came = field(default_factory=Came)
    handover: Came = field(default_factory=Came)

    @property
    def size(self) -> int:
        return self.order.judged + self.order.still_open + self.handover.judged


@dataclass(frozen=True, slots=True)
class Coverages:
    """By month, the newest first, and by lane, the largest first."""

    by_month: Mapping[date, Coverage]
    by_lane: Mapping[Lane, Coverage]


def last_learnt() -> datetime | None:
    return LaneRun.objects.order_by("-pk").values_list("learnt_at", flat=True).first()


def known_lanes(*, on: date, market: str = "") -> list[KnownLane]:
    """Of all markets or one, those with the most parcels first. Three statements."""
    run = LaneRun.objects.order_by("-pk").first()
    if run is None:
        return []
    codes = dict(Market.objects.values_list("pk", "code"))
    options = DeliveryOption.objects.values_list("market_id", "code", "days_min", "days_max")
    stated = {(codes.get(pk, ""), code): (first, last) for pk, code, first, last in options}
    of_market = {code: lanes_from(run, code) for code in codes.values() if market in ("", code)}
    found = [
        _known(of_market[path[0]], path, stated[path[0], path[2]], on)
        for path in (tuple(each) for *each, _, _, _ in run.figures["levels"])
        if len(path) == 3 and path[0] in of_market and (path[0], path[2]) in stated  # noqa: PLR2004  # a lane itself
    ]
    return sorted(found, key=lambda lane: (-lane.parcels, lane.path))


def coverage(reach: Reach, *, since: date, month: date | None = None) -> Coverages:
    """Of the months from this one on; by lane, of one of them or all. One statement."""
    names = ("month", "market", "country", "option", "stage")
    rows = reach.of(LaneMonth.objects.filter(month__gte=since)).values(*names)
    sums = list(rows.annotate(**{f"sum_{name}": Sum(name) for name in _COUNTED}).order_by(*names))
    by_month = _grouped(sums, lambda row: row["month"])
    asked = [row for row in sums if month is None or row["month"] == month]
    by_lane = _grouped(asked, lambda row: (row["market"], row["country"], row["option"]))
    return Coverages(
        dict(sorted(by_month.items(), reverse=True)),
        dict(sorted(by_lane.items(), key=lambda pair: (-pair[1].size, pair[0]))),
    )


def _known(lanes: Lanes, path: Lane, stated: Range, on: date) -> KnownLane:
    market, country, option = path
    expected = lanes.expected(country, option, on, stated)
    return KnownLane(market, country, option, stated, expected, lanes.figures.levels[path].parcels)


def _grouped(rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], Any]) -> dict[Any, Coverage]:
    groups: dict[Hashable, dict[str, Came]] = defaultdict(lambda: defaultdict(Came))
    for row in rows:
        stages = groups[key(row)]
        stages[row["stage"]] += Came(*(int(row[f"sum_{name}"]) for name in _COUNTED))
    return {name: Coverage(stages["order"], stages["handover"]) for name, stages in groups.items()}
