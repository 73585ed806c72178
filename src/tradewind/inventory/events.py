"""Facts of stock."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("inventory.ran_out", about={"variant": "variant_id"})
@dataclass(frozen=True, slots=True)
class StockRanOut:
    """The last sellable unit of a variant is spoken for."""

    variant_id: int


@fact("inventory.came_back", about={"variant": "variant_id"})
@dataclass(frozen=True, slots=True)
class StockCameBack:
    """A variant that could not be bought can be bought again."""

    variant_id: int
    available: int


@fact("inventory.bundle_changed", about={"variant": "variant_id", "product": "product_id"})
@dataclass(frozen=True, slots=True)
class BundleChanged:
    """A variant consists of other parts from now on, or of none."""

    variant_id: int
    product_id: int
