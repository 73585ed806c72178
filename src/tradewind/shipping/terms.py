"""The terms of a market's ways to deliver, as values: kept per process under the market's version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from math import inf

from tradewind.inventory.models import Warehouse
from tradewind.inventory.queries import closures_of
from tradewind.lib.calendars import DayRange
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.markets.queries import MarketView, Shown
from tradewind.shipping.departing import KEPT_BY_NOTHING, Departure, departure_of
from tradewind.shipping.freight import PLAIN, Freight, freight_of
from tradewind.shipping.lanes import NO_LANES, Lanes, lanes_of
from tradewind.shipping.models import DeliveryOption


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
    departure: Departure = KEPT_BY_NOTHING
    lanes: Lanes = NO_LANES
    notices: tuple[Shown, ...] = ()  # what moves its dates: shipping.delays
    freight: Freight = PLAIN


_kept: dict[int, tuple[int, tuple[Terms, ...]]] = {}


def terms_of(market: MarketView) -> tuple[Terms, ...]:
    """The delivery options of a market in the order of display: two statements, none while its version stands."""
    kept = _kept.get(market.id)
    if kept is None or kept[0] != market.version:
        lanes = lanes_of(market.code)
        kept = _kept[market.id] = (market.version, tuple(as_terms(row, lanes) for row in _offered(market.id)))
    return kept[1]


def terms_as_placed(market: MarketView) -> tuple[Terms, ...]:
    """The delivery options for orders that are there already: also those from warehouses that have been switched off."""
    on = DeliveryOption.objects.filter(market_id=market.id, is_on=True).select_related("warehouse")
    lanes = lanes_of(market.code)
    return tuple(as_terms(row, lanes) for row in on.order_by("position", "id"))


def terms_with(changed: DeliveryOption) -> tuple[Terms, ...]:
    """What the terms of its market would be if this option, not stored like this, were one of them."""
    rows = [row for row in _offered(changed.market_id) if row.pk != changed.pk]
    if changed.is_on and changed.warehouse.is_on:
        rows.append(changed)
    lanes = lanes_of(Market.objects.values_list("code", flat=True).get(pk=changed.market_id))
    return tuple(as_terms(row, lanes) for row in sorted(rows, key=lambda row: (row.position, row.pk or inf)))


def terms_arranged(market_id: int, arrangement: Iterable[tuple[str, bool]]) -> tuple[Terms, ...]:
    """What the terms of a market would be in this order of codes, as far as they are offered in it."""
    there = DeliveryOption.objects.filter(market_id=market_id, warehouse__is_on=True).select_related("warehouse")
    rows = {row.code: row for row in there}
    lanes = lanes_of(Market.objects.values_list("code", flat=True).get(pk=market_id))
    return tuple(as_terms(rows[code], lanes) for code, is_on in arrangement if is_on and code in rows)


def as_terms(row: DeliveryOption, lanes: Lanes = NO_LANES) -> Terms:
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
        departure=departure_of(row),
        lanes=lanes,
        freight=freight_of(row),
    )


def _offered(market_id: int) -> Iterable[DeliveryOption]:
    on = DeliveryOption.objects.filter(market_id=market_id, is_on=True, warehouse__is_on=True)
    return on.select_related("warehouse").order_by("position", "id")
