"""Editing what the content team works on. Buyers read it when it is published; variants hold at once.

Each change names the version of the draft that it was made from: of two people who edit at once, the second is refused
and sees what the first has written. Whoever holds variants as well holds them before their products.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tradewind.catalog.content import options_in_words
from tradewind.catalog.events import ProductCreated, ProductEdited
from tradewind.catalog.leading_on import refuse_taken, taking
from tradewind.catalog.listing import relist_many
from tradewind.catalog.models import Category, Product, Variant
from tradewind.core import search
from tradewind.core.facts import record_many
from tradewind.core.rows import hold_all, update_each
from tradewind.core.trail import write_audits


class Outdated(Exception):
    """Somebody else has saved since this was opened: nothing is changed."""

    def __init__(self, product_id: int, version: int) -> None:
        super().__init__(f"product {product_id} is at version {version}")
        self.version = version


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product that is to be made."""

    slug: str
    category: Category
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TextsDraft:
    """The texts and the category of a product, made from this version of its draft."""

    product_id: int
    version: int
    content: dict[str, Any]
    category: Category


def create_product(*, slug: str, category: Category, content: dict[str, Any], by: str, at: datetime) -> Product:
    """A draft that nobody sees yet, last on the shelf. Raises SlugTaken."""
    return create_products([NewProduct(slug, category, content)], by=by, at=at)[0]


def create_products(wanted: Sequence[NewProduct], *, by: str, at: datetime) -> list[Product]:
    """The same for many, in their order."""
    slugs = [each.slug for each in wanted]
    with transaction.atomic():
        refuse_taken(*slugs)
        last = Product.objects.aggregate(last=Max("position"))["last"]
        place = 0 if last is None else last + 1
        with taking(*slugs):
            products = Product.objects.bulk_create(
                Product(
                    slug=each.slug,
                    category=each.category,
                    content=each.content,
                    created_at=at,
                    position=position,
                    draft_version=1,
                )
                for position, each in enumerate(wanted, start=place)
            )
        find_drafts(products)
        made = [(product.pk, None, product.content) for product in products]
        write_audits("product.created", kind="product", changes=made, by=by, at=at)
        record_many([ProductCreated(product.pk) for product in products], by=by, at=at)
    return products


def write_texts(
    *, product: Product, version: int, content: dict[str, Any], category: Category, by: str, at: datetime
) -> int:
    """Put these texts in the place of the draft's. Returns the new version, or the same where nothing is new.
    Raises Outdated.
    """
    return write_texts_of([TextsDraft(product.pk, version, content, category)], by=by, at=at)[product.pk]


def write_texts_of(drafts: Sequence[TextsDraft], *, by: str, at: datetime) -> dict[int, int]:
    """The same for many products; the versions by product."""
    with transaction.atomic():
        held = hold_many({draft.product_id: draft.version for draft in drafts})
        edits, told, moved = [], [], []
        for draft in drafts:
            product = held[draft.product_id]
            before, after = product.content, draft.content
            changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
            is_moved = product.category_id != draft.category.pk
            if not changed and not is_moved:
                continue
            product.content, product.category = after, draft.category
            edits.append((product, [*changed, *(["category"] if is_moved else [])]))
            old, new = ({name: content.get(name) for name in changed} for content in (before, after))
            told.append((product.pk, old, new))
            moved += [product.pk] if is_moved else []
        products = [product for product, _ in edits]
        update_each(Product, ("content", "category"), [(p.content, p.category_id, p.pk) for p in products])
        find_drafts(products)
        relist_many(moved)
        write_audits("product.edited", kind="product", changes=told, by=by, at=at)
        note_edits(edits, by=by, at=at)
    return {pk: product.draft_version for pk, product in held.items()}


def hold(product_id: int, version: int | None) -> Product:
    """The product for the caller's transaction alone, if nobody has saved since `version`. None asks for any version.
    Raises Outdated, Product.DoesNotExist.
    """
    return hold_many({product_id: version})[product_id]


def hold_many(versions: Mapping[int, int | None]) -> dict[int, Product]:
    """The same for many, by their ids."""
    hold_all(Product, versions)
    held = {product.pk: product for product in Product.objects.filter(pk__in=versions).order_by("pk")}
    for pk, version in versions.items():
        if pk not in held:
            raise Product.DoesNotExist
        if version is not None and held[pk].draft_version != version:
            raise Outdated(pk, held[pk].draft_version)
    return held


def note_edit(product: Product, parts: list[str], *, by: str, at: datetime) -> int:
    """Raise the version of the draft that the caller holds, and say what was changed. Returns the new version."""
    note_edits([(product, parts)], by=by, at=at)
    return product.draft_version


def note_edits(edits: Sequence[tuple[Product, list[str]]], *, by: str, at: datetime) -> None:
    """The same for many; the products have their new versions afterwards."""
    for product, _ in edits:
        product.draft_version += 1
    update_each(Product, ["draft_version"], [(product.draft_version, product.pk) for product, _ in edits])
    record_many([ProductEdited(p.pk, p.draft_version, parts) for p, parts in edits], by=by, at=at)


def find_drafts(products: Sequence[Product]) -> None:
    """Let staff find drafts by their words, until publishing decides what they are found by. Others are left as they are."""
    drafts = [product for product in products if product.state == Product.State.DRAFT]
    variants: dict[int, list[Variant]] = defaultdict(list)
    for variant in Variant.objects.filter(product__in=drafts).order_by("id") if drafts else []:
        variants[variant.product_id].append(variant)
    search.index_many("product", {product.pk: _said_of(product, variants[product.pk]) for product in drafts})


def _said_of(product: Product, variants: Sequence[Variant]) -> list[str]:
    named = [
        {
            "key": option["key"],
            "values": [{"key": v["key"], "name": " ".join(v["name"].values())} for v in option["values"]],
        }
        for option in product.content.get("options", [])
    ]
    choices = [options_in_words(named, variant.options) for variant in variants]
    titles = product.content.get("title", {}).values()
    return [product.slug, *titles, *(variant.sku for variant in variants), *choices]
