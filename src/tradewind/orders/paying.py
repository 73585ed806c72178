"""What an order has received: written down from the payments' ledger, and what follows from it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core import facts, todos
from tradewind.lib.money import Money
from tradewind.orders.asking_more import release_if_here
from tradewind.orders.events import OrderPaid
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.queries import ledger_sum, promised_back
from tradewind.payments.settling import UNEXPECTED

PAID_AFTER_CANCEL: Final = "order.paid_after_cancel"
OVERPAID: Final = "order.overpaid"
# A refund that nobody asked for yet, but that we owe: somebody looks within a day.
LOOK_WITHIN: Final = timedelta(days=1)


def note_payment(*, order_id: int, at: datetime) -> Order:
    """Write down what an order has received, less what was given back. An order that awaits payment becomes paid once
    its total is covered; money that it should not have is put before a person.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        received = ledger_sum("order", order.pk, order.currency)
        order.paid = received.amount
        order.save(update_fields=["paid"])
        covered = Order.objects.filter(pk=order.pk, state=OrderState.AWAITING_PAYMENT, total__lte=received.amount)
        if covered.update(state=OrderState.PAID):
            order.state = OrderState.PAID
            facts.record(OrderPaid(order.pk, order.buyer_id, order.total, order.currency), by=facts.SYSTEM, at=at)
        release_if_here(order, at=at)
        _propose_refund(order, received, at)
    return order


def _propose_refund(order: Order, received: Money, at: datetime) -> None:
    is_cancelled = order.state == OrderState.CANCELLED
    kind, subject = PAID_AFTER_CANCEL if is_cancelled else OVERPAID, ("order", order.pk)
    due = Money(0 if is_cancelled else order.total, order.currency)
    too_much = received - promised_back("order", order.pk, order.currency) - due
    # What payments asked without knowing what to propose, and what was only too much while the order stood.
    for settled in (UNEXPECTED, *([OVERPAID] if is_cancelled else [])):
        todos.settle_by_fact(settled, subject=subject, at=at)
    if too_much.amount <= 0:
        todos.settle_by_fact(kind, subject=subject, at=at)
        return
    proposal = {"order": order.ref, "amount": too_much.amount, "currency": too_much.currency}
    todo = todos.ask_for_hand(
        kind, subject=subject, account_id=order.account_id, due_at=at + LOOK_WITHIN, at=at, facts=proposal
    )
    if todo.facts != proposal:
        todo.facts = proposal
        todo.save(update_fields=["facts"])
