"""Reactions of orders to what happens elsewhere."""

from tradewind.core.facts import Context, reaction
from tradewind.orders import paying
from tradewind.orders.events import OrderCancelled
from tradewind.payments.events import PaymentCaptured, RefundConfirmed


@reaction(PaymentCaptured, name="orders.note_payment")
def note_payment(fact: PaymentCaptured, context: Context) -> None:
    paying.note_payment(order_id=fact.order_id, at=context.now)


@reaction(RefundConfirmed, name="orders.note_refund")
def note_refund(fact: RefundConfirmed, context: Context) -> None:
    paying.note_payment(order_id=fact.order_id, at=context.now)


@reaction(OrderCancelled, name="orders.propose_refund")
def propose_refund(fact: OrderCancelled, context: Context) -> None:
    """The buyer is told that the money goes back; somebody has to send it."""
    paying.note_payment(order_id=fact.order_id, at=context.now)
