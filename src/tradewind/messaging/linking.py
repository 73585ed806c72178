"""Sending a new link to an order, to nobody but the address that the order was placed with."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.models import ShopAccount, SignedLink
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_link import MOMENT, order_link
from tradewind.messaging.planning import plan_letter
from tradewind.orders.models import Order

# How many new links an order gets within the period.
MOST_LINKS: Final = 3
WITHIN: Final = timedelta(hours=1)


def send_new_link(*, ref: str, email: str, at: datetime) -> Message | None:
    """None where no order has this number and address, or where enough were sent: who asks must not learn which."""
    own = Order.objects.filter(account__channel=ShopAccount.Channel.OWN, ref__iexact=ref, email__iexact=email)
    with transaction.atomic():
        # The lock makes those who ask at the same moment count each other.
        order = own.exclude(email="").select_for_update(of=("self",)).first()
        if order is None or _got_enough(order, at):
            return None
        letter = order_link(order, at=at)
        # Each link is a letter of its own.
        made = SignedLink.objects.filter(subject_kind="order", subject_id=order.pk).latest("pk")
        return plan_letter(order, letter, subject=("order_link", made.pk), at=at)


def _got_enough(order: Order, at: datetime) -> bool:
    sent = Message.objects.filter(moment=MOMENT, recipient=order.email, created_at__gt=at - WITHIN)
    return sent.count() >= MOST_LINKS
