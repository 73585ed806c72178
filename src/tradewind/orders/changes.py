"""Named reads of how staff changed orders: which became which."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from tradewind.orders.models import Order, OrderChange, OrderLine
from tradewind.orders.states import OrderState

_Kind = OrderChange.Kind


def changes_of(order_id: int) -> list[OrderChange]:
    """All changes in which an order had a part, oldest first, each with both orders."""
    return list(_about(order_id).select_related("order", "other").order_by("pk"))


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


def has_other_part(order_id: int) -> bool:
    """Does a part of what was ordered together still stand, with its share of the discount?"""
    parts = Order.objects.filter(pk__in=bought_with(order_id), discount__lt=0)
    return parts.exclude(state=OrderState.CANCELLED).exists()


def taken_in(order_id: int) -> list[str]:
    """References of the orders that became part of this one, in one statement."""
    merged = OrderChange.objects.filter(order_id=order_id, kind=_Kind.MERGED).exclude(other__cart_key=None)
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


def _about(order_id: int) -> QuerySet[OrderChange]:
    return OrderChange.objects.filter(_has(order_id))


def _has(order_id: int) -> Q:
    return Q(order_id=order_id) | Q(other_id=order_id)
