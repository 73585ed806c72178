"""Pages of lists: which products of a category, or of what a search found, in which order, 24 at a time, by key.

The statements are text. They walk along one index per category of the subtree and stop when the page is full; what
querysets make of a union of such walks sorts everything that there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from tradewind.catalog.models import AttributeValue, Listing, Media, Price, PublishedVersion, Variant
from tradewind.catalog.queries import Picture, ProductCard, picture_of
from tradewind.lib.money import Money

PAGE: Final = 24
COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: a column of Listing, or an expression over it."""

    key: str
    column: str
    is_descending: bool = False


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
class Filters:
    """What ONE variant must have: of each group of choices one, a price within the bounds, stock if asked for."""

    choices: tuple[tuple[int, ...], ...] = ()
    least: int | None = None
    most: int | None = None
    in_stock: bool = False

    @property
    def are_any(self) -> bool:
        return bool(self.choices or self.in_stock) or (self.least, self.most) != (None, None)

    @property
    def need_one_variant(self) -> bool:
        """Is there more than one wish, so that it matters whether one variant has them all?"""
        prices = [bound for bound in (self.least, self.most) if bound is not None]
        # A choice alone as well: the variant that has it must have a price in the market.
        return bool(self.choices) or len(prices) + self.in_stock > 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the sort key and the product beside it. `is_backward` asks for what stands before it."""

    key: int
    product_id: int
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One walk: what is joined to `l`, a Listing, and under which condition."""

    condition: str
    parameters: tuple[Any, ...] = ()
    join: str = ""
    join_parameters: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from. Its parts have no product in common."""

    market_id: int
    language: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    product_id: int
    key: int
    lowest: Money
    has_range: bool
    is_available: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row] = field(default_factory=list)
    has_earlier: bool = False
    has_later: bool = False


def shelf_source(category_ids: Sequence[int], *, market_id: int, language: str) -> Source:
    """What stands in these categories."""
    return Source(market_id, language, tuple(Part("l.category_id = %s", (pk,)) for pk in category_ids))


def page_of(source: Source, filters: Filters, order: Order, cursor: Cursor | None = None) -> Page:
    """One page, in one statement; the first one where nothing is left at the cursor."""
    rows = _read(source, filters, order, cursor)
    if cursor is not None and cursor.is_backward:
        if len(rows) <= PAGE:  # the list begins within this page: then it is the first one, and full
            return page_of(source, filters, order)
        return Page(rows[:PAGE][::-1], has_earlier=True, has_later=True)
    if cursor is not None and not rows:
        return page_of(source, filters, order)
    return Page(rows[:PAGE], has_earlier=cursor is not None, has_later=len(rows) > PAGE)


def count_of(source: Source, filters: Filters) -> int:
    """How many products there are, exactly up to COUNTED; one more than that stands for all that is above."""
    return len(ids_of(source, filters))


def ids_of(source: Source, filters: Filters) -> list[int]:
    """The first COUNTED + 1 products of a list, in no order."""
    if not source.parts:
        return []
    parts: list[str] = []
    parameters: list[Any] = []
    for part in source.parts:
        where, more = _where(source, filters, part)
        parts.append(
            f"SELECT * FROM (SELECT l.product_id FROM {_LISTING} l {part.join} WHERE {where} LIMIT {COUNTED + 1}) x"  # noqa: S608
        )
        parameters += more
    sql = f"{' UNION ALL '.join(parts)} LIMIT {COUNTED + 1}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def cards_of(rows: Sequence[Row], language: str) -> list[ProductCard]:
    """The cards of a page, in two statements."""
    ids = [row.product_id for row in rows]
    published = PublishedVersion.objects.filter(product_id__in=ids, language=language, is_current=True)
    texts = {
        pk: (slug, content) for pk, slug, content in published.values_list("product_id", "product__slug", "content")
    }
    fronts: dict[int, Picture] = {}
    for medium in Media.objects.filter(product_id__in=ids, role=Media.Role.FRONT, is_live=True).order_by("-position"):
        fronts[medium.product_id] = picture_of(medium, language)
    return [
        ProductCard(
            slug=texts[row.product_id][0],
            title=texts[row.product_id][1]["title"],
            lowest=row.lowest,
            has_range=row.has_range,
            is_available=row.is_available,
            picture=fronts.get(row.product_id),
        )
        for row in rows
        if row.product_id in texts
    ]


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
        sql, values = _select(source, Filters(), ORDERS["recommended"], None, count)
        parts.append(f"SELECT {number} AS n, y.* FROM ({sql}) y")  # noqa: S608
        parameters += values
    found: list[list[Row]] = [[] for _ in sources]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 3, 2", parameters)
            for number, *row in cursor.fetchall():
                found[number].append(_row(row))
    return found


def _read(source: Source, filters: Filters, order: Order, at: Cursor | None) -> list[Row]:
    if not source.parts:
        return []
    sql, parameters = _select(source, filters, order, at, PAGE + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: Sequence[Any]) -> Row:
    product_id, key, lowest, highest, currency, is_available = row
    return Row(product_id, int(key), Money(lowest, currency), highest > lowest, bool(is_available))


def _select(source: Source, filters: Filters, order: Order, at: Cursor | None, most: int) -> tuple[str, list[Any]]:
    """The first rows after (or before) a place. Each part stops after as many as the whole may have."""
    is_down = order.is_descending != (at is not None and at.is_backward)
    way, than = ("DESC", "<") if is_down else ("ASC", ">")
    parts: list[str] = []
    parameters: list[Any] = []
    for part in source.parts:
        where, more = _where(source, filters, part)
        if at is not None:
            where += f" AND ({order.column}, l.product_id) {than} (%s, %s)"
            more += [at.key, at.product_id]
        parts.append(
            f"SELECT * FROM (SELECT l.product_id, {order.column} AS k, l.lowest, l.highest, l.currency, l.is_available"  # noqa: S608
            f" FROM {_LISTING} l {part.join} WHERE {where} ORDER BY {order.column} {way}, l.product_id {way} LIMIT {most}) x"
        )
        parameters += more
    return f"{' UNION ALL '.join(parts)} ORDER BY 2 {way}, 1 {way} LIMIT {most}", parameters


def _where(source: Source, filters: Filters, part: Part) -> tuple[str, list[Any]]:
    sql = f"l.market_id = %s AND {part.condition}"
    parameters = [*part.join_parameters, source.market_id, *part.parameters]
    for condition, values in _of_products(filters):
        sql += f" AND {condition}"
        parameters += values
    sql += f" AND EXISTS ({_IS_PUBLISHED})"
    parameters.append(source.language)
    if not filters.need_one_variant:
        return sql, parameters
    conditions = list(_of_variants(filters))
    one = f"SELECT 1 FROM {_VARIANT} v JOIN {_PRICE} p ON p.variant_id = v.id AND p.market_id = l.market_id"  # noqa: S608
    sql += f" AND EXISTS ({one} WHERE v.product_id = l.product_id AND {' AND '.join(c for c, _ in conditions)})"
    return sql, [*parameters, *(value for _, values in conditions for value in values)]


def _of_products(filters: Filters) -> Iterator[tuple[str, Sequence[Any]]]:
    """What a product must have so that one of its variants can have it all: cheap, and decides for most products."""
    if filters.in_stock:
        yield "l.is_available", ()
    if filters.least is not None:
        yield "l.highest >= %s", (filters.least,)
    if filters.most is not None:
        yield "l.lowest <= %s", (filters.most,)
    for group in filters.choices:
        marks = ", ".join(["%s"] * len(group))
        yield f"l.product_id IN (SELECT a.product_id FROM {_VALUE} a WHERE a.choice_id IN ({marks}))", group  # noqa: S608


def _of_variants(filters: Filters) -> Iterator[tuple[str, Sequence[Any]]]:
    yield "v.is_offered", ()
    if filters.in_stock:
        yield "v.available > 0", ()
    for bound, sign in ((filters.least, ">="), (filters.most, "<=")):
        if bound is not None:
            yield f"p.amount {sign} %s", (bound,)
    for group in filters.choices:
        marks = ", ".join(["%s"] * len(group))
        of_it = f"a.product_id = l.product_id AND a.choice_id IN ({marks}) AND (a.variant_id IS NULL OR a.variant_id = v.id)"
        yield f"EXISTS (SELECT 1 FROM {_VALUE} a WHERE {of_it})", group  # noqa: S608


_LISTING: Final = Listing._meta.db_table
_VALUE: Final = AttributeValue._meta.db_table
_VARIANT: Final = Variant._meta.db_table
_PRICE: Final = Price._meta.db_table
_IS_PUBLISHED: Final = (
    f"SELECT 1 FROM {PublishedVersion._meta.db_table} t"  # noqa: S608
    " WHERE t.product_id = l.product_id AND t.language = %s AND t.is_current"
)
