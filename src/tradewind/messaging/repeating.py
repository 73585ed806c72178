"""Whether a letter that came back still says something when it is to be sent again, hours later."""

from typing import Final

from tradewind.messaging.models import Message
from tradewind.messaging.moments import order_cancelled, order_received, order_to_pay
from tradewind.messaging.subjects import order_behind
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

_OVER: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})
_TO_PAY: Final = frozenset({order_to_pay.MOMENT, order_received.MOMENT})


def is_still_news(message: Message) -> bool:
    """Not about an order that was cancelled, merged or erased since, nor how to pay what is paid."""
    order = Order.objects.filter(pk=order_behind(message.subject_kind, message.subject_id)).first()
    if order is None:
        return True
    if order.erased_at is not None:
        return False
    if message.moment in _TO_PAY:
        return order.state == OrderState.AWAITING_PAYMENT
    return order.state not in _OVER or message.moment == order_cancelled.MOMENT
