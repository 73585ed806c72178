"""The tree of categories: what stands in what, read once per version of a market's rules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef

from tradewind.catalog.models import Category, Listing
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
    """All categories by slug, and those that stand in no other, in the order of display. `filled` are the ids of those that
    have goods of their own in a market; None where no market is asked about, and all are led to.
    """

    shelves: dict[str, Shelf]
    top: tuple[str, ...]
    filled: frozenset[int] | None = None

    def leads_to(self, shelf: Shelf) -> bool:
        """Is there anything on it, or on one that stands in it?"""
        return self.filled is None or not self.filled.isdisjoint(shelf.within)

    def shown(self) -> list[Shelf]:
        """Every shelf that has something on it."""
        return [shelf for shelf in self.shelves.values() if self.leads_to(shelf)]

    def path_to(self, shelf: Shelf) -> list[Shelf]:
        return [self.shelves[slug] for slug in shelf.path]

    def children_of(self, shelf: Shelf) -> list[Shelf]:
        return [child for child in map(self.shelves.__getitem__, shelf.children) if self.leads_to(child)]

    def roots(self) -> list[Shelf]:
        return [root for root in map(self.shelves.__getitem__, self.top) if self.leads_to(root)]


def tree_of(market_id: int, market_version: int) -> Tree:
    """The tree as it stands under this version of a market: one statement, then none while the version stands. A shelf
    that is filled or emptied makes a new version (catalog.listing).
    """
    name = f"categories:{market_id}:{market_version}"
    kept: Tree | None = cache.get(name)
    if kept is None:
        on_it = Listing.objects.filter(market_id=market_id, category_id=OuterRef("pk"))
        rows = list(Category.objects.annotate(is_filled=Exists(on_it)).order_by("position", "id"))
        kept = replace(_tree(rows), filled=frozenset(row.pk for row in rows if row.is_filled))
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
    return _tree(list(Category.objects.order_by("position", "id")))


def _tree(rows: Sequence[Category]) -> Tree:
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
