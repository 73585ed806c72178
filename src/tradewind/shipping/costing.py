"""What a way asks for goods, what its carrier takes for them, and what keeps it from carrying them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tradewind.lib.freight import Rates, counted_g, volumetric_g
from tradewind.lib.money import Money
from tradewind.shipping.goods import Goods
from tradewind.shipping.terms import Terms


class Hindrance(StrEnum):
    """Why a way does not carry something."""

    COUNTRY = "country"  # its warehouse does not send there, or its table of rates has no zone for it
    TRAIT = "trait"  # a property of the goods that it refuses
    WEIGHT = "weight"
    MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class Hindered:
    """`traits` are those that are refused."""

    by: Hindrance
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Costing:
    """What the buyer pays. `inputs` say by which weight and zone; empty where it is a flat amount."""

    cost: Money
    inputs: Mapping[str, Any]


def can_carry(terms: Terms, country: str, goods: Goods, postcode: str = "") -> bool:
    return next(hindrances(terms, country, goods, postcode), None) is None


def hindrances(terms: Terms, country: str, goods: Goods, postcode: str = "") -> Iterator[Hindered]:
    """All that speaks against it; where the goods lie is not looked at."""
    freight = terms.freight
    if terms.serves and country not in terms.serves:
        yield Hindered(Hindrance.COUNTRY)
    if refused := terms.refuses & goods.traits:
        yield Hindered(Hindrance.TRAIT, refused)
    zone = freight.rates.zone_to(country, postcode) if freight.rates is not None else None
    if freight.rates is not None and zone is None:
        yield Hindered(Hindrance.COUNTRY)
    is_beyond = zone is not None and zone.asks(counts_for(terms, goods)) is None
    if goods.weight_g > terms.max_weight_g or is_beyond:
        yield Hindered(Hindrance.WEIGHT)
    is_long = freight.longest_mm and goods.longest_mm > freight.longest_mm
    if is_long or (freight.sides_mm and goods.sides_mm > freight.sides_mm):
        yield Hindered(Hindrance.MEASURES)


def counts_for(terms: Terms, goods: Goods) -> int:
    """The weight that counts on this way, in grams."""
    return counted_g(goods.measured, terms.freight.divisor, terms.freight.rounds_to_g)


def costing(terms: Terms, country: str, goods: Goods, postcode: str = "") -> Costing:
    """For goods that this way carries."""
    freight = terms.freight
    if _is_free(freight.free_from, goods.value):
        return Costing(Money.zero(terms.cost.currency), {"free_from": str(freight.free_from)})
    asked = freight.rates.asks(counts_for(terms, goods), country, postcode) if freight.rates is not None else None
    if asked is None or freight.rates is None:
        return Costing(terms.cost, {})
    return Costing(asked, _weighed(terms, freight.rates, country, goods, postcode))


def carriers_cost(terms: Terms, country: str, goods: Goods, postcode: str = "") -> Money | None:
    """In the carrier's currency; None where nobody has said what it takes, or its table does not reach this."""
    own = terms.freight.own
    return None if own is None else own.asks(counts_for(terms, goods), country, postcode)


def _is_free(free_from: Money | None, value: Money | None) -> bool:
    return free_from is not None and value is not None and value >= free_from


def _weighed(terms: Terms, rates: Rates, country: str, goods: Goods, postcode: str) -> dict[str, Any]:
    zone, counted = rates.zone_to(country, postcode), counts_for(terms, goods)
    step = next((each for each in zone.steps if counted <= each.to_g), None) if zone is not None else None
    volumetric = volumetric_g(goods.measured, terms.freight.divisor)
    return {
        "zone": zone.name if zone is not None else "",
        "counted_g": counted,
        "is_by_volume": volumetric > goods.weight_g,
        "weight_g": goods.weight_g,
        "volumetric_g": volumetric,
        "up_to_g": step.to_g if step is not None else 0,
    }
