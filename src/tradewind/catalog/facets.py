"""What can be filtered by: the choices of filterable attributes that occur in a category, or among what a search found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tradewind.catalog.colours import FAMILIES, family_name
from tradewind.catalog.models import Attribute, AttributeChoice, AttributeValue
from tradewind.core.words import pick


@dataclass(frozen=True, slots=True)
class FacetChoice:
    id: int
    key: str
    name: str
    swatch: str


@dataclass(frozen=True, slots=True)
class Facet:
    """An attribute with the choices that are offered, in the order of display."""

    key: str
    name: str
    choices: tuple[FacetChoice, ...]


def facets_of_categories(category_ids: Sequence[int], language: str) -> list[Facet]:
    """What these categories offer. One statement."""
    return _facets(AttributeChoice.objects.filter(categorychoice__category_id__in=category_ids).distinct(), language)


def facets_among(product_ids: Collection[int], language: str) -> list[Facet]:
    """What these products have. One statement."""
    held = AttributeValue.objects.filter(product_id__in=product_ids, choice__isnull=False)
    return _facets(AttributeChoice.objects.filter(pk__in=held.values("choice_id")), language)


def _facets(choices: Any, language: str) -> list[Facet]:
    shown = choices.filter(attribute__is_filterable=True, attribute__kind=Attribute.Kind.CHOICE)
    rows = shown.select_related("attribute").order_by("attribute__position", "attribute_id", "position", "key")
    by_attribute: dict[Attribute, list[AttributeChoice]] = {}
    for row in rows:
        by_attribute.setdefault(row.attribute, []).append(row)
    return [
        Facet(attribute.key, pick(attribute.name, language), tuple(named(row, language) for row in in_order(found)))
        for attribute, found in by_attribute.items()
    ]


def in_order(rows: list[AttributeChoice]) -> list[AttributeChoice]:
    """Letters as their makers put them, then numbers by size: S, M, L, 36, 37."""
    return sorted(rows, key=lambda row: (row.key.isdecimal(), int(row.key) if row.key.isdecimal() else row.position))


def named(row: AttributeChoice, language: str) -> FacetChoice:
    # A colour that has a sample is a family, whose name is ours to translate.
    is_family = row.swatch and row.key in FAMILIES
    name = family_name(row.key, language) if is_family else pick(row.name, language)
    return FacetChoice(row.pk, row.key, name, row.swatch)
