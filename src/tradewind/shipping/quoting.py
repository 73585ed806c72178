"""Delivery quotes: which ways to travel there are for these goods to this country, at what cost, on which dates.

Pure once the terms of a market are known (shipping.terms).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from tradewind.lib.calendars import DayRange, NoWorkingDays, WorkingCalendar, country_calendar
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.zones import main_zone
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import WEIGHED, DeliveryQuote
from tradewind.shipping.costing import Costing, can_carry, costing
from tradewind.shipping.delays import LaneClosed, held_back, slowed, with_notices
from tradewind.shipping.goods import Goods, Part, pack
from tradewind.shipping.leaving import leaving, without
from tradewind.shipping.not_counting import days_not_counted
from tradewind.shipping.terms import Terms, terms_of
from tradewind.shipping.travelling import arrival

__all__ = ["Goods", "Part", "pack", "quotes_for"]

# A quote looks at most this far ahead; the calendars must reach as far.
_HORIZON: Final = timedelta(days=400)


def quotes_for(
    market: MarketView,
    country: str,
    goods: Goods,
    *,
    at: datetime,
    supposed: Sequence[Terms] | None = None,
    postcode: str = "",
) -> list[DeliveryQuote]:
    """The ways that these goods may travel to a country, with dates for an order placed at this moment.

    With `supposed` as they would be on other terms than those that hold. Without a postcode the country's own zone counts.
    """
    if country not in COUNTRIES:
        return []
    quotes = []
    for terms in terms_of(market) if supposed is None else supposed:
        if terms.warehouse in goods.stocked_at and can_carry(terms, country, goods, postcode):
            # From a warehouse that is closed for good nothing can be promised; the other ways stand.
            with suppress(NoWorkingDays, LaneClosed):
                costs = costing(terms, country, goods, postcode)
                quotes.append(_quote(with_notices(market, terms, country), country, goods, at, costs))
    return quotes


def _quote(terms: Terms, country: str, goods: Goods, at: datetime, costs: Costing) -> DeliveryQuote:
    years = _years(at.date())
    origin = _calendar(terms.country, terms.subdivision, terms.zone, years, terms.closures)
    zone = main_zone(country)
    destination = _calendar(country, "", zone, years, ())
    collected = without(origin, terms.departure.carriers)
    left = held_back(terms.notices, leaving(terms, at, origin, is_awaited=goods.is_awaited), collected)
    arrived = slowed(terms.notices, left.on, arrival(terms, country, left.on, destination), destination)
    return DeliveryQuote(
        option=terms.option,
        name=dict(terms.name),
        note=dict(terms.note),
        cost=costs.cost,
        is_tracked=terms.is_tracked,
        warehouse=terms.warehouse,
        warehouse_country=terms.country,
        warehouse_city=dict(terms.city),
        holds_until=left.holds_until,
        leaves_on=left.on,
        leaves_zone=terms.zone,
        arrives_first=arrived.first,
        arrives_last=arrived.last,
        arrives_zone=zone,
        share=arrived.share,
        inputs={
            **_asked(terms, country, at),
            **left.inputs,
            **arrived.inputs,
            **({WEIGHED: dict(costs.inputs)} if costs.inputs else {}),
            "skipped": days_not_counted(at, left.on, arrived.last, origin, destination),
        },
        is_duty_paid=bool(terms.freight.is_duty_paid),
    )


def _asked(terms: Terms, country: str, at: datetime) -> dict[str, Any]:
    """What was asked for. All inputs are kept with the promise, to answer "why this date?"."""
    return {
        "asked_at": at.isoformat(),
        "option": terms.option,
        "country": country,
        "warehouse": terms.warehouse,
        "warehouse_city": dict(terms.city),
        "warehouse_place": [terms.country, terms.subdivision, terms.zone],
    }


def _years(day: date) -> tuple[int, ...]:
    return tuple(range(day.year, (day + _HORIZON).year + 1))


@lru_cache(maxsize=512)
def _calendar(
    country: str, subdivision: str, zone: str, years: tuple[int, ...], closures: tuple[DayRange, ...]
) -> WorkingCalendar:
    return country_calendar(country, zone, years, subdivision or None, closures)
