"""Choices and variants of a product: what is bought, stocked, weighed and declared."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.editing import Outdated
from tradewind.catalog.editing_variants import (
    SameChoice,
    SkuTaken,
    ValueInUse,
    VariantDraft,
    as_draft,
    write_variants,
)
from tradewind.catalog.models import Product, Variant
from tradewind.console import pages, typed
from tradewind.console.products.choices import choice_fields, read_choices
from tradewind.console.products.reading import Form
from tradewind.console.products.sets import parts_in_words, read_parts, write_sets
from tradewind.console.products.texts import languages_shown
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.gtin import is_gtin
from tradewind.lib.unit_pricing import UnreadableContent, read_content

MOST_VARIANTS: Final = 100
# How many empty rows "more" adds.
_STEPS: Final = {"options": 1, "variants": 3}
_SKU: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
_HS: Final = re.compile(r"\d{6,10}")
_TAKEN: Final = gettext_noop("Another variant has the article number {sku}.")
_IN_USE: Final = gettext_noop(
    "{sku} is sold with a choice that would be gone. First give it another, or sell it no longer."
)
_SAME: Final = gettext_noop("{sku} and {other} are the same choice. Each variant needs its own.")


@needs("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_variants(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    rows = list(Variant.objects.filter(product=product).order_by("position", "id"))
    if request.method != "POST":
        return _show(request, product, Form(_fields(product, rows)))
    form = Form(request.POST)
    is_choices = request.POST.get("form") == "choices"
    if "save" not in request.POST:
        typed_now = Form(_fields(product, rows) | _typed(request))
        return _show(request, product, typed_now, more="options" if is_choices else "variants")
    if is_choices:
        options = read_choices(form, product.content.get("options", []), languages_shown(product.content))
        drafts = [_carried(row, product, options) for row in rows]
    else:
        options = product.content.get("options", [])
        drafts = _read_variants(form, rows, options)
    sets = {} if is_choices else read_parts(form, form.count("variants", most=MOST_VARIANTS))
    if not form.errors:
        try:
            with transaction.atomic():
                write_variants(
                    product=product,
                    version=typed.read_id(request.POST, "version"),
                    options=options,
                    variants=drafts,
                    by=pages.actor_of(request),
                    at=utc_now(),
                )
                write_sets(sets, by=pages.actor_of(request), at=utc_now())
        except Outdated:
            product.refresh_from_db()
            rows = list(Variant.objects.filter(product=product).order_by("position", "id"))
            return _show(request, product, form, saved=_fields(product, rows), status=HTTPStatus.CONFLICT)
        except (SkuTaken, ValueInUse, SameChoice) as problem:
            _complain(form, problem)
        except typed.WrongInput as wrong:
            form.errors[wrong.field] = wrong.words
        else:
            return pages.to_page("console:product-variants", done="variants", product_id=product_id)
    # The other form of the page is shown as it is on record.
    form.fields = _fields(product, rows) | _typed(request)
    return _show(request, product, form, status=422)


def _show(
    request: HttpRequest,
    product: Product,
    form: Form,
    *,
    saved: dict[str, str] | None = None,
    more: str = "",
    status: int = 200,
) -> HttpResponse:
    fields: dict[str, str] = {name: str(value) for name, value in form.fields.items()}
    for name, step in _STEPS.items():
        fields[name] = str(form.count(name, most=MOST_VARIANTS) + (step if more == name else 0))
    if more == "options":
        for number in range(int(fields["options"])):
            name = f"option.{number}.values"
            fields[name] = str(form.count(name, most=MOST_VARIANTS) + 2)
    form.fields = fields
    told = {
        name: text for name, text in (saved or {}).items() if name in fields and fields[name].strip() != text.strip()
    }
    values = {
        "product": product,
        "title": words.pick(product.content.get("title", {}), words.spoken()) or product.slug,
        "form": form,
        "saved": told,
        "languages_shown": languages_shown(product.content),
        "choices": [_choice(option) for option in product.content.get("options", [])],
        "is_outdated": status == HTTPStatus.CONFLICT,
        "here_tab": "variants",
    }
    return pages.show(request, "products/variants.html", values, status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items()}


def _choice(option: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    spoken = words.spoken()
    values = [(value["key"], words.pick(value["name"], spoken) or value["key"]) for value in option["values"]]
    return option["key"], words.pick(option["name"], spoken) or option["key"], values


def _fields(product: Product, rows: Sequence[Variant]) -> dict[str, str]:
    fields = choice_fields(product.content.get("options", []), languages_shown(product.content))
    fields["variants"] = str(len(rows) + (0 if rows else 1))
    parts = parts_in_words(rows)
    for number, row in enumerate(rows):
        customs, package = row.customs, row.package_mm or ["", "", ""]
        declared = customs.get("declared", {})
        shown = {
            "id": row.pk,
            "sku": row.sku,
            "position": number + 1,
            "weight": row.weight_g,
            "length": package[0],
            "width": package[1],
            "height": package[2],
            "barcode": row.barcode,
            "content": row.net_content,
            "hs": customs.get("hs_code", ""),
            "origin": customs.get("origin", ""),
            "declared.en": declared.get("en", ""),
            "declared.zh": declared.get("zh", ""),
            "traits": ", ".join(customs.get("traits", [])),
            "offered": "on" if row.is_offered else "",
            "parts": parts.get(row.pk, ""),
        } | {f"option.{key}": value for key, value in row.options.items()}
        fields |= {f"variant.{number}.{name}": str(value) for name, value in shown.items()}
    return fields


def _read_variants(form: Form, rows: Sequence[Variant], options: list[dict[str, Any]]) -> list[VariantDraft]:
    """In the order of the typed positions. Rows without an article number and without a past are left out."""
    known = {row.pk: row for row in rows}
    drafts: list[tuple[int, int, VariantDraft]] = []
    for number in range(form.count("variants", most=MOST_VARIANTS)):
        prefix = f"variant.{number}"
        before = known.get(typed.read_id(form.fields, f"{prefix}.id"))
        if before is None and not form.fields.get(f"{prefix}.sku", "").strip():
            continue
        draft = _read_variant(form, prefix, before, options)
        position = form.number(f"{prefix}.position") or MOST_VARIANTS
        drafts.append((position, number, draft))
    return [draft for _, _, draft in sorted(drafts, key=lambda row: row[:2])]


def _read_variant(form: Form, prefix: str, before: Variant | None, options: list[dict[str, Any]]) -> VariantDraft:
    sku = form.text(f"{prefix}.sku", longest=60, is_needed=True)
    if sku and not _SKU.fullmatch(sku):
        form.complain(f"{prefix}.sku", gettext_noop("Letters, digits and . _ / - only, please."))
    is_offered = before is None or bool(form.fields.get(f"{prefix}.offered"))
    chosen = {}
    for option in options:
        name = f"{prefix}.option.{option['key']}"
        chosen[option["key"]] = form.text(name, is_needed=is_offered)
    return VariantDraft(
        id=before.pk if before else None,
        sku=sku,
        options=chosen,
        weight_g=form.number(f"{prefix}.weight", is_needed=True) or 0,
        package_mm=_read_package(form, prefix),
        customs=_read_customs(form, prefix, before.customs if before else {"traits": []}),
        is_offered=is_offered,
        barcode=_read_barcode(form, f"{prefix}.barcode"),
        net_content=_read_content(form, f"{prefix}.content"),
    )


def _read_barcode(form: Form, name: str) -> str:
    code = form.text(name, longest=20).replace(" ", "").replace("-", "")
    if code and not is_gtin(code):
        form.complain(name, gettext_noop("This is no EAN, UPC or GTIN: a digit is missing or wrong."))
    return code


def _read_content(form: Form, name: str) -> str:
    text = form.text(name, longest=20)
    try:
        return str(read_content(text)) if text else ""
    except UnreadableContent:
        form.complain(name, gettext_noop("Please write how much is in it like 250 ml, 0.5 kg, 1.5 m or 2 m²."))
        return ""


def _read_package(form: Form, prefix: str) -> list[int] | None:
    names = [f"{prefix}.{side}" for side in ("length", "width", "height")]
    sides = [form.number(name) for name in names]
    missing = [name for name, side in zip(names, sides, strict=True) if side is None]
    if len(missing) == len(sides):
        return None
    for name in missing:
        if name not in form.errors:
            form.complain(name, gettext_noop("All three sides of the package, please, or none."))
    return [side or 0 for side in sides]


def _read_customs(form: Form, prefix: str, before: dict[str, Any]) -> dict[str, Any]:
    hs_code = form.text(f"{prefix}.hs", longest=20).replace(".", "").replace(" ", "")
    if hs_code and not _HS.fullmatch(hs_code):
        form.complain(f"{prefix}.hs", gettext_noop("An HS code has six to ten digits, like 691200."))
    origin = form.text(f"{prefix}.origin", longest=2).upper()
    if origin and origin not in COUNTRIES:
        form.complain(f"{prefix}.origin", gettext_noop("Please write the country as two letters, like CN."))
    declared = {code: form.text(f"{prefix}.declared.{code}", longest=100) for code in ("en", "zh")}
    traits = [trait.strip() for trait in form.text(f"{prefix}.traits").split(",") if trait.strip()]
    names = {code: name for code, name in {**before.get("declared", {}), **declared}.items() if name}
    customs = {**before, "hs_code": hs_code, "origin": origin, "declared": names, "traits": traits}
    return {name: value for name, value in customs.items() if value or name in before}


def _carried(row: Variant, product: Product, options: list[dict[str, Any]]) -> VariantDraft:
    """The variant under changed choices: a new choice begins with its first value, one that is gone is left out."""
    old = {option["key"] for option in product.content.get("options", [])}
    chosen = {
        option["key"]: row.options.get(option["key"], "" if option["key"] in old else option["values"][0]["key"])
        for option in options
    }
    return as_draft(row, options=chosen)


def _complain(form: Form, problem: SkuTaken | ValueInUse | SameChoice) -> None:
    messages = {SkuTaken: _TAKEN, ValueInUse: _IN_USE, SameChoice: _SAME}
    fields = [name for name, value in form.fields.items() if name.endswith(".sku") and value.strip() == problem.sku]
    field = fields[-1] if fields else "option.0.key"
    form.complain(field, messages[type(problem)], sku=problem.sku, other=getattr(problem, "other", ""))
