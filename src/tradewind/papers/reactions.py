"""Papers follow what happens to orders."""

from contextlib import suppress

from tradewind.core.facts import SYSTEM, Context, reaction
from tradewind.orders.events import OrderCancelled, OrderExtended, OrderPaid, OrderReduced, OrderTookIn
from tradewind.papers import issuing
from tradewind.payments.events import RefundConfirmed


@reaction(OrderPaid, name="papers.issue_invoice")
def issue_invoice(fact: OrderPaid, context: Context) -> None:
    if fact.total == 0:  # sent again at no cost: nothing was sold
        return
    # Where it cannot be written, the order's page says why, and offers to do it once it can.
    with suppress(issuing.NotInvoiceable):
        issuing.issue_invoice(order_id=fact.order_id, by=SYSTEM, at=context.now)


@reaction(OrderCancelled, name="papers.credit_cancelled")
def credit_cancelled(fact: OrderCancelled, context: Context) -> None:
    _settle(fact.order_id, context)


@reaction(OrderReduced, name="papers.credit_reduced")
def credit_reduced(fact: OrderReduced, context: Context) -> None:
    _settle(fact.order_id, context)


@reaction(OrderExtended, name="papers.invoice_extended")
def invoice_extended(fact: OrderExtended, context: Context) -> None:
    _settle(fact.order_id, context)


@reaction(OrderTookIn, name="papers.settle_merged")
def settle_merged(fact: OrderTookIn, context: Context) -> None:
    _settle(fact.order_id, context)


@reaction(RefundConfirmed, name="papers.credit_refunded")
def credit_refunded(fact: RefundConfirmed, context: Context) -> None:
    _settle(fact.order_id, context)


def _settle(order_id: int, context: Context) -> None:
    # Where amounts are not known, the order's page has nothing to offer either.
    with suppress(issuing.NotInvoiceable):
        issuing.settle_papers(order_id=order_id, by=SYSTEM, at=context.now)
