"""Goods that go once more because of a case: by which order, and whose money it is that was paid for them.

The order with which they go costs nothing. It names the case, as do the parts into which it is split, so that each case leads to
them and they lead back to the case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.shipping.models import Trouble

# The goods of one case go again so often, where each time the order was cancelled.
_MOST_AGAIN: Final = 5


def sent_again(case: Trouble) -> Order | None:
    """The order with which its goods go once more, because of this case or another of the same parcel."""
    cases = list(_same_goods(case).values_list("pk", flat=True))
    live = Order.objects.filter(case_id__in=cases).exclude(state=OrderState.CANCELLED)
    return live.order_by("pk").first()


def again_key(trouble_id: int) -> str | None:
    """Of the order with which the goods of a case go once more; another one after that was cancelled. None after too many."""
    keys = _again_keys(trouble_id)
    used = set(Order.objects.filter(cart_key__in=keys).values_list("cart_key", flat=True))
    return next((key for key in keys if key not in used), None)


def case_behind(order: Order) -> Trouble | None:
    """The case because of which an order goes, with its own order and parcel; None for every other order."""
    if order.case_id is None:
        return None
    return Trouble.objects.select_related("order__account", "parcel").filter(pk=order.case_id).first()


def cases_behind(order: Order) -> list[Trouble]:
    """The same up to the order that was paid for, the nearest first: what went again may have gone again itself."""
    found: list[Trouble] = []
    while (case := case_behind(order)) is not None:
        found.append(case)
        order = case.order
    return found


def paid_order(order: Order) -> Order:
    """The order with which its goods were paid for: itself, unless they go once more."""
    behind = cases_behind(order)
    return behind[-1].order if behind else order


def cases_about(order: Order) -> list[Trouble]:
    """All cases of the goods that were paid for with it, also where they went once more."""
    found: list[Trouble] = []
    orders = [order.pk]
    while orders:
        cases = list(Trouble.objects.filter(order_id__in=orders).order_by("pk"))
        found += cases
        again = Order.objects.filter(case_id__in=[case.pk for case in cases])
        orders = list(again.order_by("pk").values_list("pk", flat=True))
    return found


def other_parts(order: Order) -> list[Order]:
    """The others with which goods go once more because of the same case: it was split."""
    if order.case_id is None:
        return []
    live = Order.objects.filter(case_id=order.case_id).exclude(state__in=[OrderState.CANCELLED, OrderState.MERGED])
    return list(live.exclude(pk=order.pk).order_by("pk"))


def at_source(order: Order, units: Mapping[int, int], behind: Trouble) -> Counter[int]:
    """So many of each line of an order as units of the lines of which they were sent again."""
    left = _sent(behind)
    lines: Iterable[OrderLine] = behind.order.lines.filter(pk__in=left).order_by("position", "pk")
    sources = [(line.pk, line.variant_id) for line in lines]
    found = Counter[int]()
    for line in order.lines.filter(pk__in=units).order_by("position", "pk"):
        wanted = units[line.pk]
        for pk, variant_id in sources:
            if variant_id == line.variant_id:
                taken = min(wanted, left[pk])
                found[pk] += taken
                left[pk] -= taken
                wanted -= taken
    return found


def _sent(case: Trouble) -> Counter[int]:
    """What lay in its parcel, units by line."""
    units = Counter[int]()
    if case.parcel is not None:
        for line_id, quantity in case.parcel.lines.values_list("line_id", "quantity"):
            units[line_id] += quantity
    return units


def _again_keys(trouble_id: int) -> list[str]:
    return [f"trouble-{trouble_id}", *(f"trouble-{trouble_id}-{number}" for number in range(2, _MOST_AGAIN + 1))]


def _same_goods(case: Trouble) -> QuerySet[Trouble]:
    """All cases of the goods in its parcel, under whatever label."""
    if case.parcel is None:
        return Trouble.objects.filter(pk=case.pk)
    of_parcel = Q(parcel=case.parcel)
    if case.parcel.departure is not None:
        of_parcel |= Q(parcel__order=case.order_id, parcel__departure=case.parcel.departure)
    return Trouble.objects.filter(of_parcel).order_by("pk")
