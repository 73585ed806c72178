"""The statements behind lists, as text: what querysets make of a union of walks along an index sorts everything there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewind.catalog.models import AttributeValue, Listing, Price, PublishedVersion, Variant
from tradewind.core.rows import one_by_one

# Parts of a source come one after another by this much; places in `recommended` lie within half of it around zero.
TIER: Final = 2**42


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: a column of Listing. With `by_tier`, what stands in an earlier tier of the source comes first."""

    key: str
    column: str
    is_descending: bool = False
    by_tier: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """What ONE variant must have: of each group of choices one, a price within the bounds, stock if asked for.

    `rare` are the numbers of those groups that few products have: see browsing.weighed.
    """

    choices: tuple[tuple[int, ...], ...] = ()
    least: int | None = None
    most: int | None = None
    in_stock: bool = False
    rare: frozenset[int] = frozenset()

    @property
    def are_any(self) -> bool:
        return bool(self.choices or self.in_stock) or self.has_bounds

    @property
    def has_bounds(self) -> bool:
        return (self.least, self.most) != (None, None)

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
    """One walk: what is joined to `l`, a Listing, and under which condition.

    Parts of one `turn` are looked through in one statement, those of the next only where they do not fill a page.

    `test` says of one product what the join finds for all. Where the part `is_common`, it is asked along the order before
    the join is tried, which begins with all of the many that meet it.
    """

    condition: str
    parameters: tuple[Any, ...] = ()
    join: str = ""
    join_parameters: tuple[Any, ...] = ()
    tier: int = 0
    turn: int = 0
    test: "Part | None" = None
    is_common: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from. Its parts have no product in common; they stand by their tier.

    `whole` finds what all of them find, at once: for orders and counts that do not ask in which part a product is.
    """

    market_id: int
    language: str
    parts: tuple[Part, ...]
    whole: Part | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of what a source has, what meets the filters, in an order, from the beginning or from a place."""

    source: Source
    filters: Filters
    order: Order
    at: Cursor | None = None

    @property
    def way(self) -> str:
        """The direction in which the column is read."""
        return "DESC" if self.order.is_descending != (self.at is not None and self.at.is_backward) else "ASC"

    def ahead(self, part: Part) -> int:
        """By how much the keys of this part are ahead of what its column says."""
        return part.tier * TIER if self.order.by_tier else 0

    def behind(self, before: int) -> tuple[str, list[Any]]:
        """The condition that a row lies behind the place. `before` is what the keys of the part are ahead by."""
        if self.at is None:
            return "", []
        than = "<" if self.way == "DESC" else ">"
        return f" AND ({self.order.column}, l.product_id) {than} (%s, %s)", [self.at.key - before, self.at.product_id]


def rows_statement(wanted: Wanted, parts: Sequence[Part], most: int, *, within: int = 0) -> tuple[str, list[Any]]:
    """The first rows after (or before) a place. Each part stops after as many as the whole may have. With choices among
    the filters, a row ends with the options of the variant that meets them.

    `within` so many products of the order, each is tested, and more may stand behind them; else all hits are joined.
    """
    column, way = wanted.order.column, wanted.way
    walks: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        before = wanted.ahead(part)
        found, more = _tested(wanted, part, before, within) if within else _joined(wanted, part, before)
        key = f"{column} + {before}"
        # By the key, which no index has, where few are found: PostgreSQL would walk along the whole list for them.
        by = key if part.test and not within else column
        walks.append(
            f"SELECT * FROM (SELECT l.product_id, {key} AS k, l.lowest, l.highest, l.currency, l.net_content, l.is_available"  # noqa: S608
            f" FROM {found} ORDER BY {by} {way}, l.product_id {way} LIMIT {most}) x"
        )
        parameters += more
    by_key = f"ORDER BY 2 {way}, 1 {way}"
    statement = f"{' UNION ALL '.join(walks)} {by_key} LIMIT {most}"
    if not wanted.filters.choices:
        return statement, parameters
    # Asked of the rows that are left, not of all that the walks pass.
    meeting_one, more = _meeting_one(wanted.source, wanted.filters)
    return f"SELECT l.*, ({meeting_one}) FROM ({statement}) l {by_key}", [*more, *parameters]  # noqa: S608


def walked_statement(wanted: Wanted, parts: Sequence[Part], within: int) -> tuple[str, list[Any]]:
    """How many products a rows_statement `within` so many had to test at the most for any of its parts: one row, one number."""
    counts: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        walk, more = _walk(wanted, wanted.ahead(part), within)
        counts.append(f"SELECT COUNT(*) AS n FROM ({walk}) x")  # noqa: S608
        parameters += more
    return f"SELECT MAX(n) FROM ({' UNION ALL '.join(counts)}) y", parameters  # noqa: S608


def ids_statement(source: Source, parts: Sequence[Part], filters: Filters, most: int) -> tuple[str, list[Any]]:
    """(number of the part, product), so many in all, part after part."""
    walks: list[str] = []
    parameters: list[Any] = []
    for number, part in enumerate(parts):
        where, more = _where(source, filters, part)
        walks.append(
            f"SELECT * FROM (SELECT {number} AS n, l.product_id FROM {_LISTING} l {part.join} WHERE {where} LIMIT {most}) x"  # noqa: S608
        )
        parameters += more
    return f"{' UNION ALL '.join(walks)} LIMIT {most}", parameters


