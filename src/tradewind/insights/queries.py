"""Named reads of visits: how many came, how far they went, by market, source and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum

from tradewind.insights.models import DaySalt, Step, VisitCount
from tradewind.insights.visits import counts_of
from tradewind.markets.shop import shop_profile
from tradewind.orders.models import Order


@dataclass(frozen=True, slots=True)
class Funnel:
    """Visitors who reached each step; a visitor counts once a day. `name` is a market's code, a source or a day."""

    name: str
    visitors: Mapping[Step, int]
    orders: int = 0
    paid: int = 0

    def share(self, step: Step) -> float | None:
        """Of those who came, the share that reached the step, from 0 to 1; None without anybody."""
        came = self.visitors.get(Step.VISIT, 0)
        return self.visitors.get(step, 0) / came if came else None


@dataclass(frozen=True, slots=True)
class Visits:
    """The figures of a period: in all, and by market, source and day."""

    whole: Funnel
    by_market: list[Funnel]
    by_source: list[Funnel]
    by_day: list[Funnel]


def visits(*, first: date, last: date, market: str = "") -> Visits:
    """The figures of the days from `first` to `last`, both included, the unfinished ones as far as they are known.

    Orders are those of the own shop by the day on which they were placed; visits of machines are not in it.
    """
    found = list(_rows(first, last, market))
    orders = _orders(first, last, market)
    by_market = _group(((place, step, count) for _, place, _, step, count in found), orders)
    return Visits(
        whole=_one("", [(step, count) for *_, step, count in found], list(orders.values())),
        by_market=by_market,
        by_source=_group(((source, step, count) for _, _, source, step, count in found), {}),
        by_day=sorted(
            _group(((day.isoformat(), step, count) for day, _, _, step, count in found), {}), key=lambda row: row.name
        ),
    )


def _rows(first: date, last: date, market: str) -> Iterable[tuple[date, str, str, str, int]]:
    counted = VisitCount.objects.filter(day__range=(first, last))
    if market:
        counted = counted.filter(market=market)
    yield from (
        counted.values_list("day", "market", "source", "step")
        .annotate(visitors_sum=Sum("visitors"))
        .order_by("day", "market", "source", "step")
    )
    for day in DaySalt.objects.filter(day__range=(first, last)).order_by("day").values_list("day", flat=True):
        for (place, source, step), count in counts_of(day).items():
            if not market or place == market:
                yield day, place, source, step, count


def _orders(first: date, last: date, market: str) -> dict[str, tuple[int, int]]:
    """(placed, paid) by market, of the own shop."""
    zone = ZoneInfo(shop_profile().zone)
    begin, end = (datetime.combine(day, time(), tzinfo=zone) for day in (first, last + timedelta(days=1)))
    placed = Order.objects.filter(placed_at__gte=begin, placed_at__lt=end, cart_key__isnull=False)
    if market:
        placed = placed.filter(market=market)
    rows = placed.values_list("market", "state").annotate(number=Count("id")).order_by("market", "state")
    found: dict[str, tuple[int, int]] = {}
    for place, state, number in rows:
        before = found.get(place, (0, 0))
        has_money = state not in {"awaiting_payment", "cancelled"}
        found[place] = (before[0] + number, before[1] + (number if has_money else 0))
    return found


def _group(rows: Iterable[tuple[str, str, int]], orders: Mapping[str, tuple[int, int]]) -> list[Funnel]:
    """The groups with most visitors first."""
    steps: dict[str, list[tuple[str, int]]] = {name: [] for name in orders}
    for name, step, count in rows:
        steps.setdefault(name, []).append((step, count))
    groups = [_one(name, found, [orders[name]] if name in orders else []) for name, found in steps.items()]
    return sorted(groups, key=lambda row: (-row.visitors.get(Step.VISIT, 0), row.name))


def _one(name: str, steps: Iterable[tuple[str, int]], orders: list[tuple[int, int]]) -> Funnel:
    visitors = dict.fromkeys(Step, 0)
    for step, count in steps:
        visitors[Step(step)] += count
    return Funnel(name, visitors, sum(placed for placed, _ in orders), sum(paid for _, paid in orders))
