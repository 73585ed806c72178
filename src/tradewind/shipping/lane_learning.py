"""Each night the shop's own parcels say how long lanes take.

A journey counts from the day from which windows are counted as well: that of the hand-over, or of a scan before it. It ends when the
buyer has the parcel, in working days there; a delivery on a day off counts as the next working day.

* Under a new label goods go on: it counts once, from the first hand-over.
* What the buyer sent back unseen (refused, not collected, wrong address) and labels that were cancelled teach nothing. Anything else
  that came back, and what was lost, counts as a parcel that did not arrive.
* A delivery that later scans deny is no arrival that we know of, and teaches nothing.
* Where people said that it arrived, and no carrier, nothing is learnt: only those whom somebody asked would count.
* Who was never scanned is followed by nobody, and a lane whose parcels are mostly not followed to the door is not learnt at all.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Count, F, QuerySet

from tradewind.core.schedule import every
from tradewind.inventory.models import Warehouse
from tradewind.lib.calendars import CHINA_ZONE
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.transit import Path, Stated
from tradewind.lib.transit_learning import WELL_AFTER, Journey, learn
from tradewind.markets.changing import touch
from tradewind.markets.models import Market
from tradewind.markets.shop import shop_profile
from tradewind.shipping.counted_days import CountedDays
from tradewind.shipping.lane_coverage import count_windows, store_windows
from tradewind.shipping.lanes import Lanes, lanes_from
from tradewind.shipping.models import DeliveryOption, LaneRun, Parcel
from tradewind.shipping.tracking_states import Party, Status

log = structlog.get_logger(__name__)
# A year and a little more, so that seasons are known; of a lane with more parcels, evenly chosen ones, so that a million parcels
# take seconds.
LOOKED_BACK: Final = timedelta(days=400)
MOST_OF_A_LANE: Final = 3_000
RUNS_KEPT: Final = 30
# On the shop's clock, when few people look.
_AT: Final = time(3, 40)
# A lane is followed to the door where so many of those that left long ago are known to have arrived.
_FOLLOWED: Final = 0.5
_HALF_MONTHS: Final = [date(2026, month, day) for month in range(1, 13) for day in (1, 16)]


@every(timedelta(minutes=10), name="shipping.learn_lanes")
def learn_at_night(now: datetime) -> bool:
    """Once a night. True when it was this time."""
    newest = LaneRun.objects.order_by("-pk").values_list("learnt_at", flat=True).first()
    if newest is not None and newest >= _last_turn(now):
        return False
    learn_lanes(at=now)
    return True


def learn_lanes(*, at: datetime) -> LaneRun:
    """Look at the parcels, keep what they teach, and let pages of the markets say so whose windows are others now."""
    stated = _stated()
    seen, journeys = _journeys(stated, at)
    by_path = {path: stated[path[0], path[2]] for path in {journey.path for journey in journeys}}
    ranges = [[*key, each.first, each.last] for key, each in sorted(stated.items())]
    figures = learn(journeys, by_path, on=at.date())
    run = LaneRun(learnt_at=at, parcels=seen, figures=figures.told(), stated=ranges)
    # All that takes time comes before the transaction: others write meanwhile.
    before, windows = LaneRun.objects.order_by("-pk").first(), count_windows(at=at)
    changed = {code for code in {market for market, _ in stated} if _is_changed(code, before, run, stated)}
    with transaction.atomic():
        _store(run, changed, before)
        store_windows(windows)
    if seen:
        log.info("learnt how long lanes take", parcels=seen, lanes=len(figures.spreads))
    return run


def _store(run: LaneRun, changed: Container[str], before: LaneRun | None) -> None:
    # Whoever learns at the same time waits here.
    markets = list(Market.objects.select_for_update().order_by("pk"))
    newest = LaneRun.objects.order_by("-pk").values_list("pk", flat=True)
    is_alone = newest.first() == (before.pk if before else None)
    run.save()
    LaneRun.objects.exclude(pk__in=list(newest[:RUNS_KEPT])).delete()
    for market in markets:
        if market.code in changed or not is_alone:
            touch(market.pk)


def _last_turn(now: datetime) -> datetime:
    zone = ZoneInfo(shop_profile().zone)
    today = now.astimezone(zone).date()
    turns = (datetime.combine(day, _AT, zone).astimezone(UTC) for day in (today, today - timedelta(days=1)))
    return next(turn for turn in turns if turn <= now)


def _stated() -> dict[tuple[str, str], Stated]:
    codes = dict(Market.objects.values_list("pk", "code"))
    options = DeliveryOption.objects.values_list("market_id", "code", "days_min", "days_max")
    return {(codes[pk], code): Stated(first, last) for pk, code, first, last in options if pk in codes}


def _journeys(stated: Mapping[tuple[str, str], Stated], at: datetime) -> tuple[int, list[Journey]]:
    """How many parcels were looked at, and what of them teaches."""
    rows = Parcel.objects.filter(handed_over_at__gte=at - LOOKED_BACK, handed_over_at__lt=at).exclude(option="")
    lanes = rows.values_list("market", "option", "country").annotate(Count("pk")).order_by()
    zones = dict(Warehouse.objects.values_list("code", "zone"))
    seen, journeys = 0, list[Journey]()
    for market, option, country, count in lanes:
        if (market, option) not in stated or country not in COUNTRIES:
            continue
        reader = _Reader((market, country, option), CountedDays(country, at, LOOKED_BACK), zones)
        lane = rows.filter(market=market, option=option, country=country)
        found = list(reader.read(_evenly(lane, count)))
        seen += reader.seen
        if _is_followed(found, stated[market, option]):
            journeys += found
    return seen, journeys


def _evenly(rows: QuerySet[Parcel], count: int) -> QuerySet[Parcel]:
    """Every so manieth by its number, which has nothing to do with how long it takes."""
    step = -(-count // MOST_OF_A_LANE)
    return rows if step == 1 else rows.annotate(turn=F("pk") % step).filter(turn=0)


def _is_followed(journeys: Sequence[Journey], stated: Stated) -> bool:
    old = [each.days is not None for each in journeys if (each.waited or 0) > stated.last * WELL_AFTER]
    return not old or sum(old) >= _FOLLOWED * len(old)


@dataclass(slots=True)
class _Reader:
    """Reads the parcels of one lane."""

    path: Path
    days: CountedDays
    zones: Mapping[str, str]
    seen: int = 0

    def read(self, rows: QuerySet[Parcel]) -> Iterator[Journey]:
        counted = rows.filter(replaced_at=None, is_contradicted=False, arrival_told_by="").exclude(
            status=Status.CANCELLED
        )
        columns = ("handed_over_at", "first_scan_at", "delivered_at", "status", "party", "warehouse")
        # In one order, so that the same parcels give the same figures to the last digit.
        for *moments, status, party, place in counted.order_by("handed_over_at", "pk").values_list(*columns):
            self.seen += 1
            handed_over_at, first_scan_at, delivered_at = moments
            if first_scan_at is None and delivered_at is None:
                continue
            came_back = status in (Status.RETURNING, Status.RETURNED)
            if delivered_at is None and came_back and party == Party.BUYER:
                continue
            started_at = min(handed_over_at, first_scan_at or handed_over_at)
            left_on = started_at.astimezone(ZoneInfo(self.zones.get(place, CHINA_ZONE))).date()
            days = None if delivered_at is None else self.days.until(left_on, self.days.day_of(delivered_at))
            yield Journey(self.path, left_on, days, waited=self.days.until(left_on, self.days.today))


def _is_changed(code: str, before: LaneRun | None, run: LaneRun, stated: Mapping[tuple[str, str], Stated]) -> bool:
    """Would a page of this market say other days, or name other figures for them, in any season?"""
    old = Lanes(code) if before is None else lanes_from(before, code)
    new = lanes_from(run, code)
    countries = {path[1] for each in (old, new) for path in each.figures.levels if path[:1] == (code,) and path[1:]}
    options = {option: (each.first, each.last) for (market, option), each in stated.items() if market == code}
    # The empty one stands for countries to which nothing was sent yet.
    return any(
        old.expected(country, option, day, ours) != new.expected(country, option, day, ours)
        for option, ours in options.items()
        for day in _HALF_MONTHS
        for country in (*sorted(countries), "")
    )
