"""What a parcel would hold: all that decides which ways may carry it, and what they ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from tradewind.catalog.queries import VariantOffer
from tradewind.lib.freight import Measured, measured
from tradewind.lib.money import Money


class Part(NamedTuple):
    """So many of one thing. `stocked_at` are the codes of the warehouses that have enough of it."""

    weight_g: int
    traits: Iterable[str]
    stocked_at: Iterable[str]
    quantity: int
    package_mm: Sequence[int] | None = None

    @classmethod
    def of(cls, offer: VariantOffer, stocked_at: Iterable[str], quantity: int) -> Self:
        return cls(offer.weight_g, offer.traits, stocked_at, quantity, offer.package_mm)


@dataclass(frozen=True, slots=True)
class Goods:
    """`stocked_at` are the warehouses that have everything; `value` is what free delivery looks at, None: none is given."""

    weight_g: int
    traits: frozenset[str]
    stocked_at: frozenset[str]
    volume_mm3: int = 0
    unmeasured_g: int = 0
    longest_mm: int = 0
    sides_mm: int = 0
    value: Money | None = None
    is_awaited: bool = False  # some of it has yet to be bought or made

    @property
    def measured(self) -> Measured:
        return Measured(self.weight_g, self.volume_mm3, self.unmeasured_g, self.longest_mm, self.sides_mm)


def pack(parts: Iterable[Part], *, value: Money | None = None) -> Goods:
    """All of it in one parcel, from the warehouses that have enough of everything."""
    packed = list(parts)
    traits, places = set[str](), None
    for part in packed:
        traits.update(part.traits)
        places = set(part.stocked_at) if places is None else places & set(part.stocked_at)
    size = measured((part.weight_g, part.package_mm, part.quantity) for part in packed)
    return Goods(
        weight_g=size.weight_g,
        traits=frozenset(traits),
        stocked_at=frozenset(places or ()),
        volume_mm3=size.volume_mm3,
        unmeasured_g=size.unmeasured_g,
        longest_mm=size.longest_mm,
        sides_mm=size.sides_mm,
        value=value,
    )
