"""Promises that ask for a hand: late, due within a day, or at risk, each with what helps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
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

SHOWN: Final = 50
HORIZON: Final = timedelta(days=1)
# Where nobody reports arrivals, an arrival is asked after for so long.
_ASKED_AFTER: Final = timedelta(days=30)
_READ_AT_ONCE: Final = 200
_ROUNDS: Final = 5

_WAITS_FOR: Final = {
    Promise.Kind.DISPATCH: OrderState.PAID,
    Promise.Kind.DELIVERY: OrderState.DISPATCHED,
}
_OTHERS: Final = tuple(kind for kind in Promise.Kind if kind not in _WAITS_FOR)
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


def due_promises(reach: Reach, *, now: datetime) -> list[Promised]:
    """The longest due first, at most SHOWN: statements by kind, not by promise."""
    until = now + HORIZON
    found = [
        *_waiting(owed(reach, kinds=[Promise.Kind.DISPATCH], until=until)),
        *_waiting(owed(reach, kinds=[Promise.Kind.DELIVERY], since=now - _ASKED_AFTER, until=until)),
        *_waiting(owed(reach, kinds=_OTHERS, until=until)),
        *_waiting(at_risk(reach, since=until)),
    ]
    first = sorted(found, key=lambda pair: (pair[0].due_at, pair[0].pk))[:SHOWN]
    return [_promised(promise, order) for promise, order in first]


def _waiting(rows: QuerySet[Promise]) -> Iterable[tuple[Promise, Order]]:
    """Those whose order waits for it: what has yet to be paid does not leave. Read piece by piece until there are enough."""
    found: list[tuple[Promise, Order]] = []
    for turn in range(_ROUNDS):
        some = list(rows[turn * _READ_AT_ONCE : (turn + 1) * _READ_AT_ONCE])
        found += _with_orders(some)
        if len(some) < _READ_AT_ONCE or len(found) >= SHOWN:
            break
    return found[:SHOWN]


def _with_orders(promises: Sequence[Promise]) -> list[tuple[Promise, Order]]:
    orders = Order.objects.in_bulk([promise.order_id for promise in promises if promise.order_id])
    pairs = ((promise, orders.get(promise.order_id or 0)) for promise in promises)
    return [(promise, order) for promise, order in pairs if order is not None and _waits(promise, order)]


def _waits(promise: Promise, order: Order) -> bool:
    wanted = _WAITS_FOR.get(Promise.Kind(promise.kind))
    # A promise of arrival is also at risk before the goods have left.
    is_early = promise.is_at_risk and order.state == OrderState.PAID
    return wanted is None or order.state == wanted or is_early


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
