"""Facts of what happens after the sale."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("aftersales.withdrawal_declared", about={"withdrawal": "withdrawal_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class WithdrawalDeclared:
    """A buyer has declared to withdraw. Without an order: none has this number and this address, a person has to look."""

    withdrawal_id: int
    order_id: int | None


@fact("aftersales.feedback_given", about={"order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """A buyer says how an order was: stars from 1 to 5, 0 where none were given. The words stand in the row."""

    order_id: int
    buyer_id: int | None
    delivery: int
    goods: int
    wants_help: bool
