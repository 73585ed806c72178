"""Of the windows that were promised to hold nine of ten parcels: how many did? Counted each night, by lane and month.

Each promise is judged by itself and by the day on which the buyer had the goods, also one that another took the place of meanwhile.
Those that are not due yet are open, whatever has arrived: only the fast ones would count. Where nobody followed a parcel nothing is
known, also if somebody said later when it came: those who are asked, or write, are not like the others. Months that ended longer ago than a month and a half stay as they were counted last: news that late is rare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tradewind.lib.batches import in_batches
from tradewind.lib.calendars import country_calendar
from tradewind.promises.models import Promise
from tradewind.shipping.models import LaneMonth, Parcel

# In the inputs of a promise: the day on which the goods really left, and that the days which were promised before held then.
LEFT_ON: Final = "left_on"
CONFIRMED: Final = "confirmed"
_NEWS_COME: Final = timedelta(days=45)
_BATCH: Final = 500
_JUDGED: Final = tuple(state for state in Promise.State if state != Promise.State.RELEASED)
_COUNTED: Final = ("within", "early", "late", "unknown", "still_open")

_Key = tuple[date, int | None, tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Tally:
    """`rows` of all months from `since` on, to take the place of what was counted before."""

    since: date
    rows: Sequence[LaneMonth]


def count_windows(*, at: datetime) -> Tally:
    """What came of the windows that a share was promised of. Reads two to three months."""
    since = (at - _NEWS_COME).date().replace(day=1)
    counts: dict[_Key, Counter[str]] = defaultdict(Counter)
    for promises in _promised(since):
        fates = _fates(promises, at)
        for promise in promises:
            for stage in _stages(promise.inputs):
                lane = tuple(promise.inputs["lane"])
                counted = counts[promise.last_day.replace(day=1), promise.account_id, lane, stage]
                counted[fates[promise.pk]] += 1
                counted["days"] += (promise.last_day - promise.first_day).days + 1
    return Tally(since, [_row(key, counted) for key, counted in counts.items()])


def store_windows(tally: Tally) -> None:
    """In the caller's transaction."""
    LaneMonth.objects.filter(month__gte=tally.since).delete()
    LaneMonth.objects.bulk_create(tally.rows, batch_size=_BATCH)


def _promised(since: date) -> Iterator[Sequence[Promise]]:
    """In batches, along the index of states and due times."""
    shared = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_kind="order", share__isnull=False)
    for state in _JUDGED:
        rows = shared.filter(state=state, due_at__gte=datetime.combine(since, time.min, UTC), last_day__gte=since)
        keys = list(rows.order_by("due_at", "pk").values_list("pk", flat=True))
        for some in in_batches(keys, _BATCH):
            yield [each for each in Promise.objects.filter(pk__in=some) if len(each.inputs.get("lane", ())) == 3]  # noqa: PLR2004


def _fates(promises: Sequence[Promise], at: datetime) -> dict[int, str]:
    due = [promise for promise in promises if promise.due_at <= at]
    arrived = _arrivals({promise.subject_id for promise in due})
    followed = _followed({promise.subject_id for promise in due} - set(arrived))
    told = _told({promise.subject_id for promise in due})
    fates = {promise.pk: "still_open" for promise in promises}
    for promise in due:
        if promise.subject_id in told:
            fates[promise.pk] = "unknown"
        elif promise.subject_id in arrived:
            fates[promise.pk] = _verdict(promise, arrived[promise.subject_id])
        else:
            fates[promise.pk] = "late" if promise.subject_id in followed else "unknown"
    return fates


def _arrivals(order_ids: Iterable[int]) -> dict[int, datetime]:
    """When all of an order was there: a promise that another took the place of does not know it itself."""
    told = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_kind="order", subject_id__in=list(order_ids))
    rows = told.filter(fulfilled_at__isnull=False).order_by("pk").values_list("subject_id", "fulfilled_at")
    return {order_id: moment for order_id, moment in rows if moment is not None}


def _followed(order_ids: Iterable[int]) -> set[int]:
    parcels = Parcel.objects.filter(order_id__in=list(order_ids), first_scan_at__isnull=False)
    return set(parcels.values_list("order_id", flat=True))


def _told(order_ids: Iterable[int]) -> set[int]:
    """Of which no carrier says that all of it is there."""
    parcels = Parcel.objects.filter(order_id__in=list(order_ids), replaced_at=None).exclude(arrival_told_by="")
    return set(parcels.values_list("order_id", flat=True))


def _verdict(promise: Promise, arrived_at: datetime) -> str:
    """What is there on a day off counts with the next working day, as it did when the window was learnt (CountedDays)."""
    on = arrived_at.astimezone(ZoneInfo(promise.zone)).date()
    if on > promise.last_day:
        return "late"
    return "within" if on >= promise.first_day or _is_off_until(promise.first_day, on, promise) else "early"


def _is_off_until(first: date, on: date, promise: Promise) -> bool:
    """Is every day off from this one to the first of the window?"""
    calendar = country_calendar(promise.inputs["lane"][1], promise.zone, range(on.year, first.year + 1))
    return not any(calendar.is_working(on + timedelta(days=days)) for days in range((first - on).days))


def _stages(inputs: dict[str, Any]) -> Iterator[LaneMonth.Stage]:
    if LEFT_ON not in inputs or inputs.get(CONFIRMED):
        yield LaneMonth.Stage.ORDER
    if LEFT_ON in inputs:
        yield LaneMonth.Stage.HANDOVER


def _row(key: _Key, counted: Counter[str]) -> LaneMonth:
    month, account_id, (market, country, option), stage = key
    numbers = {name: counted[name] for name in (*_COUNTED, "days")}
    return LaneMonth(
        month=month, account_id=account_id, market=market, country=country, option=option, stage=stage, **numbers
    )
