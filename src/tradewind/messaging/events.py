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
