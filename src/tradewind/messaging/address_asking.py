"""Asking a buyer for an address that the carrier finds, while the order is kept back for it."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.trail import write_audit
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.models import Message
from tradewind.messaging.moments.address_asked import MOMENT, address_asked
from tradewind.messaging.planning import is_planned, plan_letter
from tradewind.orders.holding import NotHeldSo
from tradewind.orders.models import Order, OrderHold
from tradewind.orders.writing_to import is_written_to

ADDRESS_UNCLEAR: Final = "address_unclear"
LONGEST_NOTE: Final = 500


class AlreadyAsked(Exception):
    """Of this hold the buyer has been asked."""


class NobodyToAsk(Exception):
    """The order has no address to write to, or its channel does not let us."""


def ask_for_address(*, hold_id: int, note: str, by: str, at: datetime) -> Message:
    """Once for each hold. Raises NotHeldSo where the order is not kept back for its address any more, AlreadyAsked, NobodyToAsk, and
    ports.UnsafeHeader.
    """
    with transaction.atomic():
        order_id = OrderHold.objects.values_list("order_id", flat=True).get(pk=hold_id)
        order = Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)
        hold = OrderHold.objects.get(pk=hold_id)
        if hold.released_at is not None or hold.reason != ADDRESS_UNCLEAR:
            raise NotHeldSo(hold_id)
        subject = ("order_hold", hold.pk)
        if is_planned(MOMENT, subject):
            raise AlreadyAsked(hold_id)
        if not may_be_told(order, MOMENT, subject=subject, at=at) or not is_written_to(order):
            raise NobodyToAsk(order_id)
        letter = address_asked(order, note=note[:LONGEST_NOTE], at=at)
        message = plan_letter(order, letter, subject=subject, at=at)
        write_audit("order.address_asked", subject=("order", order.pk), by=by, at=at)
    return message


def _is_true_still(message: Message, _at: datetime) -> bool:
    return OrderHold.objects.filter(pk=message.subject_id, released_at=None).exists()


look_before_sending(MOMENT, LastLook(_is_true_still))
