"""Reactions of orders to what happens elsewhere."""

from tradewind.core.facts import Context, reaction
from tradewind.orders import paying
from tradewind.payments.events import PaymentCaptured, RefundConfirmed


@reaction(PaymentCaptured, name="orders.note_payment")
def note_payment(fact: PaymentCaptured, context: Context) -> None:
    paying.note_payment(order_id=fact.order_id, at=context.now)


@reaction(RefundConfirmed, name="orders.note_refund")
def note_refund(fact: RefundConfirmed, context: Context) -> None:
    paying.note_payment(order_id=fact.order_id, at=context.now)
