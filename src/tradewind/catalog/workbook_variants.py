"""The variants of a workbook: drafts for the products that they belong to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.catalog import workbook
from tradewind.catalog.editing_variants import VariantDraft, as_draft
from tradewind.catalog.models import Product, Variant
from tradewind.catalog.workbook import Change
from tradewind.catalog.workbook_plan import NO_PRODUCT, ProductPlan, note
from tradewind.catalog.workbook_reading import Row
from tradewind.lib.batches import in_batches
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.gtin import is_gtin
from tradewind.lib.unit_pricing import UnreadableContent, read_content

_CHUNK: Final = 500
SKU: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
HS_CODE: Final = re.compile(r"\d{6,10}")
_SIDES: Final = ("length mm", "width mm", "height mm")
_MOVED: Final = gettext_noop("{sku} belongs to {product}. An article cannot move to another product.")
_CHOICES: Final = gettext_noop("Please write one value of each choice, like {example}. Allowed: {allowed}.")
_UNCHOSEN: Final = gettext_noop("{sku} does not say which value of this choice it is. Name it in the sheet Variants.")
_TWINS: Final = gettext_noop("{other} is the same choice. Each article of a product needs its own.")

Placed = tuple[int, int, VariantDraft, Row]


def plan_variants(plans: dict[str, ProductPlan], rows: Sequence[Row], changes: list[Change]) -> dict[str, int]:
    """Give each plan its variants, those that no row names among them. Returns the ids by article number, 0 for new."""
    known = {variant.sku: variant for variant in variants_called(row.name("sku") for row in rows)}
    _add_products(plans, known.values())
    slugs = {each.product.pk: slug for slug, each in plans.items() if each.product}
    present: dict[int, list[Variant]] = defaultdict(list)
    for some in in_batches(list(slugs), _CHUNK):
        for variant in Variant.objects.filter(product_id__in=some).order_by("position", "id"):
            present[variant.product_id].append(variant)
    drafts: dict[str, list[Placed]] = defaultdict(list)
    skus: dict[str, int] = {}
    for row in rows:
        sku = row.code("sku", known=known)
        before = known.get(sku)
        slug = _slug_of(row, before, slugs, plans)
        if not sku or slug is None:
            continue
        if before is None and not SKU.fullmatch(sku):
            row.complain("sku", gettext_noop("Letters, digits and . _ / - only, please."))
        places = [each.pk for each in present[before.product_id]] if before else []
        place = places.index(before.pk) + 1 if before else 10_000
        placed = (row.whole("place") or place, row.number, _read(row, sku, before), row)
        _note(changes, slug, row, before, placed, place)
        drafts[slug].append(placed)
        skus[sku] = before.pk if before else 0
    for slug, each in plans.items():
        others = present[each.product.pk] if each.product else []
        _gather(each, drafts[slug], others)
    return skus


def variants_called(skus: Iterable[str]) -> list[Variant]:
    """In no order; the unknown are left out."""
    batches = in_batches(sorted(set(skus)), _CHUNK)
    return [variant for some in batches for variant in Variant.objects.filter(sku__in=some)]


def _add_products(plans: dict[str, ProductPlan], variants: Iterable[Variant]) -> None:
    """Products that only their variants name."""
    there = {each.product.pk for each in plans.values() if each.product}
    missing = sorted({variant.product_id for variant in variants} - there)
    for some in in_batches(missing, _CHUNK):
        for product in Product.objects.select_related("category").filter(pk__in=some):
            plans[product.slug] = ProductPlan(product.slug, product, product.category, dict(product.content))


def _slug_of(row: Row, before: Variant | None, slugs: dict[int, str], plans: dict[str, ProductPlan]) -> str | None:
    named = row.code("product", known=plans) if row.has("product") else ""
    if before is not None:
        slug = slugs[before.product_id]
        if named and named != slug:
            row.complain("product", _MOVED, sku=before.sku, product=slug)
        return slug
    if named not in plans:
        row.complain("product", NO_PRODUCT, name=named or "—")
        return None
    return named


def _read(row: Row, sku: str, before: Variant | None) -> VariantDraft:
    draft = as_draft(before) if before else VariantDraft(sku, {}, 0, None, {"traits": []})
    weight = row.whole("weight g") if row.has("weight g") else draft.weight_g
    if not weight and row.raw("weight g") in ("", None):
        row.complain("weight g", gettext_noop("Please fill this in."))
    return replace(
        draft,
        options=_read_choices(row) if row.has("choices") else draft.options,
        weight_g=weight or 0,
        package_mm=_read_sides(row, draft.package_mm),
        customs=_read_customs(row, draft.customs),
        is_offered=row.flag("sold", otherwise=draft.is_offered) if row.has("sold") else draft.is_offered,
        barcode=_read_barcode(row) if row.has("barcode") else draft.barcode,
        net_content=_read_content(row) if row.has("net content") else draft.net_content,
    )


def _read_barcode(row: Row) -> str:
    code = row.text("barcode", longest=20).replace(" ", "").replace("-", "")
    if code and not is_gtin(code):
        row.complain("barcode", gettext_noop("This is no EAN, UPC or GTIN: a digit is missing or wrong."))
    return code


def _read_content(row: Row) -> str:
    text = row.text("net content", longest=20)
    try:
        return str(read_content(text)) if text else ""
    except UnreadableContent:
        row.complain("net content", gettext_noop("Please write how much is in it like 250 ml, 0.5 kg, 1.5 m or 2 m²."))
        return ""


def _read_choices(row: Row) -> dict[str, str]:
    parts = [part.strip() for part in row.text("choices", longest=500).split(";") if part.strip()]
    pairs = [tuple(word.strip() for word in part.partition("=")[::2]) for part in parts]
    return {key: value for key, value in pairs}  # noqa: C416  # tuples of two, as mypy cannot see


def _read_sides(row: Row, before: list[int] | None) -> list[int] | None:
    if not all(row.has(side) for side in _SIDES):
        return before
    sides = [row.whole(side) for side in _SIDES]
    if all(side is None for side in sides):
        return None
    for name, side in zip(_SIDES, sides, strict=True):
        if side is None and row.raw(name) in ("", None):
            row.complain(name, gettext_noop("All three sides of the package, please, or none."))
    return [side or 0 for side in sides]


def _read_customs(row: Row, before: dict[str, Any]) -> dict[str, Any]:
    customs = dict(before)
    if row.has("hs code"):
        customs["hs_code"] = row.code("hs code").replace(".", "").replace(" ", "")
        if customs["hs_code"] and not HS_CODE.fullmatch(customs["hs_code"]):
            row.complain("hs code", gettext_noop("An HS code has six to ten digits, like 691200."))
    if row.has("origin"):
        customs["origin"] = row.code("origin").upper()
        if customs["origin"] and customs["origin"] not in COUNTRIES:
            row.complain("origin", gettext_noop("Please write the country as two letters, like CN."))
    names = {code: row.text(f"declared {code}", longest=100) for code in ("en", "zh") if row.has(f"declared {code}")}
    if names:
        customs["declared"] = {code: name for code, name in {**before.get("declared", {}), **names}.items() if name}
    if row.has("traits"):
        customs["traits"] = [trait.strip() for trait in row.text("traits").split(",") if trait.strip()]
    return {name: value for name, value in customs.items() if value or name in before}


def _gather(each: ProductPlan, placed: list[Placed], others: list[Variant]) -> None:
    """All variants of a product in their order; each that is sold is a choice of its own."""
    named = {draft.id for _, _, draft, _ in placed if draft.id}
    left = [other for other in others if other.is_offered and other.pk not in named]
    for row in each.new_choices if left else []:
        row.complain("choice", _UNCHOSEN, sku=left[0].sku)
    if not placed:
        return
    options = {
        option["key"]: [value["key"] for value in option["values"]] for option in each.content.get("options", [])
    }
    for _, _, draft, row in placed:
        is_whole = draft.options.keys() == options.keys()
        if draft.is_offered and not (is_whole and all(draft.options[key] in options[key] for key in options)):
            example = "; ".join(f"{key}={values[0]}" for key, values in options.items() if values)
            allowed = "; ".join(f"{key}={'/'.join(values)}" for key, values in options.items())
            row.complain("choices", _CHOICES, example=example or "—", allowed=allowed or "—")
    seen = {_choice(as_draft(other)): other.sku for other in left}
    for _, _, draft, row in placed:
        if draft.is_offered and _choice(draft) in seen:
            row.complain("choices", _TWINS, other=seen[_choice(draft)])
        elif draft.is_offered:
            seen[_choice(draft)] = draft.sku
    rest = [(place, 0, as_draft(other)) for place, other in enumerate(others, start=1) if other.pk not in named]
    every = [*((place, number, draft) for place, number, draft, _ in placed), *rest]
    each.variants = [draft for _, _, draft in sorted(every, key=lambda one: one[:2])]
    each.has_variants = each.variants != [as_draft(other) for other in others]


def _choice(draft: VariantDraft) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(draft.options.items()))


def _note(changes: list[Change], slug: str, row: Row, before: Variant | None, placed: Placed, place: int) -> None:
    old = _as_cells(as_draft(before)) if before else dict.fromkeys(_as_cells(placed[2]), "")
    new = _as_cells(placed[2])
    if before:
        old["place"], new["place"] = str(place), str(placed[0])
    for column, text in new.items():
        note(changes, row, column, f"{slug} · {placed[2].sku} · {column}", old[column], text)


def _as_cells(draft: VariantDraft) -> dict[str, str]:
    customs: dict[str, Any] = draft.customs
    sides: list[Any] = draft.package_mm or ["", "", ""]
    declared = customs.get("declared", {})
    return {
        "choices": workbook.write_choices(draft.options),
        "weight g": str(draft.weight_g),
        **{name: str(side) for name, side in zip(_SIDES, sides, strict=True)},
        "hs code": customs.get("hs_code", ""),
        "origin": customs.get("origin", ""),
        "declared en": declared.get("en", ""),
        "declared zh": declared.get("zh", ""),
        "traits": ", ".join(customs.get("traits", [])),
        "sold": "yes" if draft.is_offered else "no",
        "barcode": draft.barcode,
        "net content": draft.net_content,
    }
