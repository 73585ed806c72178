"""Facts of shipping."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("shipping.marked_dispatched", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderMarkedDispatched:
    """Somebody said that all goods of an order have left the warehouse. The carrier has not confirmed it by this."""

    order_id: int
    buyer_id: int | None
    units: int


@fact("shipping.tracking_told", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class TrackingTold:
    """Carrier or tracking number of an order that had left were told, or put right. The number stands with the order alone."""

    order_id: int
    buyer_id: int | None
