"""What a set consists of, as it is typed: "TW-MUG-CEL x 2, TW-BOARD x 1"."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog.models import BundlePart, Variant
from tradewind.console.products.reading import Form
from tradewind.console.typed import WrongInput
from tradewind.inventory.bundling import NestedBundle, NotAPart, Part, PartsRefused, StockOfItsOwn, set_parts

# Of each set the field that it was typed in, and units by the article number of the part.
Sets = Mapping[str, tuple[str, Sequence[tuple[str, int]]]]
_PART: Final = re.compile(r"(\S+)\s*[x×*]\s*(\d{1,3})")
_REFUSED: Final[dict[type[PartsRefused], str]] = {
    NestedBundle: gettext_noop("A set cannot hold another set."),
    NotAPart: gettext_noop("Each part stands once, with at least one unit."),
    StockOfItsOwn: gettext_noop(
        "This article lies in a warehouse. Count it to zero first: a set is put together from its parts."
    ),
}


def parts_in_words(rows: Sequence[Variant]) -> dict[int, str]:
    """What each set among the variants consists of, by its id. One statement."""
    found: dict[int, list[str]] = {}
    parts = (
        BundlePart.objects.filter(bundle_id__in=[row.pk for row in rows]).select_related("part").order_by("part__sku")
    )
    for part in parts:
        found.setdefault(part.bundle_id, []).append(f"{part.part.sku} x {part.quantity}")
    return {bundle_id: ", ".join(words) for bundle_id, words in found.items()}


def read_parts(form: Form, rows: int) -> Sets:
    """The parts of every row of the form that has the field."""
    sets: dict[str, tuple[str, list[tuple[str, int]]]] = {}
    for number in range(rows):
        name, sku = f"variant.{number}.parts", form.fields.get(f"variant.{number}.sku", "").strip()
        if not sku or name not in form.fields:
            continue
        parts = []
        for typed in [part.strip() for part in form.text(name, longest=500).split(",") if part.strip()]:
            found = _PART.fullmatch(typed)
            if found is None:
                form.complain(
                    name, gettext_noop("Please write article numbers with their units, like MUG-S x 2, MUG-L x 1.")
                )
            else:
                parts.append((found[1], int(found[2])))
        sets[sku] = (name, parts)
    return sets


def write_sets(sets: Sets, *, by: str, at: datetime) -> None:
    """Let each variant consist of what was typed, in the caller's transaction. Raises WrongInput."""
    named = {*sets, *(sku for _, parts in sets.values() for sku, _ in parts)}
    known = {variant.sku: variant for variant in Variant.objects.filter(sku__in=named)}
    for bundle, (field, parts) in sets.items():
        missing = [sku for sku, _ in parts if sku not in known]
        if missing:
            raise WrongInput(field, gettext_noop("No article has the number {sku}."), sku=missing[0])
        wanted = [Part(known[sku].pk, units) for sku, units in parts]
        try:
            set_parts(bundle=known[bundle], parts=wanted, by=by, at=at)
        except PartsRefused as problem:
            said = _REFUSED.get(type(problem), gettext_noop("A set cannot hold itself."))
            raise WrongInput(field, said) from problem
