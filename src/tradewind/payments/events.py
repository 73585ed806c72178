"""Facts of payments. Subjects are what is paid for, by kind and id, and the intent itself."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("payments.captured", about={"intent": "intent_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    """Money arrived: the provider, or a person who read the bank statement, says so."""

    intent_id: int
    order_id: int
    amount: int
    currency: str


@fact("payments.declined", about={"intent": "intent_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PaymentDeclined:
    """The provider refused. `problem` is its code, not its words."""

    intent_id: int
    order_id: int
    problem: str


@fact("payments.cancelled", about={"intent": "intent_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    """The buyer left the provider's page, or what was to be paid for was given up."""

    intent_id: int
    order_id: int
    problem: str


@fact("payments.refund_planned", about={"intent": "intent_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class RefundPlanned:
    """We have decided to give money back; it has not moved yet."""

    refund_id: int
    intent_id: int
    order_id: int
    amount: int
    currency: str
    reason: str


@fact("payments.refund_confirmed", about={"intent": "intent_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class RefundConfirmed:
    """Money went back: the provider, or the person who sent it, says so."""

    refund_id: int
    intent_id: int
    order_id: int
    amount: int
    currency: str
