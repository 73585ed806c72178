"""Moving orders on: they left, or they will not be sent. Through the activities that the console uses."""

from typing import Final, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from tradewind.api import shapes
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import Asked, Line
from tradewind.api.keys import WRITE_ORDERS, Key, key_of, program_of
from tradewind.api.once import writes
from tradewind.api.orders import order_named
from tradewind.api.problems import Conflict, Problem
from tradewind.lib.clock import utc_now
from tradewind.orders.addressing import AddressNotSeen
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changes import GoodsNotSeen
from tradewind.orders.holding import OrderKeptBack
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed
from tradewind.shipping.checking import NotChecked
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.parcels import Tracking

router = Router(tags=["orders"])
_REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
# As orders.cancelling.REASONS has them; a test compares the two.
Reason = Literal["buyer_asked", "not_paid", "no_stock", "suspicious", "other"]


class Dispatch(Asked):
    """All goods of the order have left. What is not known is left out."""

    carrier: Line = Field("", max_length=60, description="As the buyer knows it: DHL, YunExpress, 4PX.")
    tracking_number: Line = Field("", max_length=60)
    address_changes: int | None = Field(
        None, ge=0, le=10**6, description="As the order had it when the label was written; without it nobody looks."
    )
    goods_changes: int | None = Field(
        None, ge=0, le=10**6, description="As the order had it when it was packed; without it nobody looks."
    )


class Cancellation(Asked):
    """The order will not be sent."""

    reason: Reason = Field(description="Why, for the figures. The buyer is told that it is cancelled.")


@router.post(
    "/orders/{ref}/dispatch",
    auth=Key(WRITE_ORDERS, ability="orders.dispatch"),
    operation_id="dispatchOrder",
    summary="Mark an order dispatched",
    response={200: shapes.OrderMoved, **_REFUSALS},
)
@writes()
def dispatch(request: HttpRequest, ref: str, asked: Dispatch) -> shapes.OrderMoved:
    """The goods leave the books, and the promise of the day is kept."""
    refuse_unknown(request.GET, ())
    order = Order.objects.get(pk=order_named(ref, key_of(request).reach))
    tracking = Tracking(asked.carrier.strip(), asked.tracking_number.strip())
    try:
        mark_dispatched(
            order=order,
            by=program_of(request),
            at=utc_now(),
            changes_seen=asked.address_changes,
            goods_seen=asked.goods_changes,
            tracking=tracking,
        )
    except MoveNotAllowed as problem:
        words = f"This order is {problem.found}. Only a paid order that has not left can be marked dispatched."
        raise Conflict("wrong_state", words) from None
    except OrderKeptBack as kept:
        words = f"Staff keep this order back ({kept.reason}). It leaves once they have released it."
        raise Conflict("kept_back", words) from None
    except NotChecked as unchecked:
        words = "Goods of this order ask for a quality check before they leave. It has to be done, and passed, in the console."
        raise Conflict(unchecked.why, words) from None
    except AddressNotSeen:
        words = "The buyer has changed the address since. Read the order again, compare the label, and send its number."
        raise Conflict("address_changed", words) from None
    except GoodsNotSeen:
        words = "Staff have changed the goods since. Read the order again, compare the parcel, and send its number."
        raise Conflict("goods_changed", words) from None
    return shapes.OrderMoved(ref=ref, state=order.state)


@router.post(
    "/orders/{ref}/cancellation",
    auth=Key(WRITE_ORDERS, ability="orders.cancel"),
    operation_id="cancelOrder",
    summary="Cancel an order",
    response={200: shapes.OrderMoved, **_REFUSALS},
)
@writes()
def cancel(request: HttpRequest, ref: str, asked: Cancellation) -> shapes.OrderMoved:
    """Its stock is free again, what was paid goes back, and the buyer is told."""
    refuse_unknown(request.GET, ())
    order = Order.objects.get(pk=order_named(ref, key_of(request).reach))
    try:
        cancel_order(order=order, by=program_of(request), reason=asked.reason, at=utc_now())
    except MoveNotAllowed as problem:
        words = f"This order is {problem.found} and can no longer be cancelled."
        raise Conflict("wrong_state", words) from None
    return shapes.OrderMoved(ref=ref, state=order.state)
