"""What buyers hear of money that goes back: once, when it has really been sent."""

from tradewind.core.facts import Context, reaction
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.models import Message
from tradewind.messaging.moments import trouble_refunded
from tradewind.messaging.moments.refund_sent import MOMENT, refund_sent
from tradewind.messaging.money_back import sent_back
from tradewind.messaging.planning import plan_letter
from tradewind.orders.models import Order
from tradewind.payments.events import RefundConfirmed
from tradewind.payments.models import Refund


@reaction(RefundConfirmed, name="messaging.refund_sent")
def tell_that_money_went_back(happened: RefundConfirmed, context: Context) -> None:
    refund = Refund.objects.select_related("intent").get(pk=happened.refund_id)
    order = _order_of(refund)
    if order is None or not may_be_told(order, MOMENT, subject=("refund", refund.pk), at=context.now):
        return
    if not order.email or order.external_id or _is_told(refund, order):
        return
    letter = refund_sent(order, sent_back(refund, order, at=context.now), linked_at=context.now)
    plan_letter(order, letter, subject=("refund", refund.pk), at=context.now)


def _order_of(refund: Refund) -> Order | None:
    """What a person pays for is not always an order, and the money of one that came in another currency is not ours to explain."""
    if refund.intent.subject_kind != "order":
        return None
    found = Order.objects.select_related("account").filter(pk=refund.intent.subject_id, currency=refund.currency)
    return found.first()


def _is_told(refund: Refund, order: Order) -> bool:
    """Whoever heard that goods do not come has heard of the money for them in the same letter: how much, and until when. It was written
    when the money was planned, also for goods of another order, which went once more.
    """
    told = Message.objects.filter(moment=trouble_refunded.MOMENT, recipient=order.email)
    return told.filter(created_at=refund.created_at).exists()
