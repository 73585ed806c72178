"""Paying for an order that still waits for its money: another attempt, or another method, and never twice."""

from datetime import datetime

from django.db import transaction

from tradewind.lib.money import Money
from tradewind.orders.asking_more import still_asked
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.methods import offer_for
from tradewind.payments.models import PaymentIntent
from tradewind.payments.queries import intents_for, ledger_sum
from tradewind.payments.starting import create_intent
from tradewind.promises.making import release


def pay_again(*, order_id: int, market_id: int, method: str, language: str, at: datetime) -> PaymentIntent | None:
    """The open attempt with this method, else a new one. None when nothing is to be paid any more.

    Raises MethodNotOffered.
    """
    offer = offer_for(market_id, method, language)
    with transaction.atomic():
        # The lock makes two clicks one attempt.
        order = Order.objects.select_for_update().get(pk=order_id)
        due = due_for(order)
        if due.amount <= 0:
            return None
        if order.state == OrderState.AWAITING_PAYMENT and not offer.is_instant:
            # What was promised for money that comes at once does not hold: dates begin when it is here.
            release(order_id=order_id, at=at, by="buyer")
        for intent in intents_for("order", order_id):
            if intent.method == method and intent.state in PaymentIntent.OPEN:
                return intent
        return create_intent(subject=("order", order_id), amount=due, method=offer, at=at, language=language)


def due_for(order: Order) -> Money:
    """What the buyer is asked for: the whole of an order that waits for its payment, or what was added to one that was paid."""
    if order.state == OrderState.AWAITING_PAYMENT:
        return still_due(order.pk, Money(order.total, order.currency))
    return still_asked(order)


def still_due(order_id: int, total: Money) -> Money:
    """By the ledger: the order itself hears of a payment a moment later, and nobody is asked to pay twice meanwhile."""
    return total - ledger_sum("order", order_id, total.currency)
