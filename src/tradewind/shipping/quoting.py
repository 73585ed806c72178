"""Delivery quotes: which ways to travel there are for these goods to this country, at what cost, on which dates.

Pure once the terms of a market are known: the terms are kept per process under the market's version.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import inf
from typing import Any, Final

from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import closures_of
from tradewind.lib.calendars import (
    DayRange,
    NoWorkingDays,
    WorkingCalendar,
    country_calendar,
    dispatch_day,
    next_cutoff,
)
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money
from tradewind.lib.zones import main_zone
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.not_counting import days_not_counted

# A quote looks at most this far ahead; the calendars must reach as far.
_HORIZON: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Goods:
    """What a parcel would hold: all that decides which ways may carry it."""

    weight_g: int
    traits: frozenset[str]
    stocked_at: frozenset[str]  # codes of the warehouses that have everything


@dataclass(frozen=True, slots=True)
class Terms:
    """One delivery option with its warehouse, as values."""

    option: str
    name: Mapping[str, str]
    note: Mapping[str, str]
    cost: Money
    days: tuple[int, int]
    is_tracked: bool
    max_weight_g: int
    refuses: frozenset[str]
    source: str
    warehouse: str
    city: Mapping[str, str]
    country: str
    subdivision: str
    zone: str
    cutoff: time
    handling_days: int
    closures: tuple[DayRange, ...]
    serves: frozenset[str]


_kept: dict[int, tuple[int, tuple[Terms, ...]]] = {}


def terms_of(market: MarketView) -> tuple[Terms, ...]:
    """The delivery options of a market in the order of display: one statement, none while its version stands."""
    kept = _kept.get(market.id)
    if kept is None or kept[0] != market.version:
        kept = _kept[market.id] = (market.version, tuple(as_terms(row) for row in _offered(market.id)))
    return kept[1]


def terms_as_placed(market: MarketView) -> tuple[Terms, ...]:
    """The delivery options for orders that are there already: also those from warehouses that have been switched off."""
    on = DeliveryOption.objects.filter(market_id=market.id, is_on=True).select_related("warehouse")
    return tuple(as_terms(row) for row in on.order_by("position", "id"))


def terms_with(changed: DeliveryOption) -> tuple[Terms, ...]:
    """What the terms of its market would be if this option, not stored like this, were one of them."""
    rows = [row for row in _offered(changed.market_id) if row.pk != changed.pk]
    if changed.is_on and changed.warehouse.is_on:
        rows.append(changed)
    return tuple(as_terms(row) for row in sorted(rows, key=lambda row: (row.position, row.pk or inf)))


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
            with suppress(NoWorkingDays):
                quotes.append(_quote(terms, country, at))
    return quotes


def pack(parts: Iterable[tuple[int, Iterable[str], Iterable[str], int]]) -> Goods:
    """Goods from (weight in grams, traits, warehouses that have enough, quantity) of each line."""
    weight, traits, places = 0, set[str](), None
    for weight_g, line_traits, stocked_at, quantity in parts:
        weight += weight_g * quantity
        traits.update(line_traits)
        places = set(stocked_at) if places is None else places & set(stocked_at)
    return Goods(weight_g=weight, traits=frozenset(traits), stocked_at=frozenset(places or ()))


def _offered(market_id: int) -> Iterable[DeliveryOption]:
    on = DeliveryOption.objects.filter(market_id=market_id, is_on=True, warehouse__is_on=True)
    return on.select_related("warehouse").order_by("position", "id")


def _can_carry(terms: Terms, country: str, goods: Goods) -> bool:
    return (
        terms.warehouse in goods.stocked_at
        and (not terms.serves or country in terms.serves)
        and goods.weight_g <= terms.max_weight_g
        and not (terms.refuses & goods.traits)
    )


def _quote(terms: Terms, country: str, at: datetime) -> DeliveryQuote:
    years = _years(at.date())
    origin = _calendar(terms.country, terms.subdivision, terms.zone, years, terms.closures)
    zone = main_zone(country)
    destination = _calendar(country, "", zone, years, ())
    leaves_on = dispatch_day(at, terms.cutoff, terms.handling_days, origin)
    first, last = (destination.add_working_days(leaves_on, days) for days in terms.days)
    return DeliveryQuote(
        option=terms.option,
        name=dict(terms.name),
        note=dict(terms.note),
        cost=terms.cost,
        is_tracked=terms.is_tracked,
        warehouse=terms.warehouse,
        warehouse_country=terms.country,
        warehouse_city=dict(terms.city),
        holds_until=next_cutoff(at, terms.cutoff, origin),
        leaves_on=leaves_on,
        leaves_zone=terms.zone,
        arrives_first=first,
        arrives_last=last,
        arrives_zone=zone,
        inputs=_inputs(terms, country, at) | {"skipped": days_not_counted(at, leaves_on, last, origin, destination)},
    )


def _inputs(terms: Terms, country: str, at: datetime) -> dict[str, Any]:
    """What the dates were computed from, kept with the promise to answer "why this date?"."""
    return {
        "asked_at": at.isoformat(),
        "option": terms.option,
        "country": country,
        "warehouse": terms.warehouse,
        "warehouse_city": dict(terms.city),
        "warehouse_place": [terms.country, terms.subdivision, terms.zone],
        "cutoff": terms.cutoff.isoformat("minutes"),
        "handling_days": terms.handling_days,
        "transit_days": list(terms.days),
        "source": terms.source,
    }


def _years(day: date) -> tuple[int, ...]:
    return tuple(range(day.year, (day + _HORIZON).year + 1))


@lru_cache(maxsize=512)
def _calendar(
    country: str, subdivision: str, zone: str, years: tuple[int, ...], closures: tuple[DayRange, ...]
) -> WorkingCalendar:
    return country_calendar(country, zone, years, subdivision or None, closures)


def as_terms(row: DeliveryOption) -> Terms:
    """An option as a value; it need not be stored."""
    place: Warehouse = row.warehouse
    return Terms(
        option=row.code,
        name=row.name,
        note=row.note,
        cost=Money(row.cost, row.currency),
        days=(row.days_min, row.days_max),
        is_tracked=row.is_tracked,
        max_weight_g=row.max_weight_g,
        refuses=frozenset(row.refuses),
        source=row.source,
        warehouse=place.code,
        city=place.city,
        country=place.country,
        subdivision=place.subdivision,
        zone=place.zone,
        cutoff=place.cutoff,
        handling_days=place.handling_days,
        closures=closures_of(place),
        serves=frozenset(place.serves),
    )
