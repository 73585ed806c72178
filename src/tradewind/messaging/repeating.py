"""Whether a letter that came back still says something when it is to be sent again, hours later."""

from typing import Final

from django.db.models import Model

from tradewind.messaging.models import Message
from tradewind.messaging.moments import order_cancelled, order_received, order_to_pay
from tradewind.orders.models import AddressChange, Order, OrderChange
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel, Trouble

_OVER: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})
_TO_PAY: Final = frozenset({order_to_pay.MOMENT, order_received.MOMENT})
_OF_ORDERS: Final[dict[str, type[Model]]] = {
    "address_change": AddressChange,
    "order_change": OrderChange,
    "parcel": Parcel,
    "trouble": Trouble,
}


def is_still_news(message: Message) -> bool:
    """Not about an order that was cancelled, merged or erased since, nor how to pay what is paid."""
    order = order_behind(message)
    if order is None:
        return True
    if order.erased_at is not None:
        return False
    if message.moment in _TO_PAY:
        return order.state == OrderState.AWAITING_PAYMENT
    return order.state not in _OVER or message.moment == order_cancelled.MOMENT


def order_behind(message: Message) -> Order | None:
    """Of a letter about an order, or about what happened to it; None for what is about something else."""
    if message.subject_kind == "promise":
        promised = Promise.objects.filter(pk=message.subject_id, subject_kind="order")
        return Order.objects.filter(pk__in=promised.values("subject_id")).first()
    if message.subject_kind == "order":
        return Order.objects.filter(pk=message.subject_id).first()
    model = _OF_ORDERS.get(message.subject_kind)
    if model is None:
        return None
    about = model._default_manager.filter(pk=message.subject_id)
    return Order.objects.filter(pk__in=about.values("order_id")).first()
