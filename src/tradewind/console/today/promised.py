"""Promises that ask for a hand: late, due within a day, or at risk, each with what helps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core.reach import Reach
from tradewind.core.words import say, spoken
from tradewind.orders.holding import is_kept
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import at_risk, owed
from tradewind.promises.wording import promise_words
from tradewind.shipping.trouble_queries import unsaid

SHOWN: Final = 40
HORIZON: Final = timedelta(days=1)
# Where nobody reports arrivals, an arrival is asked after for so long.
_ASKED_AFTER: Final = timedelta(days=30)

_OTHERS: Final = tuple(kind for kind in Promise.Kind if kind not in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY))
_HELPS: Final = {
    Promise.Kind.DISPATCH: gettext_noop("Pack it and mark it dispatched."),
    Promise.Kind.DELIVERY: gettext_noop("Look where the parcel is, and tell the buyer when it comes."),
    Promise.Kind.REFUND: gettext_noop("Look whether the money is on its way, or send it."),
    Promise.Kind.ANSWER: gettext_noop("Answer the buyer."),
}
_KEPT_BACK: Final = gettext_noop("It is kept back: release it, or tell the buyer a new date.")
_LOOK: Final = gettext_noop("Look what is missing.")
_UNDER_DISPATCH: Final = {Promise.Kind.DISPATCH: "#dispatch"}


@dataclass(frozen=True, slots=True)
class Promised:
    """`helps` is the proposal in words, `address` where it can be done."""

    order_id: int
    order_ref: str
    words: str
    helps: str
    address: str
    due_at: datetime
    is_kept: bool  # nobody may send it before it is released
    is_at_risk: bool
    note: str


def due_promises(reach: Reach, *, now: datetime, groups: Sequence[int] = ()) -> list[Promised]:
    """The longest due first, at most SHOWN: statements by kind, not by promise.

    Without those that the waiting cases of these groups speak of: they stand there with their case.
    """
    until = now + HORIZON
    leaving = owed(reach, kinds=[Promise.Kind.DISPATCH], until=until)
    arriving = owed(reach, kinds=[Promise.Kind.DELIVERY], since=now - _ASKED_AFTER, until=until)
    found = [
        *_of_orders(unsaid(leaving, groups), OrderState.PAID),
        *_of_orders(unsaid(arriving, groups), OrderState.DISPATCHED),
        *owed(reach, kinds=_OTHERS, until=until)[:SHOWN],
        # An arrival can also be at risk before the goods have left.
        *_of_orders(unsaid(at_risk(reach, since=until), groups), OrderState.PAID, OrderState.DISPATCHED),
    ]
    found.sort(key=lambda promise: (promise.due_at, promise.pk))
    orders = Order.objects.in_bulk([promise.order_id for promise in found[:SHOWN] if promise.order_id])
    pairs = ((promise, orders.get(promise.order_id or 0)) for promise in found[:SHOWN])
    return [_promised(promise, order) for promise, order in pairs if order is not None]


def _of_orders(rows: QuerySet[Promise], *states: OrderState) -> Iterable[Promise]:
    """Those whose order waits for it: what has yet to be paid does not leave."""
    waiting = Order.objects.filter(pk=OuterRef("subject_id"), state__in=states)
    return rows.filter(Exists(waiting), subject_kind="order")[:SHOWN]


def _promised(promise: Promise, order: Order) -> Promised:
    kind = Promise.Kind(promise.kind)
    is_held = kind is Promise.Kind.DISPATCH and is_kept(order)
    page = reverse("console:order", kwargs={"order_id": order.pk})
    return Promised(
        order.pk,
        order.ref,
        promise_words(promise, spoken()),
        say(spoken(), _KEPT_BACK if is_held else _HELPS.get(kind, _LOOK)),
        page + _UNDER_DISPATCH.get(kind, ""),
        promise.due_at,
        is_held,
        promise.is_at_risk,
        promise.risk_note,
    )
