"""Editing what the content team works on. Buyers read it when it is published; variants hold at once.

Each change names the version of the draft that it was made from: of two people who edit at once, the second is refused
and sees what the first has written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from tradewind.catalog.content import options_in_words
from tradewind.catalog.events import ProductCreated, ProductEdited
from tradewind.catalog.leading_on import refuse_taken, taking
from tradewind.catalog.listing import relist
from tradewind.catalog.models import AttributeValue, Category, Product, Variant
from tradewind.core import search
from tradewind.core.facts import record
from tradewind.core.trail import write_audit


class Outdated(Exception):
    """Somebody else has saved since this was opened: nothing is changed."""

    def __init__(self, product_id: int, version: int) -> None:
        super().__init__(f"product {product_id} is at version {version}")
        self.version = version


class SkuTaken(Exception):
    """Another variant has this article number, or two rows have the same."""

    def __init__(self, sku: str) -> None:
        super().__init__(sku)
        self.sku = sku


class ValueInUse(Exception):
    """A choice cannot go while a variant that is sold is made with it."""

    def __init__(self, sku: str) -> None:
        super().__init__(sku)
        self.sku = sku


class SameChoice(Exception):
    """Two variants that are sold are the same choice: a buyer could reach only one."""

    def __init__(self, sku: str, other: str) -> None:
        super().__init__(f"{sku}, {other}")
        self.sku = sku
        self.other = other


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A variant as it was typed. `id` is None for a new one; the order of the drafts is the order of display."""

    sku: str
    options: dict[str, str]
    weight_g: int
    package_mm: list[int] | None = None
    customs: dict[str, Any] = field(default_factory=dict)
    is_offered: bool = True
    id: int | None = None


def as_draft(variant: Variant, *, options: dict[str, str] | None = None) -> VariantDraft:
    """The variant as it is, or with other choices."""
    return VariantDraft(
        id=variant.pk,
        sku=variant.sku,
        options=variant.options if options is None else options,
        weight_g=variant.weight_g,
        package_mm=variant.package_mm,
        customs=variant.customs,
        is_offered=variant.is_offered,
    )


def create_product(*, slug: str, category: Category, content: dict[str, Any], by: str, at: datetime) -> Product:
    """A draft that nobody sees yet, last on the shelf. Raises SlugTaken."""
    with transaction.atomic():
        refuse_taken(slug)
        last = Product.objects.aggregate(last=Max("position"))["last"]
        place = 0 if last is None else last + 1
        with taking(slug):
            product = Product.objects.create(
                slug=slug, category=category, content=content, created_at=at, position=place, draft_version=1
            )
        _make_findable(product)
        write_audit("product.created", subject=("product", product.pk), by=by, at=at, after=content)
        record(ProductCreated(product.pk), by=by, at=at)
    return product


def write_texts(
    *, product: Product, version: int, content: dict[str, Any], category: Category, by: str, at: datetime
) -> int:
    """Put these texts in the place of the draft's. Returns the new version, or the same where nothing is new.
    Raises Outdated.
    """
    with transaction.atomic():
        held = hold(product.pk, version)
        changed = sorted(name for name in {*held.content, *content} if held.content.get(name) != content.get(name))
        parts = [*changed, *(["category"] if held.category_id != category.pk else [])]
        if not parts:
            return version
        before = {name: held.content.get(name) for name in changed}
        held.content, held.category = content, category
        held.save(update_fields=["content", "category"])
        if held.state == Product.State.DRAFT:
            _make_findable(held)
        relist(held.pk)
        after = {name: content.get(name) for name in changed}
        write_audit("product.edited", subject=("product", held.pk), by=by, at=at, before=before, after=after)
        return note_edit(held, parts, by=by, at=at)


