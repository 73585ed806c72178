"""A parcel whose buyer has the money for it back: nobody waits for it any more, and nothing about it is trouble."""

from datetime import datetime

from tradewind.orders.models import Order
from tradewind.promises.ending import let_go, owed_of
from tradewind.promises.models import Promise
from tradewind.shipping.hearing import is_still_here, note_arrival
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.trouble_cases import close_all


def write_off(order: Order, parcel: Parcel, *, at: datetime, by: str) -> None:
    """In the caller's transaction, of an order that is locked. All that is open of the parcel ends. Where nothing else of the order
    is still to come, the promise of its arrival no longer applies; if the rest is there, the order has arrived.
    """
    Parcel.objects.filter(pk=parcel.pk).update(refunded_at=at, look_at=None, is_in_trouble=False, due_at=None)
    close_all(list(Trouble.objects.filter(parcel=parcel, closed_at=None).order_by("pk")), at=at, by=by)
    awaited = Parcel.objects.filter(order=order, replaced_at=None, refunded_at=None, delivered_at=None)
    if is_still_here(order.pk) or awaited.exists():
        return
    let_go([each for each in owed_of([order.pk]) if each.kind == Promise.Kind.DELIVERY], at=at, by=by)
    note_arrival(order, at=at)
