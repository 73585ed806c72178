"""Promises whose time has passed, and what of them anybody could see.

Where no tracker follows a parcel and no carrier has scanned it, its arrival is not heard of: the promise is neither kept nor broken
until somebody says. And what nobody has paid was never to leave.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel
from tradewind.shipping.tracking_states import Status

# Somebody would tell us where it is.
FOLLOWED: Final = Q(watch=Parcel.Watch.WATCHED) | Q(last_at__isnull=False)
# Or it has not left, which we know ourselves.
HEARD_OF: Final = FOLLOWED | Q(is_waiting=True)
_OF_GOODS: Final = (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY)


def fates(promises: Sequence[Promise]) -> Mapping[int, Promise.State]:
    """As promises.ports asks for. One statement."""
    of_goods = [each for each in promises if each.subject_kind == "order" and each.kind in _OF_GOODS]
    orders = {order.pk: order for order in _orders({each.subject_id for each in of_goods})}
    found = {each.pk: _fate(each, orders.get(each.subject_id)) for each in of_goods}
    return {pk: fate for pk, fate in found.items() if fate is not None}


def heard_of(arrivals: QuerySet[Promise]) -> QuerySet[Promise]:
    """Of promises of arrival those of whose parcels somebody would tell us."""
    return arrivals.filter(Exists(_elsewhere("subject_id")), subject_kind="order")


def _orders(ids: set[int]) -> list[Order]:
    return list(Order.objects.filter(pk__in=ids).only("state").annotate(is_elsewhere=Exists(_elsewhere("pk"))))


def _elsewhere(order: str) -> QuerySet[Parcel]:
    """Parcels of an order that are known not to have arrived."""
    standing = Parcel.objects.filter(order_id=OuterRef(order), replaced_at=None, refunded_at=None)
    return standing.exclude(status=Status.DELIVERED).filter(HEARD_OF)


def _fate(promise: Promise, order: Order | None) -> Promise.State | None:
    if order is None:
        return None
    if order.state == OrderState.AWAITING_PAYMENT:
        return Promise.State.RELEASED
    has_left = promise.kind == Promise.Kind.DELIVERY and order.state == OrderState.DISPATCHED
    return Promise.State.UNKNOWN if has_left and not getattr(order, "is_elsewhere", False) else None
