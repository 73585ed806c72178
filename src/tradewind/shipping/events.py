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


@fact("shipping.parcel_handed_over", about={"parcel": "parcel_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class ParcelHandedOver:
    """A parcel was handed to a carrier, as whoever did it said."""

    parcel_id: int
    order_id: int
    buyer_id: int | None


@fact("shipping.parcel_first_scanned", about={"parcel": "parcel_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class ParcelFirstScanned:
    """A carrier has touched it for the first time: what marketplaces count as dispatched."""

    parcel_id: int
    order_id: int


@fact("shipping.parcel_moved", about={"parcel": "parcel_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class ParcelMoved:
    """It has come into a state for the first time. It may be further by now: look at the parcel."""

    parcel_id: int
    order_id: int
    status: str
    reason: str


@fact("shipping.parcel_delivered", about={"parcel": "parcel_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class ParcelDelivered:
    """The buyer has it, as the carrier says, or a person where the carrier says nothing."""

    parcel_id: int
    order_id: int
    buyer_id: int | None


@fact("shipping.parcel_in_trouble", about={"parcel": "parcel_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class ParcelInTrouble:
    """Something keeps it from the buyer; `party` is who caused it, or has to do something."""

    parcel_id: int
    order_id: int
    buyer_id: int | None
    status: str
    reason: str
    party: str


@fact("shipping.order_delivered", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderDelivered:
    """All parcels of an order have arrived, and nothing of it is still here."""

    order_id: int
    buyer_id: int | None


@fact("shipping.trouble_found", about={"parcel": "parcel_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class TroubleFound:
    """Something keeps goods from the buyer, as it was told or as silence says, or is missing here. `cause` is a code."""

    trouble_id: int
    parcel_id: int | None
    order_id: int
    buyer_id: int | None
    cause: str


@fact("shipping.trouble_over", about={"order": "order_id"})
@dataclass(frozen=True, slots=True)
class TroubleOver:
    """What was wrong is no more, or somebody said that it is nothing."""

    trouble_id: int
    order_id: int
    cause: str
    is_dismissed: bool


@fact("shipping.option_switched", about={"market": "market_id"})
@dataclass(frozen=True, slots=True)
class OptionSwitched:
    """A way to deliver to a market was switched on or off."""

    market_id: int
    option: str
    is_on: bool


@fact("shipping.packed", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderPacked:
    """What was still here of an order lies in its parcel, compared piece by piece."""

    order_id: int
    buyer_id: int | None
    units: int


@fact("shipping.quality_checked", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QualityChecked:
    """Somebody looked at goods before they leave."""

    order_id: int
    buyer_id: int | None
    product_id: int
    is_passed: bool


@fact("shipping.part_dispatched", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderPartDispatched:
    """Some goods of an order have left in a parcel of their own; others are still here."""

    order_id: int
    buyer_id: int | None
    units: int
