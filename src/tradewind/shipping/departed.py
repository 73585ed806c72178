"""The promised day of dispatch counts the days on which carriers collect: it is kept once a carrier has the last parcel."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.ending import lose_sight
from tradewind.promises.making import keep_all
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel


def keep_departures(order_ids: Collection[int], *, by: str) -> None:
    """Of these orders those of which nothing is here any more: by the moment of their last hand-over. In the caller's transaction,
    which holds them.
    """
    # The scan and the arrival may be heard together.
    gone = (OrderState.DISPATCHED, OrderState.DELIVERED)
    left = set(Order.objects.filter(pk__in=order_ids, state__in=gone).values_list("pk", flat=True))
    parcels = Parcel.objects.filter(order_id__in=left, replaced_at=None, refunded_at=None)
    last: dict[int, datetime] = {}
    for order_id, is_waiting, handed_over_at in parcels.values_list("order_id", "is_waiting", "handed_over_at"):
        if is_waiting:
            left.discard(order_id)
        last[order_id] = max(handed_over_at, last.get(order_id, handed_over_at))
    moments: dict[datetime, list[int]] = defaultdict(list)
    for order_id in sorted(left & last.keys()):
        moments[last[order_id]].append(order_id)
    for at, some in sorted(moments.items()):
        keep_all(Promise.Kind.DISPATCH, order_ids=some, at=at, by=by)


def note_unseen_departure(parcel: Parcel, *, arrived_at: datetime, at: datetime, by: str) -> None:
    """It is there, and nobody saw it leave: where it is the last that was here, and was to leave before, nobody knows whether it left in
    time. In the caller's transaction, which holds the order; before it is handed over.
    """
    others = Parcel.objects.filter(order_id=parcel.order_id, is_waiting=True, replaced_at=None, refunded_at=None)
    left = Order.objects.filter(pk=parcel.order_id, state=OrderState.DISPATCHED)
    if left.exists() and not others.exclude(pk=parcel.pk).exists():
        lose_sight(Promise.Kind.DISPATCH, order_id=parcel.order_id, due_by=arrived_at, at=at, by=by)
