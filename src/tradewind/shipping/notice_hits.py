"""Which open promises a special notice hits: their way, from today on, meets the days on which it acts; and the dates that
would be true instead.

An order that has not left is hit by what holds it back and by what slows it down, a parcel on its way by the latter alone. What a
promise has of the notice already is not counted again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import closures_of
from tradewind.lib.calendars import DayRange, NoHolidayTable, NoWorkingDays, WorkingCalendar, country_calendar
from tradewind.markets.models import Announcement
from tradewind.markets.queries import Shown, as_shown
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.many import Anew
from tradewind.promises.models import Promise
from tradewind.promises.risking import NOTICE, Source
from tradewind.shipping.delays import HELD_BY, SLOWED_BY, Effect, arrives_on, days_said, leaves_on, meets

_KINDS: Final = (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY)
_DAY: Final = timedelta(days=1)
RISK: Final = "notice:"


@dataclass(frozen=True, slots=True)
class Hit:
    """An order whose promises would break, with the days that would hold instead."""

    order: Order
    changes: tuple[Anew, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """What has to be known in order to look at orders, asked once for all of them."""

    notice: Shown
    closures: Mapping[str, tuple[DayRange, ...]]
    at: datetime


def risk_of(notice_id: int) -> str:
    """The code that stands with the promises that a notice puts at risk."""
    return f"{RISK}{notice_id}"


def source_of(notice_id: int) -> Source:
    return NOTICE, notice_id


def ways_of(row: Announcement, *, at: datetime) -> Ways:
    """A notice as it stands, or as it would be: it need not be stored."""
    return Ways(as_shown(row), {place.code: closures_of(place) for place in Warehouse.objects.all()}, at)


def hits(ways: Ways, orders: Sequence[Order], *, is_held: bool = False) -> list[Hit]:
    """Of these orders those that are hit, in one statement. `is_held`: their promises are held for the caller's transaction."""
    rows = Promise.objects.filter(subject_kind="order", subject_id__in=[order.pk for order in orders], is_owed=True)
    rows = rows.order_by("pk")
    promised: dict[int, dict[str, Promise]] = {}
    for promise in rows.select_for_update() if is_held else rows:
        # Not asked of the database: SQLite would walk through all that are open, for each batch anew.
        if promise.kind in _KINDS and promise.state == Promise.State.MADE and promise.due_at > ways.at:
            promised.setdefault(promise.subject_id, {})[promise.kind] = promise
    found = ((order, _changes(ways, order, promised.get(order.pk, {}))) for order in orders)
    return [Hit(order, changes) for order, changes in found if changes]


def _changes(ways: Ways, order: Order, promised: Mapping[str, Promise]) -> tuple[Anew, ...]:
    """Empty where it is not hit, or where nothing is known of its way."""
    any_of_them = next(iter(promised.values()), None)
    if ways.notice.acts is None or any_of_them is None or "warehouse_place" not in any_of_them.inputs:
        return ()
    inputs = any_of_them.inputs
    if not ways.notice.concerns(inputs["country"], [(inputs["option"], inputs["warehouse"])]):
        return ()
    try:
        if order.state == OrderState.DISPATCHED:
            return _on_its_way(ways, promised.get(Promise.Kind.DELIVERY))
        if order.state == OrderState.PAID:
            return _not_sent(ways, promised.get(Promise.Kind.DISPATCH), promised.get(Promise.Kind.DELIVERY))
    except (NoWorkingDays, NoHolidayTable):
        pass
    return ()


