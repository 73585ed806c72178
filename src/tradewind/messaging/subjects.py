"""What letters are about, and the order that stands behind each: the one list of it."""

from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Model, Q, QuerySet

from tradewind.core.models import SignedLink
from tradewind.orders.changes import ids_of_changes
from tradewind.orders.models import AddressChange, OrderChange, OrderHold
from tradewind.payments.models import Refund
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel, Trouble

ORDER: Final = "order"
ORDER_LINK: Final = "order_link"
CHANGE: Final = "order_change"
REFUND: Final = "refund"
PROMISE: Final = "promise"
# Rows that know their order.
_OF_ORDERS: Final[dict[str, type[Model]]] = {
    "address_change": AddressChange,
    "order_hold": OrderHold,
    CHANGE: OrderChange,
    "parcel": Parcel,
    "trouble": Trouble,
}


def about_order(order_id: int) -> Q:
    """Letters about an order, and about what happened to it. New links to it are none: they say nothing."""
    found = Q(subject_kind=ORDER, subject_id=order_id) | Q(subject_kind=REFUND, subject_id__in=_refunds(order_id))
    found |= Q(subject_kind=CHANGE, subject_id__in=ids_of_changes(order_id))
    promised = Promise.objects.filter(subject_kind=ORDER, subject_id=order_id)
    found |= Q(subject_kind=PROMISE, subject_id__in=promised.values("pk"))
    for kind, model in _OF_ORDERS.items():
        if kind != CHANGE:
            rows = model._default_manager.filter(order_id=order_id)
            found |= Q(subject_kind=kind, subject_id__in=rows.values("pk"))
    return found


def orders_behind(kind: str, ids: Collection[int]) -> Mapping[int, int]:
    """By subject the number of its order; what is about none, or is gone, is left out. An order is taken as it is named."""
    if kind == ORDER:
        return {pk: pk for pk in ids}
    if kind == REFUND:
        refunds = Refund.objects.filter(pk__in=ids, intent__subject_kind=ORDER)
        return dict(refunds.values_list("pk", "intent__subject_id"))
    if kind == PROMISE:
        promises = Promise.objects.filter(pk__in=ids, subject_kind=ORDER)
        return dict(promises.values_list("pk", "subject_id"))
    if kind == ORDER_LINK:
        return dict(SignedLink.objects.filter(pk__in=ids, subject_kind=ORDER).values_list("pk", "subject_id"))
    model = _OF_ORDERS.get(kind)
    return {} if model is None else dict(model._default_manager.filter(pk__in=ids).values_list("pk", "order_id"))


def order_behind(kind: str, subject_id: int) -> int | None:
    return orders_behind(kind, [subject_id]).get(subject_id)


def _refunds(order_id: int) -> "QuerySet[Refund, int]":
    return Refund.objects.filter(intent__subject_kind=ORDER, intent__subject_id=order_id).values_list("pk", flat=True)
