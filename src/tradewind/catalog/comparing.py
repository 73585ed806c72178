"""What goods have in common and where they differ: a few products side by side, by the attributes that they state."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from tradewind.catalog.browsing import cards_of, rows_of
from tradewind.catalog.facets import in_order, named
from tradewind.catalog.models import Attribute, AttributeChoice, AttributeValue, Product
from tradewind.catalog.queries import ProductCard
from tradewind.core.words import listed, locale_of, pick


@dataclass(frozen=True, slots=True)
class Fact:
    """An attribute with what each of the products states, in their order; "" where one says nothing about it."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """What one does not say tells nothing."""
        return len({value for value in self.values if value}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The products that a market sells, in the order in which they were asked for."""

    cards: tuple[ProductCard, ...]
    category_ids: tuple[int, ...]
    facts: tuple[Fact, ...]


def compare(slugs: Sequence[str], *, market_id: int, language: str) -> Comparison:
    """Five statements, however many there are. What is not sold in the market is left out."""
    found = Product.objects.filter(slug__in=slugs).values_list("slug", "pk", "category_id")
    known = {slug: (pk, category_id) for slug, pk, category_id in found}
    rows = rows_of([known[slug][0] for slug in slugs if slug in known], market_id=market_id)
    cards = cards_of(rows, language)
    shown = [known[card.slug] for card in cards]
    return Comparison(
        cards=tuple(cards),
        category_ids=tuple(dict.fromkeys(category_id for _, category_id in shown)),
        facts=tuple(_facts([pk for pk, _ in shown], language)),
    )


def _facts(product_ids: Sequence[int], language: str) -> list[Fact]:
    stated: dict[Attribute, dict[int, list[AttributeValue]]] = {}
    rows = AttributeValue.objects.filter(product_id__in=product_ids).select_related("attribute", "choice")
    for row in rows.order_by("attribute__position", "attribute_id", "pk"):
        stated.setdefault(row.attribute, {}).setdefault(row.product_id, []).append(row)
    return [
        Fact(pick(attribute.name, language), tuple(_words(attribute, of.get(pk, []), language) for pk in product_ids))
        for attribute, of in stated.items()
    ]


def _words(attribute: Attribute, values: Sequence[AttributeValue], language: str) -> str:
    """As the product's page has it; of choices, all that its variants offer."""
    choices: dict[int, AttributeChoice] = {value.choice.pk: value.choice for value in values if value.choice}
    said = [named(choice, language).name for choice in in_order(list(choices.values()))]
    for value in values:
        if value.number is not None:
            # Digits are not grouped: 1250 mm reads the same everywhere.
            number = format_decimal(value.number.normalize(), locale=locale_of(language), group_separator=False)
            said.append(f"{number}\N{NO-BREAK SPACE}{attribute.unit}".strip())
        elif value.text is not None:
            said.append(pick(value.text, language))
    return listed(language, said)
