"""Goods that no way of a market carries, and goods that nobody has measured: for the owner to see before a buyer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.catalog.models import Price, Product
from tradewind.markets.queries import MarketView
from tradewind.shipping.goods import Part, pack
from tradewind.shipping.refusing import Refused, refused_by_all
from tradewind.shipping.terms import terms_of

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Stuck:
    product_id: int
    sku: str
    refused: Refused


@dataclass(frozen=True, slots=True)
class Survey:
    """`stuck` are the first of `stuck_count`; `asked` variants have a price in the market, `unmeasured` of them no sides."""

    asked: int
    unmeasured: int
    stuck: Sequence[Stuck]
    stuck_count: int


def survey(market: MarketView, country: str) -> Survey:
    """One piece of each, wherever it lies. One statement, and one for the market's terms where they are not kept."""
    ways = terms_of(market)
    sold = Price.objects.filter(
        market_id=market.id, variant__is_offered=True, variant__product__state=Product.State.LIVE
    )
    rows = sold.order_by("variant__sku").values_list(
        "variant__product_id", "variant__sku", "variant__weight_g", "variant__package_mm", "variant__customs"
    )
    answers: dict[tuple[object, ...], Refused | None] = {}
    asked = unmeasured = count = 0
    stuck: list[Stuck] = []
    for product_id, sku, weight_g, package, customs in rows.iterator(chunk_size=2000):
        asked += 1
        unmeasured += not package
        traits = tuple(sorted(customs.get("traits", ())))
        alike = (weight_g, tuple(package or ()), traits)
        if alike not in answers:
            one = pack([Part(weight_g, traits, (), 1, package)])
            answers[alike] = refused_by_all(ways, country, one)
        refused = answers[alike]
        if refused is not None:
            count += 1
            if count <= _SHOWN:
                stuck.append(Stuck(product_id, sku, refused))
    return Survey(asked, unmeasured, stuck, count)
