"""One product made to name a choice as it is called now, or to have the choice that another was made one with.

What is right already is left alone, so that whoever was cut off may begin anew.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from tradewind.catalog.editing import note_edit
from tradewind.catalog.finding import make_findable
from tradewind.catalog.listing import relist
from tradewind.catalog.models import (
    AttributeChoice,
    AttributeValue,
    CategoryChoice,
    Media,
    Product,
    PublishedVersion,
    Variant,
)
from tradewind.catalog.publishing import find_for_staff
from tradewind.core.words import pick

Value = dict[str, Any]
Names = Collection[Mapping[str, str]]


def write_choice(
    product: Product, old: AttributeChoice, new: AttributeChoice, names: Names, *, by: str, at: datetime
) -> bool:
    """Write the new choice in the place of the old one, in draft and published texts, or its present name where both are
    the same. `names` are those that it had. The caller holds the product. False where nothing was to change.
    """
    facts = {
        _told_name(fact, language) for fact in _of(product.content.get("facts", []), old) for language in fact["name"]
    }
    content = _in_draft(product.content, old, new, names)
    is_changed: bool = content != product.content
    if is_changed:
        product.content = content
        product.save(update_fields=["content"])
        note_edit(product, ["choices"], by=by, at=at)
    for row in PublishedVersion.objects.filter(product=product, is_current=True).order_by("pk"):
        published = _in_published(row.content, old, new, names, facts)
        if published != row.content:
            is_changed = True
            row.content = published
            row.save(update_fields=["content"])
    if old.key != new.key:
        is_changed |= _rechoose(product, old, new) | _move_values(product, old, new)
    if is_changed:
        Product.objects.filter(pk=product.pk).update(
            text_version=F("text_version") + 1, stock_version=F("stock_version") + 1
        )
        relist(product.pk, has_news=True)
        make_findable(product)
        find_for_staff(product)
    return is_changed


def names_choice(content: dict[str, Any], choice: AttributeChoice) -> bool:
    return any(value["key"] == choice.key for value in _values(content, choice))


def offers_both(content: dict[str, Any], one: AttributeChoice, other: AttributeChoice) -> bool:
    """Made one, they would make twins of the variants."""
    return one.key != other.key and any(
        {one.key, other.key} <= {value["key"] for value in option["values"]}
        for option in _of(content.get("options", []), one)
    )


def _of(parts: list[dict[str, Any]], choice: AttributeChoice) -> list[dict[str, Any]]:
    """The options or facts that are the choice's attribute."""
    return [part for part in parts if part["key"] == choice.attribute.key]


def _values(content: dict[str, Any], choice: AttributeChoice) -> Iterator[Value]:
    for option in _of(content.get("options", []), choice):
        yield from option["values"]
    for fact in _of(content.get("facts", []), choice):
        yield from fact.get("choices", [])


def _told_name(fact: dict[str, Any], language: str) -> str:
    return str(pick(fact["name"], language))


def _in_draft(content: dict[str, Any], old: AttributeChoice, new: AttributeChoice, names: Names) -> dict[str, Any]:
    def value(each: Value) -> Value:
        return {**each, "key": new.key, "name": new.name} if each["key"] == old.key else each

    options = [
        {**option, "values": [value(each) for each in option["values"]]}
        if option["key"] == old.attribute.key
        else option
        for option in content.get("options", [])
    ]
    facts = [
        _fact(fact, value, new, names) if fact["key"] == old.attribute.key else fact
        for fact in content.get("facts", [])
    ]
    return {**content, **({"options": options} if options else {}), **({"facts": facts} if facts else {})}


def _fact(fact: dict[str, Any], value: Callable[[Value], Value], new: AttributeChoice, names: Names) -> dict[str, Any]:
    """Its words change where they were the name of the choice and nothing else."""
    if "choices" not in fact:
        return fact
    told = {
        language: new.name.get(language, text) if _is_name(text, language, names) else text
        for language, text in fact["value"].items()
    }
    chosen = {each["key"]: each for each in map(value, fact["choices"])}
    return {**fact, "choices": list(chosen.values()), "value": told}


def _in_published(
    content: dict[str, Any],
    old: AttributeChoice,
    new: AttributeChoice,
    names: Names,
    facts: set[str],
) -> dict[str, Any]:
    language = content["language"]
    name = pick(new.name, language)

    def value(each: Value) -> Value:
        return {**each, "key": new.key, "name": name} if each["key"] == old.key else each

    return {
        **content,
        "options": [
            {**option, "values": list({each["key"]: each for each in map(value, option["values"])}.values())}
            if option["key"] == old.attribute.key
            else option
            for option in content["options"]
        ],
        "facts": [
            [of, name if of in facts and _is_name(said, language, names) else said] for of, said in content["facts"]
        ],
    }


def _is_name(text: str, language: str, names: Names) -> bool:
    return any(text == each.get(language) for each in names)


def _rechoose(product: Product, old: AttributeChoice, new: AttributeChoice) -> bool:
    """Variants and media that were of the old choice."""
    key, moved = old.attribute.key, False
    for variant in Variant.objects.select_for_update(no_key=True).filter(product=product).order_by("pk"):
        if variant.options.get(key) == old.key:
            variant.options = {**variant.options, key: new.key}
            variant.save(update_fields=["options"])
            moved = True
    for medium in Media.objects.filter(product=product).order_by("pk"):
        if medium.option == [key, old.key]:
            medium.option = [key, new.key]
            medium.save(update_fields=["option"])
            moved = True
    return moved


def _move_values(product: Product, gone: AttributeChoice, kept: AttributeChoice) -> bool:
    """What lists filter by. What has both already has one of them afterwards."""
    values = AttributeValue.objects.filter(product=product)
    moving = dict(values.filter(choice=gone).values_list("pk", "variant_id"))
    if not moving:
        return False
    had = set(values.filter(choice=kept).values_list("variant_id", flat=True))
    values.filter(pk__in=[pk for pk, variant_id in moving.items() if variant_id not in had]).update(choice=kept)
    values.filter(choice=gone).delete()
    CategoryChoice.objects.bulk_create(
        [CategoryChoice(category_id=product.category_id, choice=kept)], ignore_conflicts=True
    )
    return True
