"""Webhooks as programs read them and write them."""

from typing import Literal

from pydantic import BaseModel, Field

from tradewind.api.fields import Asked, Line, NeededLine
from tradewind.api.shapes import Moment, one_of
from tradewind.webhooks.models import HookMessage

# As webhooks.wording.KINDS has them; a test compares the two.
Kind = Literal[
    "order.placed",
    "order.paid",
    "order.changed",
    "order.split",
    "order.merged",
    "order.dispatched",
    "order.cancelled",
    "order.refunded",
    "parcel.handed_over",
    "parcel.renumbered",
    "parcel.first_scanned",
    "parcel.moved",
    "parcel.in_trouble",
    "parcel.trouble",
    "parcel.delivered",
    "quotation.accepted",
    "quotation.declined",
    "promise.kept",
    "promise.at_risk",
    "promise.broken",
    "promise.renewed",
    "product.published",
    "product.taken_offline",
    "product.returned",
    "stock.ran_out",
    "stock.came_back",
]


class HookTold(BaseModel):
    """An address that hears of some kinds of events."""

    ref: str
    name: str
    address: str
    kinds: list[str]
    accounts: list[str] | None = Field(description="The shop accounts whose orders it hears of; null: all.")
    is_active: bool
    failing_since: Moment | None = Field(description="Nothing has been taken there since; null while all is well.")
    off_because: str | None = Field(description="failing or gone, where the shop switched it off itself.")
    created_at: Moment


class HookMade(HookTold):
    """With its secret, which is told this once."""

    secret: str = Field(description="Signatures are made with it. Keep it; it is not told again.")


class HookList(BaseModel):
    """All of them that this key may see."""

    webhooks: list[HookTold]


class HookNew(Asked):
    """Who wants to hear of what."""

    name: NeededLine = Field(max_length=80)
    address: Line = Field(max_length=500, description="Where notices are posted to: https, and open to the internet.")
    kinds: list[Kind] = Field(min_length=1, max_length=20)
    accounts: list[Line] | None = Field(None, max_length=100, description="Names of shop accounts; null: all.")


class HookChange(Asked):
    """What shall be changed. What is not named stays."""

    name: NeededLine | None = Field(None, max_length=80)
    address: Line | None = Field(None, max_length=500)
    kinds: list[Kind] | None = Field(None, min_length=1, max_length=20)
    accounts: list[Line] | None = Field(None, max_length=100, description="To hear of all again, send all_accounts.")
    all_accounts: Literal[True] | None = None
    is_active: bool | None = Field(None, description="What happens while it is off is not told later.")


class AttemptTold(BaseModel):
    """One try."""

    at: Moment
    took_ms: int
    status: int | None = Field(description="The HTTP status; null where nobody answered.")
    text: str = Field(description="The beginning of the answer, or why there was none.")


class MessageTold(BaseModel):
    """One event as it was said."""

    id: str = Field(description="The header webhook-id: the same at every try.")
    kind: str
    state: str = one_of(HookMessage.State, "Waiting: for its first or next try. Failed: it will not be tried again.")
    created_at: Moment
    body: str = Field(description="The words, exactly as they were signed.")
    attempts: list[AttemptTold] = Field(description="Oldest first.")


class MessageList(BaseModel):
    """One page of what was said, newest first. It is kept for thirty days."""

    messages: list[MessageTold]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")
