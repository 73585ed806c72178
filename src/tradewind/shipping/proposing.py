"""A proposal for a market: which ways to offer, in which order, and why. It changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money
from tradewind.markets.converting import convert, rates_kept
from tradewind.markets.queries import MarketView
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.arranging import Arrangement
from tradewind.shipping.costing import Hindrance, carriers_cost, hindrances
from tradewind.shipping.goods import Goods
from tradewind.shipping.lanes import lanes_of
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.quoting import quotes_for
from tradewind.shipping.recent import Fared, Sold, typical_parcel
from tradewind.shipping.terms import Terms, as_terms
from tradewind.shipping.weighing import Prices, Reach, Way, Weighed, weigh

_NO_LIMIT: Final = 10**9
# Of what a typical parcel is worth, in percent: a day on the way, one that comes late, one that is lost and sent again.
_DAY, _LATE, _LOST = 1, 10, 120


@dataclass(frozen=True, slots=True)
class Proposal:
    """`left_out` are ways that do not carry the parcel there; they keep their places behind the others."""

    parcel: Goods
    is_of_orders: bool
    country: str
    prices: Prices
    weighed: Sequence[Weighed]
    left_out: Sequence[str]
    present: Arrangement
    wanted: Arrangement
    ways: Mapping[str, Terms]


def propose(
    market: MarketView,
    sold: Sequence[Sold],
    records: Mapping[str, Fared],
    *,
    at: datetime,
    prices: Prices | None = None,
) -> Proposal | None:
    """For the parcel that is typical of the market, to the country where most go. None without goods or ways.

    `records` say how parcels of each way fared.
    """
    typical = typical_parcel(market, sold)
    rows = list(
        DeliveryOption.objects.filter(market_id=market.id).select_related("warehouse").order_by("position", "id")
    )
    if typical is None or not rows:
        return None
    lanes = lanes_of(market.code)
    ways = {row.code: as_terms(row, lanes) for row in rows}
    places = frozenset(row.warehouse.code for row in rows if row.warehouse.is_on)
    parcel = replace(typical[0], traits=frozenset(), stocked_at=places)
    country = _country(market, sold)
    prices = prices or usual_prices(parcel.value or Money.zero(market.currency))
    quotes = quotes_for(market, country, parcel, at=at, supposed=list(ways.values()))
    weighed = weigh(_candidates(market, ways, quotes, parcel, records, at), prices)
    known = {each.way.code for each in weighed}
    present = [(row.code, row.is_on) for row in rows]
    left_out = [code for code in ways if code not in known]
    return Proposal(
        parcel=parcel,
        is_of_orders=typical[1],
        country=country,
        prices=prices,
        weighed=weighed,
        left_out=left_out,
        present=present,
        wanted=[
            *((each.way.code, each.is_proposed) for each in weighed),
            *(each for each in present if each[0] in left_out),
        ],
        ways=ways,
    )


def usual_prices(worth: Money) -> Prices:
    """What a day and an accident count where the owner has not said otherwise."""
    day, late, lost = (max(worth.amount * percent // 100, 1) for percent in (_DAY, _LATE, _LOST))
    return Prices(day, late, lost)


def _country(market: MarketView, sold: Sequence[Sold]) -> str:
    counts = Counter(each.country for each in sold if market.serves(each.country))
    served = market.countries or {code for code in COUNTRIES if market.serves(code)}
    return min(counts or served, key=lambda code: (-counts[code], code))


def _candidates(
    market: MarketView,
    ways: Mapping[str, Terms],
    quotes: Sequence[DeliveryQuote],
    parcel: Goods,
    records: Mapping[str, Fared],
    at: datetime,
) -> list[Way]:
    kept = rates_kept(at.date())
    found = []
    for quote in quotes:
        terms, record = ways[quote.option], records.get(quote.option, Fared())
        takes = carriers_cost(terms, str(quote.inputs["country"]), parcel)
        own = convert(takes, market, kept) if takes is not None else None
        days = [(day - at.date()).days for day in (quote.arrives_first, quote.arrives_last)]
        found.append(
            Way(
                code=quote.option,
                takes=None if own is None else own.amount,
                asks=quote.cost.amount,
                days=(max(days[0], 0), max(days[1], 0)),
                is_tracked=quote.is_tracked,
                parcels=record.parcels,
                late=record.late,
                lost=record.lost,
                reach=_reach(market, terms),
            )
        )
    return found


def _reach(market: MarketView, terms: Terms) -> Reach:
    nothing = Goods(weight_g=0, traits=frozenset(), stocked_at=frozenset())
    served = market.countries or {code for code in COUNTRIES if market.serves(code)}
    there = {
        code for code in served if all(each.by is not Hindrance.COUNTRY for each in hindrances(terms, code, nothing))
    }
    limits = (terms.max_weight_g, terms.freight.longest_mm or _NO_LIMIT, terms.freight.sides_mm or _NO_LIMIT)
    return Reach(terms.warehouse, terms.refuses, limits, frozenset(there))
