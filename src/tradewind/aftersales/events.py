"""Facts of what happens after the sale."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("aftersales.withdrawal_declared", about={"withdrawal": "withdrawal_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class WithdrawalDeclared:
    """A buyer has declared to withdraw. Without an order: none has this number and this address, a person has to look."""

    withdrawal_id: int
    order_id: int | None
