"""Pages of lists: which products of a category, or of what a search found, in which order, 24 at a time, by key.

The statements (catalog.list_statements) walk along one index per part of the source and stop when the page is full, so a
page costs about the same in a large shop as in a small one.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from tradewind.catalog.list_statements import (
    Cursor,
    Filters,
    Order,
    Part,
    Source,
    frequencies_statement,
    ids_statement,
    rows_statement,
)
from tradewind.catalog.models import Listing, Media, PublishedVersion
from tradewind.catalog.queries import Picture, ProductCard, picture_of
from tradewind.core.rows import rows_planned_anew
from tradewind.lib.money import Money

PAGE: Final = 24
COUNTED: Final = 1000
# Up to so many values of a choice are gone through faster than a list in which few have it.
_RARE: Final = 2000

ORDERS: Final = {
    order.key: order
    for order in (
        Order("recommended", "l.recommended"),
        Order("newest", "l.newest"),
        Order("price", "l.lowest"),
        Order("price-down", "l.lowest", is_descending=True),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """`options` are those of the variant that meets the filters, where choices are among these."""

    product_id: int
    key: int
    lowest: Money
    has_range: bool
    is_available: bool
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row] = field(default_factory=list)
    has_earlier: bool = False
    has_later: bool = False


def shelf_source(category_ids: Sequence[int], *, market_id: int, language: str) -> Source:
    """What stands in these categories."""
    return Source(market_id, language, tuple(Part("l.category_id = %s", (pk,)) for pk in category_ids))


def weighed(filters: Filters) -> Filters:
    """The filters with what is known of how rare they are. One statement at most."""
    if not filters.choices:
        return filters
    [counts] = rows_planned_anew(*frequencies_statement(filters.choices, _RARE + 1))
    return replace(filters, rare=frozenset(number for number, count in enumerate(counts) if count <= _RARE))


def looked_through(source: Source) -> tuple[Source, list[int]]:
    """The first COUNTED + 1 products of what a search found, and the source that knows of what there is much. One statement."""
    found = _ids(source, Filters())
    # Behind the part at which the counting ended nobody knows, and hardly anybody comes there.
    last = found[-1][0] if len(found) > COUNTED else len(source.parts)
    parts = [replace(part, is_common=number >= last) for number, part in enumerate(source.parts)]
    return replace(source, parts=tuple(parts)), [product_id for _, product_id in found]


def page_of(source: Source, filters: Filters, order: Order, cursor: Cursor | None = None) -> Page:
    """One page, in one statement (by tiers: one for each of their turns until it is full); the first one where nothing is left at the
    cursor.
    """
    rows = list(_read(source, filters, order, cursor))
    if cursor is not None and cursor.is_backward:
        if len(rows) <= PAGE:  # the list begins within this page: then it is the first one, and full
            return page_of(source, filters, order)
        return Page(rows[:PAGE][::-1], has_earlier=True, has_later=True)
    if cursor is not None and not rows:
        return page_of(source, filters, order)
    return Page(rows[:PAGE], has_earlier=cursor is not None, has_later=len(rows) > PAGE)


def count_of(source: Source, filters: Filters) -> int:
    """How many products there are, exactly up to COUNTED; one more than that stands for all that is above."""
    return len(_ids(source, filters))


def cards_of(rows: Sequence[Row], language: str, *, filtered_by: Collection[str] = ()) -> list[ProductCard]:
    """The cards of a page, in two statements. Where a product offers one of the options that the list is `filtered_by`,
    its card shows the variant that meets the filters and leads to it.
    """
    ids = [row.product_id for row in rows]
    published = PublishedVersion.objects.filter(product_id__in=ids, language=language, is_current=True)
    texts = {
        pk: (slug, content) for pk, slug, content in published.values_list("product_id", "product__slug", "content")
    }
    asked_for = {row.product_id: row.options for row in rows if any(key in row.options for key in filtered_by)}
    pictures = _pictures(ids, asked_for, language)
    return [
        ProductCard(
            slug=texts[row.product_id][0],
            title=texts[row.product_id][1]["title"],
            lowest=row.lowest,
            has_range=row.has_range,
            is_available=row.is_available,
            picture=_first_shown(pictures.get(row.product_id, []), asked_for.get(row.product_id)),
            options=asked_for.get(row.product_id, {}),
        )
        for row in rows
        if row.product_id in texts
    ]


def _pictures(ids: Sequence[int], asked_for: Collection[int], language: str) -> dict[int, list[Picture]]:
    """The front pictures, and of what was `asked_for` all that show one choice only; by product, in their order."""
    wanted = Q(role=Media.Role.FRONT)
    if asked_for:
        wanted |= Q(product_id__in=asked_for, option__isnull=False) & ~Q(role=Media.Role.VIDEO)
    found: dict[int, list[Picture]] = {}
    for medium in Media.objects.filter(wanted, product_id__in=ids, is_live=True).order_by("product_id", "position"):
        found.setdefault(medium.product_id, []).append(picture_of(medium, language))
    return found


def _first_shown(pictures: Sequence[Picture], options: dict[str, str] | None) -> Picture | None:
    """Of a choice its own pictures first, as on the product page; and the front before the others."""
    fronts = [picture for picture in pictures if picture.role == Media.Role.FRONT]
    if options is None:
        return next(iter(fronts), None)
    own = [picture for picture in pictures if picture.shows(options)]
    return min(own or fronts, key=lambda each: (each.option is None, each.role != Media.Role.FRONT), default=None)


def rows_of(product_ids: Sequence[int], *, market_id: int) -> list[Row]:
    """The rows of these products in this order, without those that the market does not list. One statement."""
    found = {
        product_id: _row([product_id, 0, *rest])
        for product_id, *rest in Listing.objects.filter(product_id__in=product_ids, market_id=market_id).values_list(
            "product_id", "lowest", "highest", "currency", "is_available"
        )
    }
    return [found[product_id] for product_id in product_ids if product_id in found]


def first_rows(sources: Sequence[Source], *, count: int) -> list[list[Row]]:
    """The first rows of several lists, in one statement."""
    parts: list[str] = []
    parameters: list[Any] = []
    for number, source in enumerate(sources):
        sql, values = rows_statement(source, source.parts, Filters(), ORDERS["recommended"], None, count)
        parts.append(f"SELECT {number} AS n, y.* FROM ({sql}) y")  # noqa: S608
        parameters += values
    found: list[list[Row]] = [[] for _ in sources]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 3, 2", parameters)
            for number, *row in cursor.fetchall():
                found[number].append(_row(row))
    return found


def _ids(source: Source, filters: Filters) -> list[tuple[int, int]]:
    if not source.parts:
        return []
    return [(number, pk) for number, pk in rows_planned_anew(*ids_statement(source, filters, COUNTED + 1))]


def _read(source: Source, filters: Filters, order: Order, at: Cursor | None) -> Iterator[Row]:
    """PAGE + 1 rows, where there are so many."""
    left = PAGE + 1
    for parts in _in_turn(source, order, at):
        rows = rows_planned_anew(*rows_statement(source, parts, filters, order, at, left))
        yield from map(_row, rows)
        left -= len(rows)
        if not left:
            return


def _in_turn(source: Source, order: Order, at: Cursor | None) -> list[list[Part]]:
    """What one statement can look through: all parts at once, or those of a turn after those of another."""
    if not order.by_tier:
        return [list(source.parts)] if source.parts else []
    turns = [list(parts) for _, parts in groupby(source.parts, key=lambda part: part.turn)]
    return turns[::-1] if at is not None and at.is_backward else turns


def _row(row: Sequence[Any]) -> Row:
    product_id, key, lowest, highest, currency, is_available, *options = row
    return Row(
        product_id,
        int(key),
        Money(lowest, currency),
        highest > lowest,
        bool(is_available),
        # PostgreSQL keeps them in an order of its own.
        options=dict(sorted(json.loads(options[0]).items())) if options else {},
    )