def frequencies_statement(groups: Sequence[Sequence[int]], most: int) -> tuple[str, list[Any]]:
    """How often each of these groups of choices occurs, counted up to `most`: one row."""
    counts = [
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM {_VALUE} a WHERE a.choice_id IN ({_marks(group)}) LIMIT {most}) x)"  # noqa: S608
        for group in groups
    ]
    return f"SELECT {', '.join(counts)}", [choice for group in groups for choice in group]


def _joined(wanted: Wanted, part: Part, before: int) -> tuple[str, list[Any]]:
    where, parameters = _where(wanted.source, wanted.filters, part)
    behind, place = wanted.behind(before)
    return f"{_LISTING} l {part.join} WHERE {where}{behind}", [*parameters, *place]


def _tested(wanted: Wanted, part: Part, before: int, within: int) -> tuple[str, list[Any]]:
    walk, parameters = _walk(wanted, before, within)
    test = part.test or part
    shown, more = _shown(wanted.source, wanted.filters)
    return f"({walk}) l WHERE {test.condition} AND {shown}", [*parameters, *test.parameters, *more]


def _walk(wanted: Wanted, before: int, within: int) -> tuple[str, list[Any]]:
    """The next products along the order, of those that the filters let pass by what stands beside them."""
    where, parameters = _listed(wanted.source, wanted.filters)
    behind, place = wanted.behind(before)
    by = f"{wanted.order.column} {wanted.way}, l.product_id {wanted.way}"
    walk = f"SELECT * FROM {_LISTING} l WHERE {where}{behind} ORDER BY {by} LIMIT {within}"  # noqa: S608
    return walk, [*parameters, *place]


def _where(source: Source, filters: Filters, part: Part) -> tuple[str, list[Any]]:
    listed, parameters = _listed(source, filters)
    shown, more = _shown(source, filters)
    return f"{part.condition} AND {listed} AND {shown}", [
        *part.join_parameters,
        *part.parameters,
        *parameters,
        *more,
    ]


def _listed(source: Source, filters: Filters) -> tuple[str, list[Any]]:
    conditions = [("l.market_id = %s", (source.market_id,)), *_of_products(filters)]
    return _all_of(conditions)


def _shown(source: Source, filters: Filters) -> tuple[str, list[Any]]:
    conditions: list[tuple[str, Sequence[Any]]] = [(one_by_one(_PUBLISHED), (source.language,))]
    if filters.need_one_variant:
        met, values = _met_by_one(filters)
        one = f"SELECT 1 FROM {_VARIANT} v JOIN {_PRICE} p ON p.variant_id = v.id AND p.market_id = l.market_id WHERE {met}"  # noqa: S608
        conditions.append((one_by_one(one), values))
    return _all_of(conditions)


def _all_of(conditions: Sequence[tuple[str, Sequence[Any]]]) -> tuple[str, list[Any]]:
    return " AND ".join(condition for condition, _ in conditions), [
        value for _, values in conditions for value in values
    ]


def _meeting_one(source: Source, filters: Filters) -> tuple[str, list[Any]]:
    """The options of the first variant of `l` that meets the filters, before it those that can be bought."""
    met, values = _met_by_one(filters)
    priced = f"{_VARIANT} v JOIN {_PRICE} p ON p.variant_id = v.id AND p.market_id = %s"
    by = "CASE WHEN v.available > 0 THEN 0 ELSE 1 END, v.position, v.id"
    sql = f"SELECT CAST(v.options AS text) FROM {priced} WHERE {met} ORDER BY {by} LIMIT 1"  # noqa: S608
    return sql, [source.market_id, *values]


def _met_by_one(filters: Filters) -> tuple[str, list[Any]]:
    return _all_of([("v.product_id = l.product_id", ()), *_of_variants(filters)])


def _of_products(filters: Filters) -> Iterator[tuple[str, Sequence[Any]]]:
    """What a product must have so that one of its variants can have it all: cheap, and decides for most products."""
    if filters.in_stock:
        yield "l.is_available", ()
    if filters.least is not None:
        yield "l.highest >= %s", (filters.least,)
    if filters.most is not None:
        yield "l.lowest <= %s", (filters.most,)
    for number, group in enumerate(filters.choices):
        held = f"SELECT a.product_id FROM {_VALUE} a WHERE a.choice_id IN ({_marks(group)})"  # noqa: S608
        # A database begins with what IN lists.
        is_rare = number in filters.rare
        yield (f"l.product_id IN ({held})" if is_rare else one_by_one(f"{held} AND {_SAME}")), group


def _of_variants(filters: Filters) -> Iterator[tuple[str, Sequence[Any]]]:
    yield "v.is_offered", ()
    if filters.in_stock:
        yield "v.available > 0", ()
    for bound, sign in ((filters.least, ">="), (filters.most, "<=")):
        if bound is not None:
            yield f"p.amount {sign} %s", (bound,)
    for group in filters.choices:
        of_it = f"{_SAME} AND a.choice_id IN ({_marks(group)}) AND (a.variant_id IS NULL OR a.variant_id = v.id)"
        yield f"EXISTS (SELECT 1 FROM {_VALUE} a WHERE {of_it})", group  # noqa: S608


def _marks(values: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(values))


_LISTING: Final = Listing._meta.db_table
_VALUE: Final = AttributeValue._meta.db_table
_VARIANT: Final = Variant._meta.db_table
_PRICE: Final = Price._meta.db_table
_SAME: Final = "a.product_id = l.product_id"
_PUBLISHED: Final = (
    f"SELECT 1 FROM {PublishedVersion._meta.db_table} t"  # noqa: S608
    " WHERE t.product_id = l.product_id AND t.language = %s AND t.is_current"
)
