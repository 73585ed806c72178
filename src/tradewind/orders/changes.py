"""Named reads of how staff changed orders: which became which, and whether somebody has seen it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from tradewind.orders.models import Order, OrderChange, OrderLine

_Kind = OrderChange.Kind


class GoodsNotSeen(Exception):
    """Staff have changed the goods since they were looked at."""


def changes_of(order_id: int) -> list[OrderChange]:
    """All changes in which an order had a part, oldest first, each with both orders."""
    return list(_about(order_id).select_related("order", "other").order_by("pk"))


def count_of_changes(order_id: int) -> int:
    return _about(order_id).count()


def changed_since(moment: datetime, order_ids: Sequence[int]) -> set[int]:
    """Those of the orders that were changed at this moment or later. One statement."""
    found = OrderChange.objects.filter(Q(order__in=order_ids) | Q(other__in=order_ids), made_at__gte=moment)
    pairs = found.values_list("order_id", "other_id")
    return {pk for pair in pairs for pk in pair if pk is not None} & set(order_ids)


def require_goods_seen(*, order_id: int, changes: int) -> None:
    """In the caller's transaction, which has the order's lock: its goods are those that show after so many changes.

    Raises GoodsNotSeen.
    """
    if count_of_changes(order_id) != changes:
        raise GoodsNotSeen(order_id)


def ids_of_changes(order_id: int) -> QuerySet[OrderChange, int]:
    """Their numbers, for a statement within another."""
    return _about(order_id).values_list("pk", flat=True)


def parts_of(order_id: int) -> list[Order]:
    """The other orders into which goods went that were ordered together with those of this one."""
    ids = {standing_for(each) for each in bought_with(order_id)} - {order_id}
    return list(Order.objects.filter(pk__in=ids).order_by("pk"))


def bought_with(order_id: int) -> set[int]:
    """The orders that were split off this one, and the one that it was split off."""
    changes = OrderChange.objects.filter(_has(order_id), kind=_Kind.SPLIT)
    return {pk for pair in changes.values_list("order_id", "other_id") for pk in pair if pk is not None} - {order_id}


def went_into(order_id: int) -> set[int]:
    """All orders in which goods of this one are or were, itself among them: parts of it, and what took it or them in."""
    return _follow(order_id, _way)


def came_from(order_id: int) -> set[int]:
    """The other way round: all orders whose goods are or were in this one, itself among them."""
    return _follow(order_id, lambda change: _way(change)[::-1])


def taken_in(order_id: int) -> list[str]:
    """References of the orders that became part of this one, in one statement."""
    parts = OrderChange.objects.filter(kind=_Kind.SPLIT).values("other_id")
    merged = OrderChange.objects.filter(order_id=order_id, kind=_Kind.MERGED).exclude(other_id__in=parts)
    return list(merged.order_by("pk").values_list("other__ref", flat=True))


def made_with(change: OrderChange) -> list[OrderChange]:
    """What was taken in at the same moment as this, itself among them, each with the other order."""
    same = OrderChange.objects.filter(order_id=change.order_id, kind=change.kind, made_at=change.made_at)
    return list(same.select_related("other").order_by("pk"))


def goods_by_order(order_ids: Sequence[int]) -> dict[int, list[OrderLine]]:
    """The goods of several orders, for pages that show them side by side. One statement."""
    found: dict[int, list[OrderLine]] = {pk: [] for pk in order_ids}
    lines = OrderLine.objects.filter(order__in=order_ids, kind=OrderLine.Kind.GOODS)
    for line in lines.order_by("order_id", "position", "pk"):
        found[line.order_id].append(line)
    return found


def standing_for(order_id: int) -> int:
    """The order that an order became part of, at the end of all mergers; itself where it became part of none."""
    seen = {order_id}
    while True:
        change = OrderChange.objects.filter(other_id=order_id, kind=_Kind.MERGED).order_by("-pk").first()
        if change is None or change.order_id in seen:
            return order_id
        order_id = change.order_id
        seen.add(order_id)


def _follow(order_id: int, way: Callable[[OrderChange], tuple[int, int]]) -> set[int]:
    found, new = {order_id}, {order_id}
    while new:
        changes = OrderChange.objects.filter(Q(order__in=new) | Q(other__in=new), kind__in=(_Kind.SPLIT, _Kind.MERGED))
        ends = [way(change) for change in changes]
        new = {end for start, end in ends if start in new} - found
        found |= new
    return found


def _way(change: OrderChange) -> tuple[int, int]:
    """From which order goods went into which."""
    pair = change.order_id, change.other_id or change.order_id
    return pair if change.kind == _Kind.SPLIT else pair[::-1]


def _about(order_id: int) -> QuerySet[OrderChange]:
    return OrderChange.objects.filter(_has(order_id))


def _has(order_id: int) -> Q:
    return Q(order_id=order_id) | Q(other_id=order_id)
