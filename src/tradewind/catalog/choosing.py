"""Choices of attributes: renamed, and two that mean the same made into one. Filters say a new name at once; goods have
the old one until the worker has been there (`choice_work.py`).

The key of a choice never changes. Families of colours are not named here: their names are the shop's own (catalog.colours).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from tradewind.catalog.choice_work import hold_choice, plan_writing, unfinished
from tradewind.catalog.colours import FAMILIES
from tradewind.catalog.models import AttributeChoice, Product
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.markets.changing import touch_all

_LAST_POSITION: Final = 999
_SWATCH: Final = re.compile(r"#[0-9a-f]{6}")


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


class StillMerging(Exception):
    """One of the two is being made one with another just now."""


class BothChosen(Exception):
    """A product offers both choices: its variants would be twins. `slug` is its address."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def rename_choice(*, choice_id: int, naming: Naming, seen: str, by: str, at: datetime) -> None:
    """Filters call it so from the next request on, and goods as soon as the worker has been there, drafts as well.
    `seen` is the digest of what was changed. Raises NotValid, ChoiceOutdated.
    """
    if not any(naming.name.values()):
        raise NotValid("name", gettext_noop("Please write the name in one language at least."))
    if naming.swatch and not _SWATCH.fullmatch(naming.swatch):
        raise NotValid("swatch", gettext_noop("Please write the colour like #8fb8a0."))
    if naming.position > _LAST_POSITION:
        raise NotValid("position", gettext_noop("The position is a number from 0 to 999."))
    with transaction.atomic():
        choice = hold_choice(choice_id)
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
            plan_writing(choice, names=old, by=by, at=at)
        write_audit("choice.renamed", subject=("choice", choice.pk), by=by, at=at, before=before, after=told(choice))
        touch_all()


def merge_choice(*, choice_id: int, into_id: int, by: str, at: datetime) -> None:
    """What has the one has the other as soon as the worker has been there, and then the one is gone. Raises NotOneThing,
    BothChosen, StillMerging.
    """
    with transaction.atomic():
        gone = hold_choice(choice_id)
        kept = AttributeChoice.objects.select_related("attribute").get(pk=into_id)
        if gone.pk == kept.pk or gone.attribute_id != kept.attribute_id or is_family(gone) or is_family(kept):
            raise NotOneThing
        if any(each.into_id for each in [*unfinished(gone), *unfinished(kept)]):
            raise StillMerging
        _refuse_twins(gone, kept)
        plan_writing(gone, into=kept, names=gone.name, by=by, at=at)
        before = {"gone": gone.key, **told(gone)}
        write_audit("choice.merged", subject=("choice", kept.pk), by=by, at=at, before=before, after=told(kept))


def is_family(choice: AttributeChoice) -> bool:
    return bool(choice.swatch) and choice.key in FAMILIES


def told(choice: AttributeChoice) -> dict[str, Any]:
    """Everything that can be changed, as the audit trail keeps it."""
    return {"name": choice.name, "swatch": choice.swatch, "position": choice.position}


def digest(choice: AttributeChoice) -> str:
    """Names this state of the choice."""
    return hashlib.sha256(json.dumps(told(choice), sort_keys=True).encode()).hexdigest()[:16]


def _refuse_twins(gone: AttributeChoice, kept: AttributeChoice) -> None:
    """Those that are known without reading every product; the worker leaves any others as they are, and says so."""
    variants = Q(values__variant__isnull=False)
    twins = Product.objects.filter(variants, values__choice=gone).filter(variants, values__choice=kept)
    first = twins.order_by("pk").values_list("slug", flat=True).first()
    if first:
        raise BothChosen(first)
