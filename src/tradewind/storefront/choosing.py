"""Choosing a variant by its options, from what stands in the address. What nobody offers is ignored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tradewind.catalog.queries import ProductView, VariantOffer


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an option as the page offers it: `query` leads to the choice with this value."""

    name: str
    swatch: str
    query: str
    is_chosen: bool
    is_available: bool


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    name: str
    chosen: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant as far as choosing goes: small enough to be kept beside the pages."""

    variant_id: int
    options: dict[str, str]
    can_be_bought: bool


def choices_of(product: ProductView) -> list[Choice]:
    return [Choice(variant.id, variant.options, _can_be_bought(variant)) for variant in product.variants]


def choose(choices: Sequence[Choice], asked: Mapping[str, str]) -> int:
    """The variant that fits most of what was asked; of equals the first that can be bought, else the first."""
    best = max(choices, key=lambda choice: (_fit(choice, asked), choice.can_be_bought))
    return best.variant_id


def offered_options(product: ProductView, chosen: VariantOffer) -> tuple[Option, ...]:
    """Every option with its values, each leading to the present choice with that one value changed."""
    return tuple(
        Option(
            key=option["key"],
            name=option["name"],
            chosen=next((v["name"] for v in option["values"] if v["key"] == chosen.options.get(option["key"])), ""),
            values=tuple(_value(product, chosen, option["key"], value) for value in option["values"]),
        )
        for option in product.content["options"]
    )


def query_of(options: Mapping[str, str]) -> str:
    return f"?{urlencode(options)}" if options else ""


def _value(product: ProductView, chosen: VariantOffer, key: str, value: Mapping[str, str]) -> Value:
    wanted = {**chosen.options, key: value["key"]}
    exact = next((variant for variant in product.variants if variant.options == wanted), None)
    return Value(
        name=value["name"],
        swatch=value.get("swatch", ""),
        query=query_of(wanted),
        is_chosen=chosen.options.get(key) == value["key"],
        is_available=exact is not None and _can_be_bought(exact),
    )


def _fit(choice: Choice, asked: Mapping[str, str]) -> int:
    return sum(asked.get(key) == value for key, value in choice.options.items())


def _can_be_bought(variant: VariantOffer) -> bool:
    return variant.price is not None and variant.available > 0
