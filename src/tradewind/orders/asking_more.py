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
    """What has yet to come for goods that were added: zero where nothing waits. Refunds of other reasons change nothing of it."""
    hold = _waiting(order)
    if hold is None or hold.expects is None:
        return Money.zero(order.currency)
    return Money(max(hold.expects - _came(order), 0), order.currency)


def wait_for(order: Order, amount: Money, *, by: str, at: datetime) -> None:
    """Keep a locked order back until so much has come beside what is here by now; zero lets it go."""
    hold = _waiting(order)
    if amount.amount <= 0:
        if hold is not None:
            _let_go(order, by, at)
        return
    if hold is None:
        hold_locked([order], reason=DIFFERENCE, words="", by=by, at=at)
        order.held_at = at
    OrderHold.objects.filter(order=order, released_at=None).update(expects=_came(order) + amount.amount)


def release_if_here(order: Order, *, at: datetime) -> None:
    """In the transaction that writes down what came: a locked order goes on where nothing is asked any more."""
    if _waiting(order) is not None and not still_asked(order):
        _let_go(order, SYSTEM, at)


def _waiting(order: Order) -> OrderHold | None:
    if order.state != OrderState.PAID or order.held_at is None:
        return None
    return OrderHold.objects.filter(order=order, released_at=None, reason=DIFFERENCE).first()


def _let_go(order: Order, by: str, at: datetime) -> None:
    release_locked([order], by=by, at=at)
    order.held_at = None


def _came(order: Order) -> int:
    """All that ever came for the order, whatever was given back since."""
    entries = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id=order.pk)
    came = entries.exclude(kind=LedgerEntry.Kind.REFUND).aggregate(total=Sum("amount", default=0))
    return int(came["total"])
