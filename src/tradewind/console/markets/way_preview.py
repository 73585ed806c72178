"""What parcels of some weights would cost on a way, to the buyer and to the shop, before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.console.markets.previewing import sample_country
from tradewind.core.words import say, spoken
from tradewind.lib.money import Money
from tradewind.markets.converting import convert, rates_kept
from tradewind.markets.queries import MarketView
from tradewind.shipping.costing import can_carry, carriers_cost, costing
from tradewind.shipping.goods import Goods
from tradewind.shipping.terms import Terms

_GRAMS: Final = (100, 500, 1000, 2000, 5000)
_ZONES: Final = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """One weight to one zone. None: it is not carried there; `takes` None: nobody knows."""

    zone: str
    grams: int
    before: Money | None
    after: Money | None
    takes: Money | None
    takes_here: Money | None

    @property
    def left(self) -> Money | None:
        return None if self.after is None or self.takes_here is None else self.after - self.takes_here


def scales_of(market: MarketView, before: Terms, after: Terms, *, at: datetime) -> list[Scale]:
    """For plain goods of each weight, without free delivery."""
    kept, found = rates_kept(at.date()), []
    for name, country, postcode in _places(market, after):
        for grams in _GRAMS:
            parcel = Goods(weight_g=grams, traits=frozenset(), stocked_at=frozenset())
            takes = carriers_cost(after, country, parcel, postcode)
            here = convert(takes, market, kept) if takes is not None else None
            asked = [_asked(each, country, parcel, postcode) for each in (before, after)]
            found.append(Scale(name, grams, asked[0], asked[1], takes, here))
    return [each for each in found if each.before is not None or each.after is not None]


def _asked(terms: Terms, country: str, parcel: Goods, postcode: str) -> Money | None:
    is_carried = can_carry(terms, country, parcel, postcode)
    return costing(terms, country, parcel, postcode).cost if is_carried else None


def _places(market: MarketView, terms: Terms) -> Sequence[tuple[str, str, str]]:
    """(name, a country, a postcode) of each zone that lies in the market, by the table of the buyer, else of the carrier."""
    rates = terms.freight.rates or terms.freight.own
    if rates is None:
        return [(say(spoken(), "Everywhere"), sample_country(market), "")]
    found = []
    for zone in rates.zones:
        served = sorted(code for code in zone.countries if market.serves(code))
        country = served[0] if served else "" if zone.countries else _other(market, terms)
        if country:
            found.append((zone.name, country, next(iter(zone.postcodes), "")))
    return found[:_ZONES]


def _other(market: MarketView, terms: Terms) -> str:
    """A country that no zone names."""
    rates = terms.freight.rates or terms.freight.own
    named = {code for zone in rates.zones for code in zone.countries} if rates is not None else set()
    return min((code for code in (*market.countries, sample_country(market)) if code not in named), default="")
