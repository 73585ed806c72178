"""Choices of attributes: renamed, and two that mean the same made into one. Pages, filters and search say so at once.

The key of a choice never changes. Families of colours are not named here: their names are the shop's own (catalog.colours).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from tradewind.catalog.colours import FAMILIES
from tradewind.catalog.editing import note_edit
from tradewind.catalog.finding import make_findable
from tradewind.catalog.listing import relist
from tradewind.catalog.models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    CategoryChoice,
    Media,
    Product,
    PublishedVersion,
    Variant,
)
from tradewind.catalog.publishing import find_for_staff
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.core.words import pick
from tradewind.markets.changing import touch_all

_CHUNK: Final = 500
_LAST_POSITION: Final = 999
_SWATCH: Final = re.compile(r"#[0-9a-f]{6}")
Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Naming:
    """How a choice is shown. `swatch` is #rrggbb or empty, `position` its place among the others of its attribute."""

    name: Mapping[str, str]
    swatch: str
    position: int


class ChoiceOutdated(Exception):
    """Somebody else has changed the choice since it was read."""


class NotOneThing(Exception):
    """The two cannot become one: another attribute's, a family of colours, or the choice itself."""


class BothChosen(Exception):
    """A product offers both choices: its variants would be twins. `slug` is its address."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def rename_choice(*, choice_id: int, naming: Naming, seen: str, by: str, at: datetime) -> None:
    """Goods that have it are called so from the next request on, drafts as well. `seen` is the digest of what was
    changed. Raises NotValid, ChoiceOutdated.
    """
    if not any(naming.name.values()):
        raise NotValid("name", gettext_noop("Please write the name in one language at least."))
    if naming.swatch and not _SWATCH.fullmatch(naming.swatch):
        raise NotValid("swatch", gettext_noop("Please write the colour like #8fb8a0."))
    if naming.position > _LAST_POSITION:
        raise NotValid("position", gettext_noop("The position is a number from 0 to 999."))
    with transaction.atomic():
        choice = _hold(choice_id)
        if digest(choice) != seen:
            raise ChoiceOutdated
        before = told(choice)
        old = dict(choice.name)
        if not is_family(choice):
            choice.name = {language: text for language, text in naming.name.items() if text}
        elif not naming.swatch:
            raise NotValid("swatch", gettext_noop("A family of colours has a sample. Please write one, like #8fb8a0."))
        choice.swatch, choice.position = naming.swatch, naming.position
        if told(choice) == before:
            return
        choice.save()
        if choice.name != old:
            _rewrite(choice, choice, old, by=by, at=at)
        write_audit("choice.renamed", subject=("choice", choice.pk), by=by, at=at, before=before, after=told(choice))
        touch_all()


def merge_choice(*, choice_id: int, into_id: int, by: str, at: datetime) -> None:
    """What has the one has the other from now on, and the one is gone. Raises NotOneThing, BothChosen."""
    with transaction.atomic():
        gone = _hold(choice_id)
        kept = AttributeChoice.objects.select_related("attribute").get(pk=into_id)
        if gone.pk == kept.pk or gone.attribute_id != kept.attribute_id or is_family(gone) or is_family(kept):
            raise NotOneThing
        _rewrite(gone, kept, dict(gone.name), by=by, at=at)
        _move_values(gone, kept)
        before = {"gone": gone.key, **told(gone)}
        write_audit("choice.merged", subject=("choice", kept.pk), by=by, at=at, before=before, after=told(kept))
        gone.delete()
        touch_all()


def is_family(choice: AttributeChoice) -> bool:
    return bool(choice.swatch) and choice.key in FAMILIES


def told(choice: AttributeChoice) -> dict[str, Any]:
    """Everything that can be changed, as the audit trail keeps it."""
    return {"name": choice.name, "swatch": choice.swatch, "position": choice.position}


def digest(choice: AttributeChoice) -> str:
    """Names this state of the choice."""
    return hashlib.sha256(json.dumps(told(choice), sort_keys=True).encode()).hexdigest()[:16]


def _hold(choice_id: int) -> AttributeChoice:
    """The choice for the caller's transaction alone, with all others of its attribute."""
    attribute_id = AttributeChoice.objects.values_list("attribute_id", flat=True).get(pk=choice_id)
    Attribute.objects.select_for_update().get(pk=attribute_id)
    return AttributeChoice.objects.select_related("attribute").get(pk=choice_id)


