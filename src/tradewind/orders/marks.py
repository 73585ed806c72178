"""What staff have put on orders, for lists: why an order is kept back, its tags, and whether somebody has noted something."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tradewind.orders.holding import is_kept
from tradewind.orders.models import Order, OrderHold, OrderNote, Tagging


@dataclass(frozen=True, slots=True)
class Marks:
    held_for: str = ""  # a code of orders.holding while the order is kept back
    tags: tuple[str, ...] = ()
    has_note: bool = False


NO_MARKS: Final = Marks()


def marking(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Let the orders' own statement bring along what `marks_of` needs."""
    hold = OrderHold.objects.filter(order=OuterRef("pk"), released_at=None).values("reason")[:1]
    return orders.annotate(mark_hold=Subquery(hold), mark_note=Exists(OrderNote.objects.filter(order=OuterRef("pk"))))


def marks_of(orders: Sequence[Order]) -> dict[int, Marks]:
    """By the orders' numbers, of orders that were read with `marking`. One statement."""
    tags: dict[int, list[str]] = defaultdict(list)
    named = Tagging.objects.filter(order__in=[order.pk for order in orders]).order_by("tag__key", "tag_id")
    for order_id, name in named.values_list("order_id", "tag__name"):
        tags[order_id].append(name)
    return {
        order.pk: Marks(
            vars(order)["mark_hold"] or "" if is_kept(order) else "", tuple(tags[order.pk]), vars(order)["mark_note"]
        )
        for order in orders
    }
