"""What staff have put on orders, for lists: why an order is kept back, its tags, and whether somebody has noted something."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tradewind.orders.holding import is_kept
from tradewind.orders.models import Order, OrderHold, OrderNote, Tagging


@dataclass(frozen=True, slots=True)
class Marks:
    held_for: str = ""  # a code of orders.holding while the order is kept back
    tags: tuple[str, ...] = ()
    has_note: bool = False


NO_MARKS: Final = Marks()


def marks_of(orders: Sequence[Order]) -> dict[int, Marks]:
    """By the orders' numbers. Two statements, and one more where an order is kept back."""
    ids = [order.pk for order in orders]
    kept = [order.pk for order in orders if is_kept(order)]
    holds = OrderHold.objects.filter(order__in=kept, released_at=None).values_list("order_id", "reason")
    held_for = dict(holds) if kept else {}
    tags: dict[int, list[str]] = defaultdict(list)
    for order_id, name in (
        Tagging.objects.filter(order__in=ids).order_by("tag__key", "tag_id").values_list("order_id", "tag__name")
    ):
        tags[order_id].append(name)
    noted = set(OrderNote.objects.filter(order__in=ids).values_list("order_id", flat=True))
    return {pk: Marks(held_for.get(pk, ""), tuple(tags[pk]), pk in noted) for pk in ids}
