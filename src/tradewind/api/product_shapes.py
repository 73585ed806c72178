"""Products as programs read them and write them."""

from typing import Any

from pydantic import BaseModel, Field

from tradewind.api.fields import (
    Asked,
    Country,
    Key,
    Language,
    Line,
    Lists,
    NeededLine,
    Paragraphs,
    Quantity,
    Shelf,
    Sku,
    Slug,
    Swatch,
    Texts,
    Version,
)
from tradewind.api.shapes import Amount, Moment, one_of
from tradewind.catalog.models import Media, Product

_SLUG = "The last part of its page's address. It names the product here."


class VariantTold(BaseModel):
    """What is bought, stocked and weighed."""

    sku: str
    options: dict[str, str] = Field(description="The value that it has of each option, by their keys.")
    is_offered: bool = Field(description="False once it is no longer sold.")
    available: int = Field(description="Units that may be sold now, over all warehouses.")
    weight_g: int
    package_mm: list[int] | None = Field(description="Length, width, height; null where nobody measured it.")
    net_content: str | None = Field(
        description="How much is in it, where it is sold by weight, volume, length or area: 250 ml."
    )
    hs_code: str | None
    origin: str | None = Field(description="The country where it was made, ISO 3166-1.")


class FactTold(BaseModel):
    """One line of the table of facts."""

    key: str
    name: dict[str, str]
    value: dict[str, str]


class ValueTold(BaseModel):
    """A choice of an option."""

    key: str
    name: dict[str, str]
    swatch: str | None


class OptionTold(BaseModel):
    """What a buyer chooses, and from what."""

    key: str
    name: dict[str, str]
    values: list[ValueTold]


class ProductInList(BaseModel):
    """A product as lists show it."""

    slug: str = Field(description=_SLUG)
    state: str = one_of(Product.State, "Draft: never shown yet. Live: on sale. Offline: no longer.")
    category: str = Field(description="The slug of its category.")
    title: dict[str, str] = Field(description="By language.")
    version: int = Field(description="Of the draft. Send it with a change: a change made from an older one is refused.")
    published_version: int = Field(description="Raised by each publishing, and by what else changes the page.")
    is_available: bool = Field(description="Whether any variant can be bought now.")
    created_at: Moment


class ProductList(BaseModel):
    """One page of products, in the order in which they were made."""

    products: list[ProductInList]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")


class ProductInFull(ProductInList):
    """A product with all its texts, as the draft has them, and its variants."""

    subtitle: dict[str, str]
    points: dict[str, list[str]]
    description: dict[str, list[str]] = Field(description="Paragraphs by language.")
    box: dict[str, list[str]] = Field(description="What is in the box.")
    warnings: dict[str, list[str]]
    facts: list[FactTold]
    options: list[OptionTold]
    variants: list[VariantTold]
    gaps: list[str] = Field(description="What keeps it from being published, as codes; empty when nothing does.")


class FactAsked(Asked):
    key: Key
    name: Texts = Field(min_length=1)
    value: Texts = Field(min_length=1)


class ValueAsked(Asked):
    key: Key
    name: Texts = Field(min_length=1)
    swatch: Swatch = ""


class OptionAsked(Asked):
    key: Key
    name: Texts = Field(min_length=1)
    values: list[ValueAsked] = Field(min_length=1, max_length=100)


class VariantAsked(Asked):
    """A variant by its article number: a new one, or one of the product's to be changed."""

    sku: Sku
    options: dict[Key, Key] = Field(default_factory=dict, description="A value of each option, by their keys.")
    weight_g: int = Field(ge=1, le=1_000_000)
    package_mm: list[int] | None = Field(None, min_length=3, max_length=3, description="Length, width, height.")
    net_content: str | None = Field(
        None,
        pattern=r"^([0-9]{1,6}([.][0-9]{1,3})? (g|kg|ml|l|cm|m|cm2|m2))?$",
        description="How much is in it: an amount and g, kg, ml, l, cm, m, cm2 or m2. Null keeps it, empty takes it away.",
    )
    hs_code: str = Field("", pattern=r"^([0-9]{6,10})?$")
    origin: Country = ""
    is_offered: bool = True


