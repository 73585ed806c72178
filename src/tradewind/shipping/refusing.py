"""Why goods cannot travel to a country at all: what every way has against them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tradewind.shipping.costing import Hindrance, hindrances
from tradewind.shipping.goods import Goods
from tradewind.shipping.terms import Terms


@dataclass(frozen=True, slots=True)
class Refused:
    """What most ways have against them. `traits` are all properties that any way refuses; no `by`: there are no ways."""

    by: Hindrance | None
    traits: frozenset[str] = frozenset()


def refused_by_all(ways: Iterable[Terms], country: str, goods: Goods, postcode: str = "") -> Refused | None:
    """None where some way carries them, wherever they lie. Of several reasons the one that the fewest goods have."""
    counts: Counter[Hindrance] = Counter()
    traits: set[str] = set()
    for terms in ways:
        found = list(hindrances(terms, country, goods, postcode))
        if not found:
            return None
        counts.update(each.by for each in found)
        traits.update(trait for each in found for trait in each.traits)
    if not counts:
        return Refused(None)
    order: tuple[Hindrance, ...] = (Hindrance.TRAIT, Hindrance.MEASURES, Hindrance.WEIGHT, Hindrance.COUNTRY)
    # Where a way does not go there, that says nothing of the goods.
    of_goods = [by for by in order if counts[by] and by is not Hindrance.COUNTRY]
    if not of_goods:
        return Refused(Hindrance.COUNTRY)
    return Refused(max(of_goods, key=lambda by: (counts[by], -order.index(by))), frozenset(traits))
