"""Orders that nobody paid: after the method's time they are cancelled, and what they held goes back on sale."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from tradewind.core.each_alone import Round
from tradewind.core.facts import SYSTEM
from tradewind.core.models import ShopAccount
from tradewind.core.schedule import every
from tradewind.orders.cancelling import NOT_PAID, cancel_order
from tradewind.orders.models import Order
from tradewind.orders.states import MoveNotAllowed, OrderState
from tradewind.payments.models import LedgerEntry, MethodOffer, PaymentIntent
from tradewind.payments.ports import filled_codes

BATCH: Final = 100
# For a method that no market knows any more.
_SOME_DAYS: Final = 7


@every(timedelta(minutes=10), name="checkout.cancel_unpaid")
def cancel_unpaid(now: datetime) -> int:
    """Cancel orders whose time to pay is over. Returns how many.

    Only orders without a penny are cancelled: a part of the money is a matter for a person. Orders of other sales channels
    are paid and cancelled there.
    """
    with Round() as orders:
        return orders.each(_overdue(now), lambda order: _cancel(order, now))


def time_to_pay(order_id: int) -> timedelta:
    """How long after placing an order may wait for its money: as long as the most patient method that was tried."""
    tried = PaymentIntent.objects.filter(subject_kind="order", subject_id=order_id).values("method")
    offered = MethodOffer.objects.filter(code__in=tried)
    return timedelta(days=offered.aggregate(days=Max("hold_days"))["days"] or _SOME_DAYS)


def _cancel(order: Order, now: datetime) -> bool:
    try:
        with transaction.atomic():
            cancel_order(order=order, by=SYSTEM, reason=NOT_PAID, at=now)
    except MoveNotAllowed:
        return False  # paid or cancelled in this moment
    return True


def _overdue(now: datetime) -> list[Order]:
    """The most patient of the methods that the buyer tried decides: a transfer may follow a card that was declined.

    The ledger is asked, because orders hear of their money a moment later, and after an outage long after. So is
    whether a question to a provider is due, whose answer may be that the money is there.
    """
    waiting = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, account__channel=ShopAccount.Channel.OWN)
    attempts = PaymentIntent.objects.filter(subject_kind="order", subject_id=OuterRef("pk"))
    captured = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id=OuterRef("pk"))
    unanswered = attempts.filter(ask_at__lte=now, provider__in=filled_codes())
    over = waiting.filter(_is_over(attempts, now)).exclude(Exists(captured)).exclude(Exists(unanswered))
    return list(over.order_by("placed_at", "pk")[:BATCH])


def _is_over(attempts: "QuerySet[PaymentIntent]", now: datetime) -> Q:
    days = dict(MethodOffer.objects.order_by("hold_days").values_list("code", "hold_days"))
    over = Q(placed_at__lt=now - timedelta(days=min([_SOME_DAYS, *days.values()])))
    for code, patience in days.items():
        tried = Q(payment_method=code) | Q(Exists(attempts.filter(method=code)))
        over &= ~tried | Q(placed_at__lt=now - timedelta(days=patience))
    return over & (Q(payment_method__in=list(days)) | Q(placed_at__lt=now - timedelta(days=_SOME_DAYS)))
