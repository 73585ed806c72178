"""Attributes: which there are, and what each product has of them, made of its content when it is published."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from tradewind.catalog.colours import FAMILIES, family_name, family_of
from tradewind.catalog.models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    Category,
    CategoryChoice,
    Product,
)
from tradewind.core.words import LOCALES
from tradewind.markets.changing import touch_all

# What addresses of lists mean something else by.
RESERVED: Final = frozenset({"q", "sort", "after", "before", "stock", "price_from", "price_to"})


class ReservedKey(Exception):
    """The key already means something in the addresses of lists."""


def define_attribute(
    *,
    key: str,
    kind: Attribute.Kind,
    name: Mapping[str, str],
    category: Category | None = None,
    unit: str = "",
    is_filterable: bool = False,
) -> Attribute:
    """Add an attribute, or change the one with this key; filters show it at once. Raises ReservedKey."""
    if key in RESERVED:
        raise ReservedKey(key)
    fields: dict[str, Any] = {"kind": kind, "name": dict(name), "category": category, "unit": unit}
    with transaction.atomic():
        attribute, _ = Attribute.objects.update_or_create(key=key, defaults={**fields, "is_filterable": is_filterable})
        touch_all()
    return attribute


def describe(product: Product) -> None:
    """Write down what the content says, instead of what it said before; in the transaction of publishing.

    A fact may carry what its words do not give away: `number`, or `choices` as options have them (key, name, swatch).
    A value with a swatch is filtered by as the family of its colour (catalog.colours).
    """
    content = product.content
    attributes = _attributes_of(product)
    options = [option for option in content.get("options", []) if _is(attributes, option, Attribute.Kind.CHOICE)]
    facts = [fact for fact in content.get("facts", []) if fact["key"] in attributes]
    choices = _choices(attributes, [*options, *(_as_option(fact) for fact in facts if fact.get("choices"))])
    values = [
        AttributeValue(product=product, variant_id=variant_id, attribute=choice.attribute, choice=choice)
        for option in options
        for variant_id, chosen in product.variants.filter(is_offered=True).order_by("pk").values_list("pk", "options")
        if (choice := choices.get((option["key"], chosen.get(option["key"], ""))))
    ]
    values += [value for fact in facts for value in _stated(product, attributes[fact["key"]], fact, choices)]
    AttributeValue.objects.filter(product=product).delete()
    AttributeValue.objects.bulk_create(values)
    offered = sorted({value.choice_id for value in values if value.choice_id is not None})
    CategoryChoice.objects.bulk_create(
        [CategoryChoice(category_id=product.category_id, choice_id=choice_id) for choice_id in offered],
        ignore_conflicts=True,
    )


def _attributes_of(product: Product) -> dict[str, Attribute]:
    """By key, those of the product's category, of the categories above it, and of all categories."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    places: list[int] = []
    place: int | None = product.category_id
    while place is not None:
        places.append(place)
        place = parents[place]
    return {row.key: row for row in Attribute.objects.filter(Q(category=None) | Q(category__in=places))}


def _is(attributes: Mapping[str, Attribute], option: Mapping[str, Any], kind: Attribute.Kind) -> bool:
    return option["key"] in attributes and attributes[option["key"]].kind == kind


def _as_option(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": fact["key"], "values": fact["choices"]}


def _choices(
    attributes: Mapping[str, Attribute], options: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], AttributeChoice]:
    """The choices by the keys of attribute and value. Missing ones are added, in the order of their keys: of two that
    add the same at once, neither then waits for the other.
    """
    named = {
        (option["key"], value["key"]): _choice(attributes[option["key"]], value, position)
        for option in options
        for position, value in enumerate(option["values"])
    }
    if not named:
        return {}
    wanted = {(attribute, choice.key): choice for (attribute, _), choice in named.items()}
    AttributeChoice.objects.bulk_create([wanted[pair] for pair in sorted(wanted)], ignore_conflicts=True)
    rows = AttributeChoice.objects.select_related("attribute").filter(
        attribute__key__in={attribute for attribute, _ in wanted}, key__in={key for _, key in wanted}
    )
    known = {(row.attribute.key, row.key): row for row in rows}
    return {(attribute, value): known[attribute, choice.key] for (attribute, value), choice in named.items()}


def _choice(attribute: Attribute, value: Mapping[str, Any], position: int) -> AttributeChoice:
    """A colour stands for its family: who looks for green wants celadon and moss as well."""
    family = family_of(value.get("swatch", ""))
    if not family:
        return AttributeChoice(attribute=attribute, key=value["key"], name=value["name"], position=position)
    names = {language: family_name(family, language) for language in LOCALES}
    place = list(FAMILIES).index(family)
    return AttributeChoice(attribute=attribute, key=family, name=names, swatch=FAMILIES[family], position=place)


def _stated(
    product: Product,
    attribute: Attribute,
    fact: Mapping[str, Any],
    choices: Mapping[tuple[str, str], AttributeChoice],
) -> list[AttributeValue]:
    if attribute.kind == Attribute.Kind.CHOICE:
        keys = [value["key"] for value in fact.get("choices", [])]
        return [
            AttributeValue(product=product, attribute=attribute, choice=choices[attribute.key, key]) for key in keys
        ]
    if attribute.kind == Attribute.Kind.NUMBER:
        stated = fact.get("number")
        number = None if stated is None else Decimal(str(stated))
        return [] if number is None else [AttributeValue(product=product, attribute=attribute, number=number)]
    return [AttributeValue(product=product, attribute=attribute, text=fact["value"])]
