"""Orders that belong together: split off one another, or taken in by one another. Their papers are reckoned as one.

Splitting and merging only move what was invoiced from one order to another, so that no paper is needed for either. That the
sums of all of them are right is what counts, whichever of them a paper was written for.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.orders.changes import standing_for
from tradewind.orders.models import Order, OrderChange
from tradewind.orders.states import OrderState

_GONE: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})


def family_of(order_ids: Iterable[int]) -> set[int]:
    """These orders and all that belong to them, across any number of changes."""
    found = set(order_ids)
    fresh = set(found)
    kinds = (OrderChange.Kind.SPLIT, OrderChange.Kind.MERGED)
    while fresh:
        near = OrderChange.objects.filter(Q(order_id__in=fresh) | Q(other_id__in=fresh), kind__in=kinds)
        pairs = near.values_list("order_id", "other_id")
        fresh = {pk for pair in pairs for pk in pair if pk is not None} - found
        found |= fresh
    return found


def held_family(order_id: int) -> list[Order]:
    """The family of an order under its locks, in the order in which everybody takes them. Raises Order.DoesNotExist."""
    ids = family_of([order_id])
    while True:
        rows = _with_account(ids).select_for_update(of=("self",))
        found = list(rows)
        grown = family_of(ids)
        if grown == ids:
            return _known(found, order_id)
        ids = grown  # somebody split or merged while we waited


def looked_at_family(order_id: int) -> list[Order]:
    """The same without locks, for pages. Raises Order.DoesNotExist."""
    return _known(list(_with_account(family_of([order_id]))), order_id)


def standing(family: Iterable[Order]) -> list[Order]:
    """Those that are still owed or paid for."""
    return [order for order in family if OrderState(order.state) not in _GONE]


def paying(family: Iterable[Order]) -> list[int]:
    """Those whose payments are for what stands: also the ones that were taken in, with what went back of theirs before."""
    family = list(family)
    there = {order.pk for order in standing(family)}
    merged = [order.pk for order in family if order.state == OrderState.MERGED]
    return sorted(there | {pk for pk in merged if standing_for(pk) in there})


def writer(family: Iterable[Order], order_id: int) -> Order:
    """The order that a paper asked for on this one is written for: what has become of it, where it was taken in."""
    there = standing_for(order_id)
    return next(order for order in family if order.pk == there)


def _with_account(ids: Iterable[int]) -> QuerySet[Order]:
    return Order.objects.select_related("account").filter(pk__in=list(ids)).order_by("pk")


def _known(found: list[Order], order_id: int) -> list[Order]:
    if not any(order.pk == order_id for order in found):
        raise Order.DoesNotExist
    return found