class TextsAsked(Asked):
    """Texts by language. Languages that are not named keep what they have; an empty text takes it away."""

    title: Texts | None = None
    subtitle: Texts | None = None
    points: Lists | None = None
    description: Paragraphs | None = None
    box: Lists | None = None
    warnings: Lists | None = None
    facts: list[FactAsked] | None = Field(
        None, max_length=60, description="All of them: they take the place of those there."
    )
    options: list[OptionAsked] | None = Field(None, max_length=5, description="All of them, as for facts.")
    variants: list[VariantAsked] | None = Field(
        None,
        max_length=100,
        description="Those to be made or changed, in their order; others stay as they are, after them.",
    )


class ProductNew(TextsAsked):
    """A draft to begin with."""

    slug: Slug
    category: Slug = Field(description="The slug of a category.")
    title: dict[Language, NeededLine] = Field(min_length=1)


class ProductChange(TextsAsked):
    """What shall be changed of a draft. What is not named stays."""

    version: Version = Field(description="The version of the draft that the change was made from.")
    category: Slug | None = None


class Withdrawal(Asked):
    """Taking a product offline."""

    reason: Line = ""


class UnitPriceTold(BaseModel):
    """What one unit of it costs, as the law of the market wants it beside the price."""

    price: Amount
    per: str = Field(description="The unit: 1 l, 1 kg, 1 m, 1 m2.")


class PriceTold(BaseModel):
    """What a variant costs in a market now."""

    market: str
    price: Amount
    unit_price: UnitPriceTold | None = Field(description="Null where none has to be shown.")


class PriceList(BaseModel):
    """What a variant costs, in the order of the markets; where it has no price it cannot be bought."""

    sku: str
    prices: list[PriceTold]


class PriceAsked(Asked):
    """In the form in which the market shows prices: with or without tax."""

    minor: int = Field(ge=1, le=10**12, description="Minor units: cents, yen, fils.")
    currency: str = Field(pattern="^[A-Z]{3}$", description="The currency of the market, ISO 4217.")
    reason: Line = ""


class StockTold(BaseModel):
    """What a warehouse holds of a variant."""

    sku: str
    warehouse: str = Field(description="The code of the warehouse.")
    on_hand: int = Field(description="On the shelf.")
    reserved: int = Field(description="Of these, spoken for by orders.")
    free: int
    shelf: str | None = Field(
        description="Where it lies there, as its people call the place; null where nobody has said."
    )


class StockList(BaseModel):
    """One page of stock."""

    stock: list[StockTold]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")


class ShelfAsked(Asked):
    """From now on it lies there."""

    shelf: Shelf = Field(description="One line; empty where nobody says where it lies.")


class Count(Asked):
    """So many lie there: the books follow."""

    counted: Quantity
    reason: NeededLine
    is_short: bool = Field(
        default=False,
        description="Also fewer than orders hold: they keep what they hold, and those that cannot be served become cases.",
    )


class Movement(Asked):
    """So many came in (above zero) or went (below zero)."""

    change: int = Field(ge=-(10**9), le=10**9)
    reason: NeededLine


class MediaTold(BaseModel):
    """A picture or film of a product."""

    id: int
    role: str = one_of(Media.Role, "What it shows.")
    state: str = one_of(Media.State, "Preparing: a worker makes what pages show. Failed: problem says why.")
    problem: str | None
    is_live: bool = Field(description="Buyers see it.")
    origin: str | None = Field(description="own or supplier; null keeps the product from being published.")
    permission: str | None = Field(description="Who of the supplier allowed its use, and when.")
    alt: dict[str, str]
    shows: dict[str, str] = Field(description="The choice that it shows, by its option; empty where it shows them all.")
    crop: list[int] | None = Field(
        description="Left, top, right, bottom in thousandths; null where all of it is shown."
    )
    address: str | None = Field(
        description="Of the largest rendition, below this shop's address; null until there is one."
    )


class MediaList(BaseModel):
    """All pictures and films of a product, in their order."""

    media: list[MediaTold]


def texts_of(content: dict[str, Any], name: str) -> dict[str, Any]:
    """One text of a content by language, without those that are empty."""
    return {language: text for language, text in content.get(name, {}).items() if text}
