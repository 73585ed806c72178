"""Choices and variants: what is bought, stocked, weighed and declared. They hold at once, without publishing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.catalog.editing import find_drafts, hold_many, note_edits
from tradewind.catalog.listing import relist_many
from tradewind.catalog.models import AttributeValue, Product, Variant
from tradewind.core.rows import hold_all, update_each
from tradewind.core.trail import write_audits

# What inventory writes down is not among them: it may have changed meanwhile.
_TYPED: Final = (
    "sku",
    "options",
    "position",
    "weight_g",
    "package_mm",
    "customs",
    "is_offered",
    "barcode",
    "net_content",
)
_ON_RECORD: Final = tuple(name for name in _TYPED if name != "position")


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
    barcode: str = ""
    net_content: str = ""  # as lib.unit_pricing writes it


@dataclass(frozen=True, slots=True)
class VariantsDraft:
    """The choices of a product and its variants in their order, made from this version of its draft."""

    product_id: int
    version: int
    options: list[dict[str, Any]]
    variants: Sequence[VariantDraft]


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
        barcode=variant.barcode,
        net_content=variant.net_content,
    )


def write_variants(
    *,
    product: Product,
    version: int,
    options: list[dict[str, Any]],
    variants: Sequence[VariantDraft],
    by: str,
    at: datetime,
) -> int:
    """Write the choices and the variants in this order. Returns the new version, or the same where nothing is new. Raises
    Outdated, SkuTaken, ValueInUse, SameChoice.
    """
    return write_variants_of([VariantsDraft(product.pk, version, options, variants)], by=by, at=at)[product.pk]


def write_variants_of(drafts: Sequence[VariantsDraft], *, by: str, at: datetime) -> dict[int, int]:
    """The same for many products; the versions by product. A variant that is not named stays as it is; one that is offered
    no longer keeps its past.
    """
    with transaction.atomic():
        present = _hold_variants([draft.product_id for draft in drafts])
        held = hold_many({draft.product_id: draft.version for draft in drafts})
        _refuse_doubles([variant for draft in drafts for variant in draft.variants])
        before = {pk: _on_record(product, present[pk]) for pk, product in held.items()}
        new: list[Variant] = []
        for draft in drafts:
            _refuse_lost_choices(draft.options, draft.variants)
            _refuse_twins(draft.variants)
            if held[draft.product_id].content.get("options", []) != draft.options:
                held[draft.product_id].content = {**held[draft.product_id].content, "options": draft.options}
            new += _type_in(draft, present[draft.product_id])
        after = {pk: _on_record(product, present[pk]) for pk, product in held.items()}
        edited = [pk for pk in held if before[pk] != after[pk]]
        _save({pk: present[pk] for pk in edited}, new)
        _renew([held[pk] for pk in edited], present)
        told = [(pk, before[pk], after[pk]) for pk in edited]
        write_audits("product.variants", kind="product", changes=told, by=by, at=at)
        note_edits([(held[pk], ["variants"]) for pk in edited], by=by, at=at)
    return {pk: product.draft_version for pk, product in held.items()}


def _hold_variants(product_ids: Sequence[int]) -> dict[int, list[Variant]]:
    """Before their products, like whoever places an order."""
    rows = Variant.objects.filter(product_id__in=product_ids)
    hold_all(Variant, rows.values_list("pk", flat=True))
    found: dict[int, list[Variant]] = defaultdict(list)
    for row in rows.order_by("position", "id"):
        found[row.product_id].append(row)
    return found


def _refuse_doubles(variants: Sequence[VariantDraft]) -> None:
    seen: set[str] = set()
    for draft in variants:
        if draft.sku in seen:
            raise SkuTaken(draft.sku)
        seen.add(draft.sku)
    owners = dict(Variant.objects.filter(sku__in=seen).values_list("sku", "pk"))
    for draft in variants:
        if owners.get(draft.sku, draft.id) != draft.id:
            raise SkuTaken(draft.sku)


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


def _type_in(draft: VariantsDraft, rows: list[Variant]) -> list[Variant]:
    """Put the drafts into the rows, which are then in their new order. Returns the rows that are new."""
    known = {row.pk: row for row in rows}
    new = []
    for position, one in enumerate(draft.variants):
        row = known.get(one.id or 0)
        if row is None:
            row = Variant(product_id=draft.product_id)
            new.append(row)
        row.position = position
        for name in _ON_RECORD:
            setattr(row, name, getattr(one, name))
    rows += new
    rows.sort(key=lambda row: (row.position, row.pk or float("inf")))
    return new


def _save(rows: Mapping[int, Iterable[Variant]], new: Sequence[Variant]) -> None:
    old = [row for some in rows.values() for row in some if row.pk]
    update_each(Variant, _TYPED, [[*(getattr(row, name) for name in _TYPED), row.pk] for row in old])
    Variant.objects.bulk_create(new)


def _renew(products: Sequence[Product], rows: Mapping[int, Sequence[Variant]]) -> None:
    """The products, after their variants: what pages and lists say of them, and what they are found by."""
    for product in products:
        product.stock_version += 1
        product.is_available = any(row.is_offered and row.available > 0 for row in rows[product.pk])
    names = ("content", "stock_version", "is_available")
    update_each(Product, names, [[*(getattr(p, name) for name in names), p.pk] for p in products])
    find_drafts(products)
    ids = [product.pk for product in products]
    # What is sold no longer is found by none of its choices; what is new is described when it is published.
    AttributeValue.objects.filter(variant__product_id__in=ids, variant__is_offered=False).delete()
    relist_many(ids, has_news=True)


def _on_record(product: Product, rows: Iterable[Variant]) -> dict[str, Any]:
    variants = [{name: getattr(row, name) for name in _ON_RECORD} for row in rows]
    return {"options": product.content.get("options", []), "variants": variants}
