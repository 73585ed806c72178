"""How many orders each of several filters finds, counted together: one statement for the list and all views of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from tradewind.core.reach import Reach
from tradewind.core.rows import rows_planned_anew
from tradewind.orders.filtering import WALKED, OrderFilters, find_matching
from tradewind.orders.models import Order


@dataclass(frozen=True, slots=True)
class Count:
    """How many were found, and whether that is all of them."""

    number: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the list that is shown, to the limit and one more; of each of the others; and of each of further rows, as the first."""

    shown: int
    others: list[Count]
    further: list[int]


def count_each(
    shown: OrderFilters | None,
    others: Sequence[OrderFilters],
    reach: Reach,
    *,
    limit: int,
    further: Sequence[QuerySet[Any]] = (),
) -> Counts:
    """How many the list that is shown finds, how many each of the others, none of them with words, and further rows. One statement.

    Each count ends at the limit by itself, so that one of a million orders costs what one of a thousand does. Where no
    index leads to those that are meant, only the newest are looked at for the others.
    """
    parts, parameters = [], []
    everything = [(shown, None), *((each, _narrower(each)) for each in others)]
    for wanted, among in everything:
        found = find_matching(wanted, reach).orders if wanted is not None else Order.objects.none()
        walk = find_matching(among, reach).orders.order_by("-placed_at", "-id")[:WALKED] if among is not None else None
        if walk is not None:
            found = found.filter(pk__in=walk.values("pk"))
        for counted, most in ((found, limit + 1), (walk, WALKED)):
            sql, values = _counting(counted, most)
            parts.append(sql)
            parameters += values
    for rows in further:
        sql, values = _counting(rows, limit + 1)
        parts.append(sql)
        parameters += values
    row = rows_planned_anew(f"SELECT {', '.join(parts)}", parameters)[0]
    pairs = [(row[place], row[place + 1]) for place in range(0, 2 * len(everything), 2)]
    counts = [Count(min(n, limit), n <= limit and walked < WALKED) for n, walked in pairs[1:]]
    return Counts(int(pairs[0][0]), counts, [int(each) for each in row[2 * len(everything) :]])


def _narrower(wanted: OrderFilters) -> OrderFilters | None:
    """Filters that an index answers, where it does not answer all of these: few may be meant, and far apart."""
    if wanted.is_held or wanted.tag_id or wanted.has_note or wanted.buyer_id:
        return None  # lists of their own lead there
    narrower = replace(wanted, kind="")
    if narrower.country and (narrower.account_id or narrower.state):
        narrower = replace(narrower, country="")
    return narrower if narrower != wanted else None


def _counting(found: QuerySet[Any] | None, most: int) -> tuple[str, list[object]]:
    if found is None:
        return "0", []
    try:
        rows = found.values("pk") if found.query.is_sliced else found.order_by().values("pk")[:most]
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return "0", []
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", list(parameters)  # noqa: S608  # Django's own statement
