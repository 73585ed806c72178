"""Carrier and tracking number of an order that has left: told when it is handed over, or later, or put right."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.models import FactRecord
from tradewind.core.trail import write_audit
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import find_again
from tradewind.orders.states import OrderState
from tradewind.shipping.events import TrackingTold
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import (
    Tracking,
    make_known,
    make_parcel,
    number_key,
    put_right,
    replace_label,
    units_left,
)
from tradewind.shipping.queries import handover_of

# So many signs of the end of a number tell two apart, and do not lead to a parcel.
_SHOWN: Final = 4
_LEFT: Final = frozenset({OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED})


class NotLeftYet(Exception):
    """Goods that are still here have no carrier."""


class BuyerErased(Exception):
    """What leads to where the buyer lives was emptied, and is not written down again."""


class TrackingChanged(Exception):
    """Somebody has told another carrier or number since it was looked at."""


def has_left(state: str) -> bool:
    return state in _LEFT


def note_handover(order: Order, tracking: Tracking, *, by: str, at: datetime) -> None:
    """In the transaction in which an order leaves: all that is still here goes into one parcel."""
    make_parcel(order, tracking, units=units_left(order.pk), by=by, at=at)
    if tracking.number:
        make_findable(order, tracking.number)


def tell_tracking(
    *, order_id: int, tracking: Tracking, seen: Tracking, by: str, at: datetime, parcel_id: int | None = None
) -> bool:
    """Tell it later, or put it right, of one parcel of the order, or of its newest. False where it stands so already.

    Raises NotLeftYet, BuyerErased, TrackingChanged; the last also where another label has taken the parcel's place.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        newest = handover_of(order_id)
        if not has_left(order.state) and newest is None:
            raise NotLeftYet(order_id)
        if order.erased_at is not None:
            raise BuyerErased(order_id)
        known = newest if parcel_id is None else _standing(order_id, parcel_id)
        before = Tracking(known.carrier, known.tracking_number) if known else Tracking()
        if before == tracking:
            return False
        if before != seen:
            raise TrackingChanged(order_id)
        _write_down(order, known, tracking, at=at)
        if known == newest:
            make_findable(order, tracking.number)
        else:
            find_again(order)
        write_audit(
            "order.tracking", subject=("order", order_id), by=by, at=at, before=_told(before), after=_told(tracking)
        )
        record(TrackingTold(order_id, order.buyer_id), by=by, at=at)
    return True


def _standing(order_id: int, parcel_id: int) -> Parcel:
    parcel = Parcel.objects.filter(order_id=order_id, pk=parcel_id, replaced_at=None).first()
    if parcel is None:
        raise TrackingChanged(order_id)
    return parcel


def _write_down(order: Order, known: Parcel | None, tracking: Tracking, *, at: datetime) -> None:
    if known is None:
        units = dict(order.lines.filter(kind=OrderLine.Kind.GOODS).values_list("pk", "dispatched"))
        make_known(order, tracking, units=units, at=at, handed_over_at=_left_at(order.pk, at))
    elif known.tracking_number and number_key(tracking.number) != known.number_key:
        # Also where none is known any more: what was said was said about another parcel.
        replace_label(known, tracking, order=order, at=at)
    else:
        put_right(known, tracking, at=at)


def make_findable(order: Order, number: str) -> None:
    order.tracking = number
    order.save(update_fields=["tracking"])
    find_again(order)


def _left_at(order_id: int, at: datetime) -> datetime:
    marked = FactRecord.objects.filter(
        name="shipping.marked_dispatched", subjects__kind="order", subjects__subject_id=order_id
    )
    return marked.order_by("pk").values_list("recorded_at", flat=True).first() or at


def _told(tracking: Tracking) -> dict[str, str]:
    """The trail is kept when a buyer is erased: a whole number leads to where somebody lives."""
    end = tracking.number[-_SHOWN:] if len(tracking.number) > 2 * _SHOWN else ""
    return {"carrier": tracking.carrier, "number": f"…{end}" if tracking.number else ""}