def _rewrite(old: AttributeChoice, new: AttributeChoice, names: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Write the new choice in the place of the old one, wherever goods name it. `names` are those that it had."""
    ids = {pk for pk, content in _contents() if _mentions(content, old)}
    # What is published may name it where the draft no longer does.
    ids |= set(AttributeValue.objects.filter(choice=old).values_list("product_id", flat=True))
    for product in Product.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        for option in _of(product.content.get("options", []), old):
            keys = {value["key"] for value in option["values"]}
            if old.key != new.key and {old.key, new.key} <= keys:
                raise BothChosen(product.slug)
        facts = {
            _told_name(fact, language)
            for fact in _of(product.content.get("facts", []), old)
            for language in fact["name"]
        }
        content = _in_draft(product.content, old, new, names)
        if content != product.content:
            product.content = content
            product.save(update_fields=["content"])
            note_edit(product, ["choices"], by=by, at=at)
        for row in PublishedVersion.objects.filter(product=product, is_current=True):
            row.content = _in_published(row.content, old, new, names, facts)
            row.save(update_fields=["content"])
        if old.key != new.key:
            _rechoose(product, old, new)
        Product.objects.filter(pk=product.pk).update(
            text_version=F("text_version") + 1, stock_version=F("stock_version") + 1
        )
        relist(product.pk, has_new_texts=True)
        make_findable(product)
        find_for_staff(product)


def _contents() -> Iterator[tuple[int, dict[str, Any]]]:
    return Product.objects.order_by("pk").values_list("pk", "content").iterator(_CHUNK)


def _of(parts: list[dict[str, Any]], choice: AttributeChoice) -> list[dict[str, Any]]:
    """The options or facts that are the choice's attribute."""
    return [part for part in parts if part["key"] == choice.attribute.key]


def _values(content: dict[str, Any], choice: AttributeChoice) -> Iterator[Value]:
    for option in _of(content.get("options", []), choice):
        yield from option["values"]
    for fact in _of(content.get("facts", []), choice):
        yield from fact.get("choices", [])


def _mentions(content: dict[str, Any], choice: AttributeChoice) -> bool:
    return any(value["key"] == choice.key for value in _values(content, choice))


def _told_name(fact: dict[str, Any], language: str) -> str:
    return str(pick(fact["name"], language))


def _in_draft(
    content: dict[str, Any], old: AttributeChoice, new: AttributeChoice, names: Mapping[str, str]
) -> dict[str, Any]:
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


def _fact(
    fact: dict[str, Any], value: Callable[[Value], Value], new: AttributeChoice, names: Mapping[str, str]
) -> dict[str, Any]:
    """Its words change where they were the name of the choice and nothing else."""
    if "choices" not in fact:
        return fact
    told = {
        language: new.name.get(language, text) if text == names.get(language) else text
        for language, text in fact["value"].items()
    }
    chosen = {each["key"]: each for each in map(value, fact["choices"])}
    return {**fact, "choices": list(chosen.values()), "value": told}


def _in_published(
    content: dict[str, Any],
    old: AttributeChoice,
    new: AttributeChoice,
    names: Mapping[str, str],
    facts: set[str],
) -> dict[str, Any]:
    name, before = pick(new.name, content["language"]), names.get(content["language"])

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
        "facts": [[of, name if of in facts and said == before else said] for of, said in content["facts"]],
    }


def _rechoose(product: Product, old: AttributeChoice, new: AttributeChoice) -> None:
    """Variants and media that were of the old choice."""
    key = old.attribute.key
    for variant in Variant.objects.select_for_update().filter(product=product).order_by("pk"):
        if variant.options.get(key) == old.key:
            variant.options = {**variant.options, key: new.key}
            variant.save(update_fields=["options"])
    for medium in Media.objects.filter(product=product):
        if medium.option == [key, old.key]:
            medium.option = [key, new.key]
            medium.save(update_fields=["option"])


def _move_values(gone: AttributeChoice, kept: AttributeChoice) -> None:
    """What lists filter by. Whoever has both already has one of them afterwards: the other goes with the choice."""
    had = set(AttributeValue.objects.filter(choice=kept).values_list("product_id", "variant_id"))
    moving = AttributeValue.objects.filter(choice=gone).values_list("pk", "product_id", "variant_id")
    ids = [pk for pk, *of in moving if tuple(of) not in had]
    AttributeValue.objects.filter(pk__in=ids).update(choice=kept)
    categories = CategoryChoice.objects.filter(choice=gone).values_list("category_id", flat=True)
    CategoryChoice.objects.bulk_create(
        [CategoryChoice(category_id=category_id, choice=kept) for category_id in sorted(categories)],
        ignore_conflicts=True,
    )
