"""A way that staff agreed with one buyer: no option of the market, but priced and timed for one order alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tradewind.inventory.models import Warehouse
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.terms import Terms, as_terms, terms_as_placed

# No option of a market can have this code: theirs begin with a letter.
AGREED: Final = "_agreed"
_NO_LIMIT: Final = 10**9


@dataclass(frozen=True, slots=True)
class AgreedWay:
    """`days` are working days of the destination after dispatch."""

    name: Mapping[str, str]
    warehouse: str
    days: tuple[int, int]
    cost: Money


def agreed_terms(way: AgreedWay) -> Terms | None:
    """None where its warehouse is not there."""
    place = Warehouse.objects.filter(code=way.warehouse).first()
    if place is None:
        return None
    row = DeliveryOption(
        warehouse=place,
        code=AGREED,
        name=dict(way.name),
        cost=way.cost.amount,
        currency=way.cost.currency,
        days_min=way.days[0],
        days_max=way.days[1],
        is_tracked=False,
        max_weight_g=_NO_LIMIT,
        source="Agreed with the buyer",
    )
    return replace(as_terms(row), serves=frozenset())


def terms_for_order(market: MarketView, option: Mapping[str, Any], cost: Money) -> tuple[Terms, ...]:
    """For an order with this delivery option: the ways of its market, or the one that was agreed for it alone."""
    if option["code"] != AGREED:
        return terms_as_placed(market)
    first, last = option["quote"]["transit_days"]
    terms = agreed_terms(AgreedWay(option["name"], option["warehouse"], (first, last), cost))
    return () if terms is None else (terms,)
