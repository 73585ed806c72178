"""Special notices move dates: what a festival, a strike or a closed lane does to a quote.

Pure. A notice counts where the days of the journey meet the days on which it acts, its added days once, whatever the length of
its period: days of the warehouse for what leaves, of the destination for what travels. With a notice no date is earlier than
without any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tradewind.lib.calendars import DayRange, WorkingCalendar
from tradewind.markets.models import Announcement
from tradewind.markets.queries import MarketView, Shown
from tradewind.shipping.leaving import Leaving
from tradewind.shipping.terms import Terms
from tradewind.shipping.travelling import Arrival

Effect = Announcement.Effect
HELD_BY = "held_by"
SLOWED_BY = "slowed_by"


class LaneClosed(Exception):
    """What would be on its way on these days cannot be sent this way."""


def with_notices(market: MarketView, terms: Terms, country: str) -> Terms:
    """The terms with those of the market's notices that act on this way to this country."""
    told = tuple(
        each
        for each in market.announcements
        if each.acts is not None and each.concerns(country, [(terms.option, terms.warehouse)])
    )
    return replace(terms, notices=told) if told else terms


def held_back(notices: Sequence[Shown], left: Leaving, origin: WorkingCalendar) -> Leaving:
    """When it leaves in spite of what holds it back between the day from which it counts and that on which it leaves.

    Raises NoWorkingDays.
    """
    counts_from = left.holds_until.astimezone(ZoneInfo(origin.zone)).date()
    on, why = leaves_on(notices, counts_from, left.on, origin)
    return replace(left, on=on, inputs={**left.inputs, HELD_BY: why}) if why else left


def slowed(notices: Sequence[Shown], leaves: date, arrived: Arrival, destination: WorkingCalendar) -> Arrival:
    """When it arrives in spite of what slows it down between leaving and arriving. Raises LaneClosed, NoWorkingDays."""
    first, _ = arrives_on(notices, leaves, arrived.first, destination)
    last, why = arrives_on(notices, leaves, arrived.last, destination)
    if any(meets(each.acts, leaves, last) for each in notices if each.effect == Effect.CLOSED):
        raise LaneClosed
    return replace(arrived, first=first, last=last, inputs={**arrived.inputs, SLOWED_BY: why}) if why else arrived


def leaves_on(
    notices: Sequence[Shown], counts_from: date, on: date, origin: WorkingCalendar
) -> tuple[date, list[dict[str, Any]]]:
    """The day on which goods leave that would leave on a day, and what holds them back."""
    stops = tuple(each.acts for each in notices if each.effect == Effect.STOP and each.acts is not None)
    open_days = replace(origin, closures=(*origin.closures, *stops)) if stops else origin
    adding = [each for each in notices if each.effect == Effect.DISPATCH]
    begun = open_days.next_working_day(on) if stops else on
    left, met = _added(adding, counts_from, begun, open_days)
    halted = [
        each for each in notices if each.effect == Effect.STOP and on < left and meets(each.acts, on, left - _ONE_DAY)
    ]
    return left, [_why(each) for each in (*halted, *met)]


def arrives_on(
    notices: Sequence[Shown], leaves: date, on: date, destination: WorkingCalendar
) -> tuple[date, list[dict[str, Any]]]:
    """The day on which a parcel arrives that would arrive on a day, and what slows it down."""
    adding = [each for each in notices if each.effect == Effect.TRANSIT]
    arrives, met = _added(adding, leaves, on, destination)
    return arrives, [_why(each) for each in met]


def meets(days: DayRange | None, first: date, last: date) -> bool:
    """Does a journey of these days, both included, meet the days of a notice?"""
    return days is not None and first <= days.last and days.first <= last


def days_said(inputs: Mapping[str, Any], notice_id: int) -> int:
    """How many days of a notice a promise has in it already."""
    told = (*inputs.get(HELD_BY, ()), *inputs.get(SLOWED_BY, ()))
    return sum(int(each["days"]) for each in told if each["notice"] == notice_id)


def notices_in(inputs: Mapping[str, Any]) -> list[int]:
    """Which notices are in a promise."""
    return [each["notice"] for each in (*inputs.get(HELD_BY, ()), *inputs.get(SLOWED_BY, ()))]


_ONE_DAY = timedelta(days=1)


def _added(adding: Iterable[Shown], first: date, last: date, calendar: WorkingCalendar) -> tuple[date, Sequence[Shown]]:
    """Each once. A day that was added may lead into the days of another one."""
    met: list[Shown] = []
    left, moved = list(adding), last
    while new := [each for each in left if each.days and meets(each.acts, first, moved)]:
        met += new
        left = [each for each in left if each not in new]
        moved = calendar.add_working_days(last, sum(each.days for each in met))
    return moved, met


def _why(notice: Shown) -> dict[str, Any]:
    """As it is kept with a promise, in order to say later why."""
    days = notice.acts
    return {
        "notice": notice.id,
        "kind": str(notice.kind),
        "title": dict(notice.title),
        "effect": str(notice.effect),
        "days": notice.days,
        "first": days.first.isoformat() if days else "",
        "last": days.last.isoformat() if days else "",
        "said_at": notice.said_at.isoformat() if notice.said_at else "",
    }
