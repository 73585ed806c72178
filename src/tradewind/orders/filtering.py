"""Narrowing the list of orders, so that a page of it costs about the same in a small shop and in a large one.

Words that few orders hold are looked up first, and the list is of these. Words that many hold are asked of one order after the
other along the list: a page of them is met soon, where looking all of them up would take seconds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from tradewind.core import search
from tradewind.core.reach import Reach
from tradewind.core.rows import one_of
from tradewind.orders.holding import HOLDABLE
from tradewind.orders.models import Order, OrderNote, Tagging
from tradewind.orders.searching import KIND

# Of so many hits the list is made; more are many.
FEW: Final = 5_000
# How many orders are asked for words that many hold, for their count alone.
WALKED: Final = 5_000


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What the list is narrowed to; an empty value does not narrow. Periods are half-open."""

    state: str = ""
    kind: str = ""
    country: str = ""
    account_id: int | None = None
    buyer_id: int | None = None
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    text: str = ""
    is_held: bool = False
    tag_id: int | None = None
    has_note: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """`orders` are those that match, `asked` those of which one after the other is asked for its words, where many hold them."""

    orders: QuerySet[Order]
    asked: QuerySet[Order] | None = None

    def counted(self, limit: int) -> tuple[int, bool]:
        """How many match, up to `limit`, and whether that is all of them. Two statements at most."""
        if self.asked is None:
            count = self.orders.order_by()[: limit + 1].count()
            return min(count, limit), count <= limit
        walked = self.asked.order_by("-placed_at", "-id")[:WALKED]
        count = self.orders.order_by().filter(pk__in=walked.values("pk"))[: limit + 1].count()
        is_all = count <= limit and self.asked.order_by()[: WALKED + 1].count() <= WALKED
        return min(count, limit), is_all


def find_matching(filters: OrderFilters, reach: Reach) -> Matching:
    """One statement, where there are words to look up."""
    narrowed = reach.of(_without_words(filters))
    if not filters.text:
        return Matching(narrowed)
    few = search.ids_if_few(filters.text, kind=KIND, most=FEW)
    if few is not None:
        condition, parameters = one_of("orders_order.id", few)
    else:
        condition, parameters = search.held_by(filters.text, "orders_order.id", kind=KIND)
    holding = narrowed.extra(where=[condition], params=parameters)  # noqa: S610  # what was typed is a parameter
    return Matching(holding, asked=narrowed if few is None else None)


def _without_words(filters: OrderFilters) -> QuerySet[Order]:
    exact = {
        "state": filters.state,
        "kind": filters.kind,
        "country": filters.country,
        "account_id": filters.account_id,
        "buyer_id": filters.buyer_id,
        "placed_at__gte": filters.placed_from,
        "placed_at__lt": filters.placed_until,
    }
    found = Order.objects.filter(**{name: value for name, value in exact.items() if value not in {"", None}})
    if filters.is_held:
        found = found.filter(held_at__isnull=False, state__in=HOLDABLE)
    if filters.tag_id:
        found = found.filter(pk__in=Tagging.objects.filter(tag_id=filters.tag_id).values("order_id"))
    if filters.has_note:
        found = found.filter(pk__in=OrderNote.objects.values("order_id"))
    return found
