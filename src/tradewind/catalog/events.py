"""Facts of the catalogue."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("catalog.price_changed", about={"variant": "variant_id", "product": "product_id"})
@dataclass(frozen=True, slots=True)
class PriceChanged:
    """A variant costs something else in a market, from now on. Amounts are minor units."""

    variant_id: int
    product_id: int
    market_id: int
    before: int | None
    amount: int
    currency: str


@fact("catalog.published", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductPublished:
    """Buyers read a new version of a product's texts."""

    product_id: int
    version: int
    languages: list[str]


@fact("catalog.taken_offline", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductTakenOffline:
    """A product is sold no longer."""

    product_id: int
    reason: str


@fact("catalog.returned", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductReturned:
    """A product that was offline is sold again, as it was published last."""

    product_id: int


@fact("catalog.created", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductCreated:
    """The content team has begun a product."""

    product_id: int


@fact("catalog.edited", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductEdited:
    """The draft of a product was changed: which parts, and its version since then."""

    product_id: int
    version: int
    parts: list[str]


@fact("catalog.moved", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductMoved:
    """A product has another address; the old one leads to it."""

    product_id: int
    before: str
    slug: str


@fact("catalog.succeeded", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class SuccessorNamed:
    """Who asks for a product that is offline is led to another, or to none; `is_for_good`: it does not come back."""

    product_id: int
    successor_id: int | None
    is_for_good: bool


@fact("catalog.pinned", about={"product": "product_id"})
@dataclass(frozen=True, slots=True)
class ProductPinned:
    """Staff gave a product a place at the front of lists, or took it away."""

    product_id: int
    pin: int | None
