"""Whether a letter that came back still says something when it is to be sent again, hours later."""

from typing import Final

from tradewind.messaging.models import Message
from tradewind.messaging.moments import order_cancelled, order_received, order_to_pay, payment_reminder, refund_sent
from tradewind.messaging.subjects import order_behind
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

_OVER: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})
# True of an order that is over as well.
_OF_THE_END: Final = frozenset({order_cancelled.MOMENT, refund_sent.MOMENT})
_TO_PAY: Final = frozenset({order_to_pay.MOMENT, order_received.MOMENT, payment_reminder.MOMENT})


def is_still_news(message: Message) -> bool:
    """Not about an order that was cancelled, merged or erased since, nor how to pay what is paid."""
    order_id = order_behind(message.subject_kind, message.subject_id)
    order = None if order_id is None else Order.objects.filter(pk=order_id).first()
    if order is None:
        return True
    if order.erased_at is not None:
        return False
    if message.moment in _TO_PAY:
        return order.state == OrderState.AWAITING_PAYMENT
    return order.state not in _OVER or message.moment in _OF_THE_END
