"""Goods whose buyer has the money for them back: nobody waits for them any more, and nothing about them is trouble."""

from datetime import datetime

from tradewind.core.facts import record
from tradewind.orders.holding import release_locked
from tradewind.orders.models import Order
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState
from tradewind.promises.ending import let_go, owed_of
from tradewind.promises.models import Promise
from tradewind.shipping.departed import keep_departures
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.shipping.hearing import is_still_here, note_arrival
from tradewind.shipping.models import Packing, Parcel, Trouble
from tradewind.shipping.trouble_cases import close_all, open_of_orders
from tradewind.shipping.trouble_rules import OF_ORDERS


def write_off(order: Order, parcel: Parcel, *, at: datetime, by: str) -> None:
    """In the caller's transaction, of an order that is locked. All that is open of the parcel ends. Where nothing else of the order
    waits for a carrier, its day of dispatch is settled; where nothing else is still to come, the promise of its arrival no longer
    applies; if the rest is there, the order has arrived.
    """
    Parcel.objects.filter(pk=parcel.pk).update(refunded_at=at, look_at=None, is_in_trouble=False, due_at=None)
    close_all(list(Trouble.objects.filter(parcel=parcel, closed_at=None).order_by("pk")), at=at, by=by)
    _end_waiting(order, at=at, by=by)


def give_up_rest(order: Order, *, at: datetime, by: str) -> None:
    """The same of what had not left of an order, and was taken off it: the order has left with what is in its parcels. The day on which
    the rest was to leave no longer applies.
    """
    if order.held_at is not None:
        release_locked([order], by=by, at=at)
    move(order, OrderState.DISPATCHED)
    Packing.objects.filter(order=order, left_at=None).update(left_at=at)
    _let_go(order, Promise.Kind.DISPATCH, at=at, by=by)
    close_all([case for case in open_of_orders([order.pk]) if case.cause in OF_ORDERS], at=at, by=by)
    record(OrderMarkedDispatched(order.pk, order.buyer_id, 0), by=by, at=at)
    _end_waiting(order, at=at, by=by)


def _end_waiting(order: Order, *, at: datetime, by: str) -> None:
    if is_still_here(order.pk):
        return
    standing = Parcel.objects.filter(order=order, replaced_at=None, refunded_at=None)
    if standing.exists():
        # Those that are left may all be with a carrier.
        keep_departures([order.pk], by=by)
    else:
        _let_go(order, Promise.Kind.DISPATCH, at=at, by=by)
    if standing.filter(delivered_at=None).exists():
        return
    _let_go(order, Promise.Kind.DELIVERY, at=at, by=by)
    note_arrival(order, at=at)


def _let_go(order: Order, kind: Promise.Kind, *, at: datetime, by: str) -> None:
    let_go([each for each in owed_of([order.pk]) if each.kind == kind], at=at, by=by)