def write_variants(
    *,
    product: Product,
    version: int,
    options: list[dict[str, Any]],
    variants: Sequence[VariantDraft],
    by: str,
    at: datetime,
) -> int:
    """Write the choices and the variants in this order. A variant that is not named stays as it is; one that is offered
    no longer keeps its past. Raises Outdated, SkuTaken, ValueInUse, SameChoice.
    """
    with transaction.atomic():
        held = hold(product.pk, version)
        _refuse_doubles(variants)
        _refuse_lost_choices(options, variants)
        _refuse_twins(variants)
        before = _on_record(held)
        if held.content.get("options", []) != options:
            held.content = {**held.content, "options": options}
            held.save(update_fields=["content"])
        known = {variant.pk: variant for variant in Variant.objects.select_for_update().filter(product=held)}
        for position, draft in enumerate(variants):
            _write_variant(held, known.get(draft.id or 0), draft, position)
        after = _on_record(held)
        if before == after:
            return version
        if held.state == Product.State.DRAFT:
            _make_findable(held)
        is_available = Variant.objects.filter(product=held, is_offered=True, available__gt=0).exists()
        Product.objects.filter(pk=held.pk).update(stock_version=F("stock_version") + 1, is_available=is_available)
        # What is sold no longer is found by none of its choices; what is new is described when it is published.
        AttributeValue.objects.filter(variant__product=held, variant__is_offered=False).delete()
        relist(held.pk, has_new_texts=True)
        write_audit("product.variants", subject=("product", held.pk), by=by, at=at, before=before, after=after)
        return note_edit(held, ["variants"], by=by, at=at)


def hold(product_id: int, version: int | None) -> Product:
    """The product for the caller's transaction alone, if nobody has saved since `version`. None asks for any version.
    Raises Outdated, Product.DoesNotExist.
    """
    held = Product.objects.select_for_update().get(pk=product_id)
    if version is not None and held.draft_version != version:
        raise Outdated(product_id, held.draft_version)
    return held


def note_edit(product: Product, parts: list[str], *, by: str, at: datetime) -> int:
    """Raise the version of the draft that the caller holds, and say what was changed. Returns the new version."""
    version = product.draft_version + 1
    Product.objects.filter(pk=product.pk).update(draft_version=version)
    record(ProductEdited(product.pk, version, parts), by=by, at=at)
    return version


def _refuse_doubles(variants: Sequence[VariantDraft]) -> None:
    seen: set[str] = set()
    for draft in variants:
        if draft.sku in seen or Variant.objects.filter(sku=draft.sku).exclude(pk=draft.id or 0).exists():
            raise SkuTaken(draft.sku)
        seen.add(draft.sku)


def _refuse_lost_choices(options: list[dict[str, Any]], variants: Sequence[VariantDraft]) -> None:
    """Every variant that is sold chooses one value of each option, and nothing else."""
    allowed = {option["key"]: {value["key"] for value in option["values"]} for option in options}
    for draft in variants:
        is_whole = draft.options.keys() == allowed.keys()
        if draft.is_offered and not (is_whole and all(draft.options[key] in allowed[key] for key in allowed)):
            raise ValueInUse(draft.sku)


def _refuse_twins(variants: Sequence[VariantDraft]) -> None:
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for draft in variants:
        choice = tuple(sorted(draft.options.items()))
        if draft.is_offered and choice in seen:
            raise SameChoice(draft.sku, seen[choice])
        if draft.is_offered:
            seen[choice] = draft.sku


def _write_variant(product: Product, variant: Variant | None, draft: VariantDraft, position: int) -> None:
    row = variant or Variant(product=product)
    row.sku, row.options, row.position = draft.sku, draft.options, position
    row.weight_g, row.package_mm, row.customs = draft.weight_g, draft.package_mm, draft.customs
    row.is_offered = draft.is_offered
    # What inventory writes down is not written back: it may have changed meanwhile.
    typed = ["sku", "options", "position", "weight_g", "package_mm", "customs", "is_offered"]
    row.save(update_fields=typed if variant else None)


def _on_record(product: Product) -> dict[str, Any]:
    names = ("sku", "options", "weight_g", "package_mm", "customs", "is_offered")
    rows = Variant.objects.filter(product=product).order_by("position", "id")
    return {"options": product.content.get("options", []), "variants": list(rows.values(*names))}


def _make_findable(product: Product) -> None:
    """Staff find a draft by its words, until publishing decides what it is found by."""
    options = product.content.get("options", [])
    named = [
        {
            "key": option["key"],
            "values": [{"key": v["key"], "name": " ".join(v["name"].values())} for v in option["values"]],
        }
        for option in options
    ]
    variants = list(Variant.objects.filter(product=product))
    choices = (options_in_words(named, variant.options) for variant in variants)
    titles = product.content.get("title", {}).values()
    search.index("product", product.pk, [product.slug, *titles, *(variant.sku for variant in variants), *choices])
