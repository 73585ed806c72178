"""Pages of lists: which products of a category, or of what a search found, in which order, 24 at a time, by key.

The statements (catalog.list_statements) walk along one index per part of the source and stop when the page is full, so a
page costs about the same in a large shop as in a small one.
"""

import json
from collections import Counter
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
    Wanted,
    frequencies_statement,
    ids_statement,
    rows_statement,
    walked_statement,
)
from tradewind.catalog.models import Listing, Media, PublishedVersion
from tradewind.catalog.queries import Picture, ProductCard, picture_of
from tradewind.core.rows import rows_planned_anew
from tradewind.lib.money import Money

PAGE: Final = 24
COUNTED: Final = 1000
# Of so many hits at least, testing one product after the other soon meets a page of them. Where it does not, as where cheap
# goods have no word of dear ones, it ends after so many, and begins with the hits.
_COMMON: Final = 500
_WALKED: Final = 5_000
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
    net_content: str
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
    """The first COUNTED + 1 products of what a search found, and the source that knows of what there is much. One statement.

    Parts that were counted to their end are few, and one statement looks through them all. Behind the part at which the
    counting ended nobody knows, and hardly anybody comes there.
    """
    found = _ids(source.parts, source, Filters())
    counted = Counter(number for number, _ in found)
    last = found[-1][0] if len(found) > COUNTED else len(source.parts)
    few = [replace(part, turn=0) for number, part in enumerate(source.parts[:last]) if counted[number]]
    many = [replace(part, turn=1 + number) for number, part in enumerate(source.parts[last:])]
    if many:
        many[0] = replace(many[0], is_common=counted[last] >= _COMMON)
    parts = (*few, *many)
    return replace(source, parts=parts, whole=source.whole if parts else None), [pk for _, pk in found]


def page_of(source: Source, filters: Filters, order: Order, cursor: Cursor | None = None) -> Page:
    """One page, in one statement (by tiers: one for each of their turns until it is full); the first one where nothing is left at the
    cursor.
    """
    rows = list(_read(Wanted(source, filters, order, cursor)))
    if cursor is not None and cursor.is_backward:
        if len(rows) <= PAGE:  # the list begins within this page: then it is the first one, and full
            return page_of(source, filters, order)
        return Page(rows[:PAGE][::-1], has_earlier=True, has_later=True)
    if cursor is not None and not rows:
        return page_of(source, filters, order)
    return Page(rows[:PAGE], has_earlier=cursor is not None, has_later=len(rows) > PAGE)


def count_of(source: Source, filters: Filters) -> int:
    """How many products there are, exactly up to COUNTED; one more than that stands for all that is above."""
    parts = (source.whole,) if source.whole and filters.are_any else source.parts
    return len(_ids(parts, source, filters))


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
            net_content=row.net_content,
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
            "product_id", "lowest", "highest", "currency", "net_content", "is_available"
        )
    }
    return [found[product_id] for product_id in product_ids if product_id in found]


def first_rows(sources: Sequence[Source], *, count: int) -> list[list[Row]]:
    """The first rows of several lists, in one statement."""
    parts: list[str] = []
    parameters: list[Any] = []
    for number, source in enumerate(sources):
        sql, values = rows_statement(Wanted(source, Filters(), ORDERS["recommended"]), source.parts, count)
        parts.append(f"SELECT {number} AS n, y.* FROM ({sql}) y")  # noqa: S608
        parameters += values
    found: list[list[Row]] = [[] for _ in sources]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 3, 2", parameters)
            for number, *row in cursor.fetchall():
                found[number].append(_row(row))
    return found


def _ids(parts: Sequence[Part], source: Source, filters: Filters) -> list[tuple[int, int]]:
    if not parts:
        return []
    return [(number, pk) for number, pk in rows_planned_anew(*ids_statement(source, parts, filters, COUNTED + 1))]


def _read(wanted: Wanted) -> Iterator[Row]:
    """PAGE + 1 rows, where there are so many."""
    left = PAGE + 1
    for parts in _in_turn(wanted):
        rows = _tested(wanted, parts, left) if any(part.is_common for part in parts) else None
        if rows is None:
            rows = rows_planned_anew(*rows_statement(wanted, parts, left))
        yield from map(_row, rows)
        left -= len(rows)
        if not left:
            return


def _tested(wanted: Wanted, parts: Sequence[Part], most: int) -> list[tuple[Any, ...]] | None:
    """The rows, where testing the next products along the order tells them; None where more may stand behind these."""
    rows = rows_planned_anew(*rows_statement(wanted, parts, most, within=_WALKED))
    if len(rows) == most:
        return rows
    [(walked,)] = rows_planned_anew(*walked_statement(wanted, parts, _WALKED))
    return rows if walked < _WALKED else None


def _in_turn(wanted: Wanted) -> list[list[Part]]:
    """What one statement can look through: all parts at once, or those of a turn after those of another."""
    source = wanted.source
    if not wanted.order.by_tier and source.whole:
        return [[replace(source.whole, is_common=any(part.is_common for part in source.parts))]]
    if not wanted.order.by_tier:
        return [list(source.parts)] if source.parts else []
    turns = [list(parts) for _, parts in groupby(source.parts, key=lambda part: part.turn)]
    return turns[::-1] if wanted.at is not None and wanted.at.is_backward else turns


def _row(row: Sequence[Any]) -> Row:
    product_id, key, lowest, highest, currency, net_content, is_available, *options = row
    return Row(
        product_id,
        int(key),
        Money(lowest, currency),
        highest > lowest,
        net_content,
        bool(is_available),
        # PostgreSQL keeps them in an order of its own.
        options=dict(sorted(json.loads(options[0]).items())) if options else {},
    )