def _not_sent(ways: Ways, dispatch: Promise | None, delivery: Promise | None) -> tuple[Anew, ...]:
    if dispatch is None:
        return ()
    origin = _origin(ways, dispatch.inputs)
    notice = _rest(ways.notice, dispatch.inputs)
    leaves, held_by = leaves_on(
        [notice], max(_counts_from(dispatch, origin), _today(ways, origin)), dispatch.last_day, origin
    )
    arrives: tuple[date, date] | None = None
    slowed_by: list[dict[str, Any]] = []
    if delivery is not None:
        destination = _destination(delivery, ways.at)
        notice = _rest(ways.notice, delivery.inputs)
        if notice.effect == Effect.CLOSED and notice.acts and meets(notice.acts, leaves, delivery.last_day):
            leaves, held_by = origin.next_working_day(notice.acts.last + _DAY), [_as_stop(notice)]
        later = destination.working_days_between(dispatch.last_day, leaves)
        moved = [destination.add_working_days(day, later) if later else day for day in _days(delivery)]
        first, _ = arrives_on([notice], leaves, moved[0], destination)
        last, slowed_by = arrives_on([notice], leaves, moved[1], destination)
        arrives = first, last
    changes = [_anew(dispatch, leaves, leaves, HELD_BY, held_by)] if leaves > dispatch.last_day else []
    if delivery is not None and arrives is not None and arrives != _days(delivery):
        changes.append(_anew(delivery, *arrives, SLOWED_BY, slowed_by or held_by))
    return tuple(changes)


def _on_its_way(ways: Ways, delivery: Promise | None) -> tuple[Anew, ...]:
    if delivery is None:
        return ()
    destination = _destination(delivery, ways.at)
    today, notice = _today(ways, destination), _rest(ways.notice, delivery.inputs)
    if notice.effect == Effect.CLOSED and notice.acts and meets(notice.acts, today, delivery.last_day):
        # It waits until the lane is open again.
        waits = destination.working_days_between(max(today, notice.acts.first) - _DAY, notice.acts.last)
        notice = replace(notice, effect=Effect.TRANSIT, days=max(waits - days_said(delivery.inputs, notice.id), 0))
    if notice.effect != Effect.TRANSIT or not notice.days:
        return ()
    first, _ = arrives_on([notice], today, delivery.first_day, destination)
    last, why = arrives_on([notice], today, delivery.last_day, destination)
    return (_anew(delivery, first, last, SLOWED_BY, why),) if last > delivery.last_day else ()


def _rest(notice: Shown, inputs: Mapping[str, Any]) -> Shown:
    """What of a notice a promise does not hold yet."""
    if notice.effect not in (Effect.DISPATCH, Effect.TRANSIT):
        return notice
    return replace(notice, days=max(notice.days - days_said(inputs, notice.id), 0))


def _anew(promise: Promise, first: date, last: date, name: str, why: Sequence[Mapping[str, Any]]) -> Anew:
    before = list(promise.inputs.get(name, ()))
    return Anew(promise, first, last, {name: [*before, *why]})


def _as_stop(notice: Shown) -> dict[str, Any]:
    _, why = leaves_on([replace(notice, effect=Effect.STOP)], *_first_of(notice), _EVERY_DAY)
    return why[0]


def _first_of(notice: Shown) -> tuple[date, date]:
    day = notice.acts.first if notice.acts else date.min
    return day, day


_EVERY_DAY: Final = WorkingCalendar("UTC", weekdays=frozenset(range(7)))


def _days(promise: Promise) -> tuple[date, date]:
    return promise.first_day, promise.last_day


def _counts_from(dispatch: Promise, origin: WorkingCalendar) -> date:
    until = dispatch.inputs.get("holds_until")
    moment = datetime.fromisoformat(until) if until else dispatch.made_at
    return min(moment.astimezone(ZoneInfo(origin.zone)).date(), dispatch.last_day)


def _today(ways: Ways, calendar: WorkingCalendar) -> date:
    return ways.at.astimezone(ZoneInfo(calendar.zone)).date()


def _origin(ways: Ways, inputs: Mapping[str, Any]) -> WorkingCalendar:
    country, subdivision, zone = inputs["warehouse_place"]
    years = (ways.at.year, ways.at.year + 1)
    return country_calendar(country, zone, years, subdivision or None, ways.closures.get(inputs["warehouse"], ()))


def _destination(delivery: Promise, at: datetime) -> WorkingCalendar:
    year = min(at.year, delivery.last_day.year)
    return country_calendar(delivery.inputs["country"], delivery.zone, (year, year + 1))
