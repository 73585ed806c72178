"""The tree of categories: what stands in what, read once per version of a market's rules."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction

from tradewind.catalog.models import Category
from tradewind.core.words import pick
from tradewind.markets.changing import touch_all


class WrongParent(Exception):
    """A category cannot stand in itself, nor in one that stands in it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category in the tree. `within` is every id of its subtree, its own first; `path` the shelves above it."""

    id: int
    slug: str
    names: dict[str, str]
    path: tuple[str, ...]
    children: tuple[str, ...]
    within: tuple[int, ...]

    def name(self, language: str) -> str:
        return pick(self.names, language)


@dataclass(frozen=True, slots=True)
class Tree:
    """All categories by slug, and those that stand in no other, in the order of display."""

    shelves: dict[str, Shelf]
    top: tuple[str, ...]

    def path_to(self, shelf: Shelf) -> list[Shelf]:
        return [self.shelves[slug] for slug in shelf.path]

    def children_of(self, shelf: Shelf) -> list[Shelf]:
        return [self.shelves[slug] for slug in shelf.children]

    def roots(self) -> list[Shelf]:
        return [self.shelves[slug] for slug in self.top]


def tree_of(market_id: int, market_version: int) -> Tree:
    """The tree as it stands under this version of a market: one statement, then none while the version stands."""
    name = f"categories:{market_id}:{market_version}"
    kept: Tree | None = cache.get(name)
    if kept is None:
        kept = tree_now()
        cache.set(name, kept)
    return kept


def save_category(*, slug: str, name: dict[str, str], parent: Category | None = None, position: int = 0) -> Category:
    """Add a category, or change the one with this slug. All pages show it at once. Raises WrongParent."""
    with transaction.atomic():
        # Held in the order of the keys: two moves at once could otherwise make a circle.
        rows = {row.slug: row for row in Category.objects.select_for_update().order_by("pk")}
        own = rows.get(slug)
        above = parent
        while above is not None:
            if own is not None and above.pk == own.pk:
                raise WrongParent(slug)
            above = next((row for row in rows.values() if row.pk == above.parent_id), None)
        fields: dict[str, Any] = {"name": name, "parent": parent, "position": position}
        category, _ = Category.objects.update_or_create(slug=slug, defaults=fields)
        touch_all()
    return category


def ids_within(ids: Collection[int]) -> set[int]:
    """These categories and all that stand in them, read anew. Ids that are gone are left out."""
    return {within for shelf in tree_now().shelves.values() if shelf.id in ids for within in shelf.within}


def names_of_categories(ids: Collection[int], language: str) -> dict[int, str]:
    """By id, in the order of display; no statement for nothing."""
    rows = Category.objects.filter(pk__in=ids).order_by("position", "id") if ids else ()
    return {row.pk: pick(row.name, language) for row in rows}


def tree_now() -> Tree:
    """The tree read anew, in one statement: for staff, and for what must not lag behind."""
    rows = list(Category.objects.order_by("position", "id"))
    below: dict[int | None, list[Category]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    shelves: dict[str, Shelf] = {}
    _add(shelves, below, None, ())
    return Tree({slug: shelves[slug] for slug in shelves}, tuple(row.slug for row in below.get(None, ())))


def _add(
    shelves: dict[str, Shelf], below: dict[int | None, list[Category]], parent: int | None, path: tuple[str, ...]
) -> tuple[int, ...]:
    """Adds what stands in a category, depth first. Returns the ids that were added."""
    added: tuple[int, ...] = ()
    for row in below.get(parent, ()):
        within = (row.pk, *_add(shelves, below, row.pk, (*path, row.slug)))
        children = tuple(child.slug for child in below.get(row.pk, ()))
        shelves[row.slug] = Shelf(row.pk, row.slug, row.name, path, children, within)
        added += within
    return added
