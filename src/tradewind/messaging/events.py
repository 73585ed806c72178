"""Facts of messaging. They name the message; what it said and to whom stands in its row."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("messaging.sent", about={"message": "message_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class MessageSent:
    """The mail server took a message over. `is_uncertain`: it may have got it twice, under the same Message-ID."""

    message_id: int
    order_id: int | None
    moment: str
    is_uncertain: bool


@fact("messaging.failed", about={"message": "message_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class MessageFailed:
    """A message was refused for good and a person has to look at it. `code` is the other side's."""

    message_id: int
    order_id: int | None
    moment: str
    code: str


@fact("messaging.returned", about={"message": "message_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class MessageReturned:
    """A message that had left came back, and is not sent again. `status` is that of RFC 3463, "5.1.1"."""

    message_id: int
    order_id: int | None
    moment: str
    status: str


@fact("messaging.received", about={"buyer_message": "message_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A buyer wrote to us about an order. `topic` is a code of BuyerMessage."""

    message_id: int
    order_id: int
    buyer_id: int | None
    topic: str


@fact("messaging.answered", about={"buyer_message": "message_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """A member of staff says that a buyer has been answered."""

    message_id: int
    order_id: int
    buyer_id: int | None
    topic: str


@fact("messaging.waiting_asked", about={"waiting": "waiting_id", "variant": "variant_id"})
@dataclass(frozen=True, slots=True)
class WaitingAsked:
    """Somebody wants to hear when a variant is back, and has to confirm it from the mailbox."""

    waiting_id: int
    variant_id: int


@fact("messaging.waiting_confirmed", about={"waiting": "waiting_id", "variant": "variant_id"})
@dataclass(frozen=True, slots=True)
class WaitingConfirmed:
    """The mailbox's owner wants it."""

    waiting_id: int
    variant_id: int


@fact("messaging.waiting_told", about={"variant": "variant_id"})
@dataclass(frozen=True, slots=True)
class WaitingTold:
    """So many of those who wait for a variant are being told that it is back."""

    variant_id: int
    people: int
