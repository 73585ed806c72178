"""An order that waits for more money, because goods were added after it was paid: what it waits for, and that it goes on once that is here."""

from datetime import datetime

from django.db.models import Sum

from tradewind.core.facts import SYSTEM
from tradewind.lib.money import Money
from tradewind.orders.holding import DIFFERENCE, hold_locked, release_locked
from tradewind.orders.models import Order, OrderHold
from tradewind.orders.states import OrderState
from tradewind.payments.models import LedgerEntry


def still_asked(order: Order) -> Money:
    """What has yet to come for goods that were added, also once staff have let the order go without it: zero where nothing is asked.
    Refunds of other reasons change nothing of it.
    """
    hold = _asking(order)
    if hold is None or hold.expects is None:
        return Money.zero(order.currency)
    return Money(max(hold.expects - _came(order), 0), order.currency)


def is_asked(order: Order) -> bool:
    """Is more asked for than was paid, or has it come a moment ago without being written down yet?"""
    return _asking(order) is not None


def wait_for(order: Order, amount: Money, *, by: str, at: datetime) -> None:
    """Keep a locked order back until so much has come beside what is here by now; for zero, nothing is asked any more."""
    hold = _asking(order)
    if amount.amount <= 0:
        if hold is not None:
            _end(order, hold, by, at)
        return
    if order.held_at is None:
        hold_locked([order], reason=DIFFERENCE, words="", by=by, at=at)
        order.held_at = at
    expects = _came(order) + amount.amount
    asking = OrderHold.objects.filter(order=order, reason=DIFFERENCE)
    asking.update(expects=None)
    OrderHold.objects.filter(pk=asking.latest("pk").pk).update(expects=expects)


def release_if_here(order: Order, *, at: datetime) -> None:
    """In the transaction that writes down what came: a locked order goes on where nothing is asked any more."""
    hold = _asking(order)
    if hold is not None and not still_asked(order):
        _end(order, hold, SYSTEM, at)


def _asking(order: Order) -> OrderHold | None:
    """The hold that asks, which staff may have ended. One that says no amount asks for nothing."""
    if order.state != OrderState.PAID:
        return None
    asking = OrderHold.objects.filter(order=order, reason=DIFFERENCE, expects__isnull=False)
    return asking.order_by("-pk").first()


def _end(order: Order, hold: OrderHold, by: str, at: datetime) -> None:
    OrderHold.objects.filter(order=order, reason=DIFFERENCE).update(expects=None)
    if hold.released_at is None:
        release_locked([order], by=by, at=at)
        order.held_at = None


def _came(order: Order) -> int:
    """All that ever came for the order, whatever was given back since."""
    entries = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id=order.pk)
    came = entries.exclude(kind=LedgerEntry.Kind.REFUND).aggregate(total=Sum("amount", default=0))
    return int(came["total"])
