"""Facts of orders."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("orders.placed", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A buyer placed an order in the own shop."""

    order_id: int
    buyer_id: int
    total: int
    currency: str


@fact("orders.imported", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderImported:
    """An order of the past came in from a file. Nobody is told: it happened long ago."""

    order_id: int
    buyer_id: int | None


@fact("orders.taken_back", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderTakenBack:
    """What a file had brought in was taken back: the order is gone, or what it was before that file."""

    order_id: int
    buyer_id: int | None
    is_removed: bool


@fact("orders.paid", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The whole total of an order has been received."""

    order_id: int
    buyer_id: int | None
    total: int
    currency: str


@fact("orders.cancelled", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """An order will not be sent. `reason` is a code of orders.cancelling."""

    order_id: int
    buyer_id: int | None
    reason: str


@fact("orders.reduced", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderReduced:
    """Goods were taken off a paid order. `amount` goes back to the buyer."""

    order_id: int
    buyer_id: int | None
    amount: int
    currency: str


@fact("orders.extended", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderExtended:
    """Goods were added to a paid order or exchanged, or what is left of them costs more to send. `amount` is what the buyer
    has yet to pay for that, if anything.
    """

    order_id: int
    buyer_id: int | None
    amount: int
    currency: str


@fact("orders.split", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderSplit:
    """Goods of a paid order became an order of their own, whose number is `other_id`."""

    order_id: int
    buyer_id: int | None
    other_id: int


@fact("orders.split_off", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderSplitOff:
    """The other side: this order was made of goods of `other_id`."""

    order_id: int
    buyer_id: int | None
    other_id: int


@fact("orders.merged", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderMerged:
    """All that this order was became part of `other_id`."""

    order_id: int
    buyer_id: int | None
    other_id: int


@fact("orders.took_in", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderTookIn:
    """The other side: `other_id` became part of this order. `amount` of its delivery goes back to the buyer."""

    order_id: int
    buyer_id: int | None
    other_id: int
    amount: int
    currency: str


@fact("orders.changed", about={"change": "change_id"})
@dataclass(frozen=True, slots=True)
class OrderChanged:
    """Staff changed a paid order and want its buyer told. What was changed stands in the row of the change."""

    change_id: int


@fact("orders.held", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderHeld:
    """An order is kept from leaving. `reason` is a code of orders.holding."""

    order_id: int
    buyer_id: int | None
    reason: str


@fact("orders.released", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderReleased:
    """An order that was kept back may leave."""

    order_id: int
    buyer_id: int | None


@fact("orders.address_changed", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The buyer changed where an order goes. Both addresses stand in the row of the change."""

    order_id: int
    buyer_id: int | None
    change_id: int


@fact("orders.erasure_asked", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """The buyer asked us to erase what is kept with an order. A person answers."""

    order_id: int
    buyer_id: int | None


@fact("orders.erased", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class OrderErased:
    """What is personal was emptied. With `keeps_address`, name and address stay on the order, for the accounts."""

    order_id: int
    buyer_id: int | None
    keeps_address: bool
