"""Products for programs to write: beginning a draft, and changing one. Buyers read it when it is published."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.db import IntegrityError
from django.http import HttpRequest

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import is_country
from tradewind.api.keys import WRITE_PRODUCTS, Key, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Conflict, Problem, WrongValue, WrongValues, wrong_field, wrong_value
from tradewind.api.products import router
from tradewind.catalog.editing import Outdated, create_product, write_texts
from tradewind.catalog.editing_variants import (
    SameChoice,
    SkuTaken,
    ValueInUse,
    VariantDraft,
    as_draft,
    write_variants,
)
from tradewind.catalog.leading_on import SlugTaken
from tradewind.catalog.models import Category, Product, Variant
from tradewind.lib.clock import utc_now
from tradewind.lib.unit_pricing import UnreadableContent, read_content

# Reading and writing share their addresses, and each address has one router.
__all__ = ["router"]

_MAY_WRITE: Final = Key(WRITE_PRODUCTS)
_REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
_TEXTS: Final = ("title", "subtitle", "points", "description", "box", "warnings")
# How many categories an error names.
_NAMED: Final = 20


@router.post(
    "/products",
    auth=_MAY_WRITE,
    operation_id="createProduct",
    summary="Begin a product",
    response={201: shapes.ProductInFull, **dict.fromkeys((400, 401, 403, 409, 413, 422, 429), Problem)},
)
@writes(HTTPStatus.CREATED)
def create(request: HttpRequest, asked: shapes.ProductNew) -> shapes.ProductInFull:
    """A draft that no buyer sees. It is shown once it is published."""
    refuse_unknown(request.GET, ())
    category = _category(asked.category)
    content = _content({}, asked)
    try:
        product = create_product(
            slug=asked.slug, category=category, content=content, by=program_of(request), at=utc_now()
        )
    except SlugTaken:
        raise wrong_field("slug", words="Another product has this slug, or had it. Choose another.") from None
    if asked.options is not None or asked.variants is not None:
        _write_variants(request, product, product.draft_version, asked)
    return product_telling.in_full(queries.product_named(asked.slug))


@router.patch(
    "/products/{slug}",
    auth=_MAY_WRITE,
    operation_id="changeProduct",
    summary="Change a product",
    response={200: shapes.ProductInFull, **_REFUSALS},
)
@writes()
def change(request: HttpRequest, slug: str, asked: shapes.ProductChange) -> shapes.ProductInFull:
    """Change its draft. Variants hold at once, texts and the names of options once they are published."""
    refuse_unknown(request.GET, ())
    product = queries.product_named(slug)
    category = _category(asked.category) if asked.category else product.category
    try:
        version = asked.version
        # Variants are held before their products, as everywhere.
        if asked.options is not None or asked.variants is not None:
            version = _write_variants(request, product, version, asked)
            product = queries.product_named(slug)
        content = _content(product.content, asked)
        by, at = program_of(request), utc_now()
        write_texts(product=product, version=version, content=content, category=category, by=by, at=at)
    except Outdated as problem:
        words = f"The draft is at version {problem.version} now. Read it again, and make the change from that."
        raise Conflict("outdated", words) from None
    return product_telling.in_full(queries.product_named(slug))


def _category(slug: str) -> Category:
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        there = Category.objects.order_by("position", "id").values_list("slug", flat=True)[:_NAMED]
        words = f"No category has this slug. There are: {', '.join(there) or 'none yet'}."
        raise wrong_field("category", words=words)
    return category


def _content(before: Mapping[str, Any], asked: shapes.TextsAsked) -> dict[str, Any]:
    """The texts with what was asked for; languages that are not named keep theirs, and emptied ones go."""
    content = dict(before)
    for name in _TEXTS:
        texts = getattr(asked, name)
        if texts is not None:
            merged = {**content.get(name, {}), **{language: _trimmed(text) for language, text in texts.items()}}
            content[name] = {language: text for language, text in merged.items() if text}
    if not content.get("title"):
        raise wrong_field("title", words="Keep a title in one language at least.")
    if asked.facts is not None:
        content["facts"] = _facts(content.get("facts", []), asked.facts)
    return {name: value for name, value in content.items() if value or name in before}


def _trimmed(text: str | list[str]) -> str | list[str]:
    return text.strip() if isinstance(text, str) else [line.strip() for line in text if line.strip()]


def _facts(before: Sequence[dict[str, Any]], asked: Sequence[shapes.FactAsked]) -> list[dict[str, Any]]:
    """What filters read of a fact stays with its key."""
    _refuse_doubles("facts", keys=[fact.key for fact in asked])
    known = {fact["key"]: fact for fact in before}
    return [{**known.get(fact.key, {}), "key": fact.key, "name": fact.name, "value": fact.value} for fact in asked]


def _refuse_doubles(*place: str, keys: Sequence[str]) -> None:
    *path, last = place
    errors = [
        wrong_value([*path, last, number, "key"], "Another one has this key.")
        for number, key in enumerate(keys)
        if key in keys[:number]
    ]
    if errors:
        raise WrongValues(errors)


def _write_variants(request: HttpRequest, product: Product, version: int, asked: shapes.TextsAsked) -> int:
    """Returns the new version of the draft. Raises Outdated, and WrongValues for what the catalogue refuses."""
    options = product.content.get("options", []) if asked.options is None else _options(asked.options)
    drafts = _drafts(queries.variants_of(product), asked.variants or [])
    by, at = program_of(request), utc_now()
    try:
        return write_variants(product=product, version=version, options=options, variants=drafts, by=by, at=at)
    except IntegrityError:  # two take an article number at the same moment; nothing of this one is kept
        words = (
            "Another request has just taken one of these article numbers. Look at what there is now, and send it anew."
        )
        raise Conflict("taken_meanwhile", words) from None
    except SkuTaken as problem:
        raise WrongValues([_at(asked, problem.sku, "sku", "Another variant has this article number.")]) from None
    except ValueInUse as problem:
        words = "Name one value of each option, and none beside. A variant that is sold keeps its choice."
        raise WrongValues([_at(asked, problem.sku, "options", f"{problem.sku}: {words}")]) from None
    except SameChoice as problem:
        words = f"{problem.other} is the same choice. Each variant needs its own."
        raise WrongValues([_at(asked, problem.sku, "options", words)]) from None


def _at(asked: shapes.TextsAsked, sku: str, field: str, words: str) -> WrongValue:
    """The field of the variant that was named last with this number; of one that was not named, all of them."""
    places = [number for number, variant in enumerate(asked.variants or []) if variant.sku == sku]
    if not places:
        return wrong_value(["options" if asked.variants is None else "variants"], words)
    return wrong_value(["variants", places[-1], field], words)


def _options(asked: Sequence[shapes.OptionAsked]) -> list[dict[str, Any]]:
    _refuse_doubles("options", keys=[option.key for option in asked])
    for number, option in enumerate(asked):
        _refuse_doubles("options", str(number), "values", keys=[value.key for value in option.values])
    return [option.model_dump() for option in asked]


def _drafts(rows: Sequence[Variant], asked: Sequence[shapes.VariantAsked]) -> list[VariantDraft]:
    """Those that are named, in their order, and then the others as they are."""
    known = {row.sku: row for row in rows}
    errors = [
        wrong_value(["variants", number, "origin"], "Write the country as two capital letters of ISO 3166-1, like CN.")
        for number, variant in enumerate(asked)
        if variant.origin and not is_country(variant.origin)
    ]
    errors += [
        wrong_value(["variants", number, "net_content"], "Write more than nothing, or leave it empty.")
        for number, variant in enumerate(asked)
        if variant.net_content and not _is_content(variant.net_content)
    ]
    if errors:
        raise WrongValues(errors)
    named = {variant.sku for variant in asked}
    return [
        *(_draft(known.get(variant.sku), variant) for variant in asked),
        *(as_draft(row) for row in rows if row.sku not in named),
    ]


def _draft(row: Variant | None, asked: shapes.VariantAsked) -> VariantDraft:
    before = row.customs if row else {"traits": []}
    told = {"hs_code": asked.hs_code, "origin": asked.origin}
    customs = {**before, **{name: value for name, value in told.items() if value}}
    return VariantDraft(
        id=row.pk if row else None,
        sku=asked.sku,
        options=dict(asked.options),
        weight_g=asked.weight_g,
        package_mm=asked.package_mm if asked.package_mm or row is None else row.package_mm,
        customs=customs,
        is_offered=asked.is_offered,
        barcode=row.barcode if row else "",
        net_content=_net_content(row, asked.net_content),
    )


def _net_content(row: Variant | None, asked: str | None) -> str:
    if asked is None:
        return row.net_content if row else ""
    return str(read_content(asked)) if asked else ""


def _is_content(text: str) -> bool:
    try:
        return bool(read_content(text))
    except UnreadableContent:
        return False
