"""How many orders each of several filters finds, counted together: one statement for all views of somebody."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from tradewind.core.reach import Reach
from tradewind.core.rows import rows_planned_anew
from tradewind.orders.filtering import OrderFilters, find_matching
from tradewind.orders.models import Order


def count_each(filters: Sequence[OrderFilters], reach: Reach, *, limit: int) -> list[int]:
    """For each of the filters, which hold no words, how many orders it finds, counted to `limit` + 1. One statement.

    Each count ends at the limit by itself, so that a view of a million orders costs what one of a thousand does.
    """
    parts, parameters = [], []
    for each in filters:
        sql, values = _counting(find_matching(each, reach).orders, limit)
        parts.append(sql)
        parameters += values
    if not parts:
        return []
    return [int(count) for count in rows_planned_anew(f"SELECT {', '.join(parts)}", parameters)[0]]


def _counting(found: QuerySet[Order], limit: int) -> tuple[str, list[object]]:
    try:
        sql, parameters = found.order_by().values("pk")[: limit + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", []
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", list(parameters)  # noqa: S608  # Django's own statement
