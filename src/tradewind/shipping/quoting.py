"""Delivery quotes: which ways to travel there are for these goods to this country, at what cost, on which dates.

Pure once the terms of a market are known (shipping.terms).
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from tradewind.lib.calendars import DayRange, NoWorkingDays, WorkingCalendar, country_calendar
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.zones import main_zone
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.delays import LaneClosed, held_back, slowed, with_notices
from tradewind.shipping.leaving import leaving, without
from tradewind.shipping.not_counting import days_not_counted
from tradewind.shipping.terms import Terms, terms_of
from tradewind.shipping.travelling import arrival

# A quote looks at most this far ahead; the calendars must reach as far.
_HORIZON: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Goods:
    """What a parcel would hold: all that decides which ways may carry it."""

    weight_g: int
    traits: frozenset[str]
    stocked_at: frozenset[str]  # codes of the warehouses that have everything
    is_awaited: bool = False  # some of it has yet to be bought or made


def quotes_for(
    market: MarketView, country: str, goods: Goods, *, at: datetime, supposed: Sequence[Terms] | None = None
) -> list[DeliveryQuote]:
    """The ways that these goods may travel to a country, with dates for an order placed at this moment.

    With `supposed` as they would be on other terms than those that hold.
    """
    if country not in COUNTRIES:
        return []
    quotes = []
    for terms in terms_of(market) if supposed is None else supposed:
        if _can_carry(terms, country, goods):
            # From a warehouse that is closed for good nothing can be promised; the other ways stand.
            with suppress(NoWorkingDays, LaneClosed):
                quotes.append(_quote(with_notices(market, terms, country), country, goods, at))
    return quotes


def pack(parts: Iterable[tuple[int, Iterable[str], Iterable[str], int]]) -> Goods:
    """Goods from (weight in grams, traits, warehouses that have enough, quantity) of each line."""
    weight, traits, places = 0, set[str](), None
    for weight_g, line_traits, stocked_at, quantity in parts:
        weight += weight_g * quantity
        traits.update(line_traits)
        places = set(stocked_at) if places is None else places & set(stocked_at)
    return Goods(weight_g=weight, traits=frozenset(traits), stocked_at=frozenset(places or ()))


def _can_carry(terms: Terms, country: str, goods: Goods) -> bool:
    return (
        terms.warehouse in goods.stocked_at
        and (not terms.serves or country in terms.serves)
        and goods.weight_g <= terms.max_weight_g
        and not (terms.refuses & goods.traits)
    )


def _quote(terms: Terms, country: str, goods: Goods, at: datetime) -> DeliveryQuote:
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
        cost=terms.cost,
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
            "skipped": days_not_counted(at, left.on, arrived.last, origin, destination),
        },
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
