"""Promises that ask for a hand: late, due within a day, or at risk, each with what helps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console.counts import count_words
from tradewind.core.reach import Reach
from tradewind.core.words import say, spoken
from tradewind.orders.holding import is_kept
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.wording import promise_words
from tradewind.shipping.due import ASKED_AFTER, Part, due
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_queries import COUNTED, unseen

# Of each part; a page is read by people.
SHOWN: Final = 40
_HELPS: Final = {
    Promise.Kind.DISPATCH: gettext_noop("Pack it and mark it dispatched."),
    Promise.Kind.DELIVERY: gettext_noop("Look where the parcel is, and tell the buyer when it comes."),
    Promise.Kind.REFUND: gettext_noop("Look whether the money is on its way, or send it."),
    Promise.Kind.ANSWER: gettext_noop("Answer the buyer."),
}
_KEPT_BACK: Final = gettext_noop("It is kept back: release it, or tell the buyer a new date.")
_COLLECT: Final = gettext_noop("It stands ready: say when its carrier has collected it.")
_LOOK: Final = gettext_noop("Look what is missing.")
_UNDER_DISPATCH: Final = {Promise.Kind.DISPATCH: "#dispatch"}
# What is not shown of a part, and the list where all of it stands.
_RESTS: Final = {
    Part.ARRIVING: (gettext_noop("More parcels are late or due: {number}"), "console:parcels", "?view=open"),
    Part.OTHERS: (gettext_noop("More refunds or answers are owed: {number}"), "console:orders", ""),
    Part.AT_RISK: (gettext_noop("More promises are at risk: {number}"), "console:troubles", ""),
}
# Those that are still to be packed, and those of which a parcel stands ready.
_RESTS_OF_LEAVING: Final = {
    OrderState.PAID: (gettext_noop("More orders have to leave: {number}"), "console:warehouse"),
    OrderState.DISPATCHED: (gettext_noop("More parcels wait for their carrier: {number}"), "console:waiting-parcels"),
}
_UNSEEN: Final = gettext_noop("Parcels that should have arrived, and nobody tells: {number}")


@dataclass(frozen=True, slots=True)
class Promised:
    """`helps` is the proposal in words, `address` where it can be done."""

    part: Part
    order_id: int
    order_ref: str
    words: str
    helps: str
    address: str
    due_at: datetime
    is_kept: bool  # nobody may send it before it is released
    is_at_risk: bool
    note: str


@dataclass(frozen=True, slots=True)
class Rest:
    """More than the page shows: in words, and where all of it stands."""

    words: str
    number: int
    address: str


def due_promises(reach: Reach, *, now: datetime, groups: Sequence[int] = ()) -> list[Promised]:
    """The longest due first, of each part at most SHOWN: statements by part, not by promise.

    Without those that the waiting cases of these groups speak of: they stand there with their case.
    """
    parts = due(reach, now=now, groups=groups)
    found = [(part, each) for part, rows in parts.items() for each in rows[:SHOWN]]
    found.sort(key=lambda pair: (pair[1].due_at, pair[1].pk))
    orders = Order.objects.in_bulk([promise.order_id for _, promise in found if promise.order_id])
    known = ((part, promise, orders.get(promise.order_id or 0)) for part, promise in found)
    return [_promised(part, promise, order) for part, promise, order in known if order is not None]


def not_shown(reach: Reach, shown: Sequence[Promised], *, now: datetime, groups: Sequence[int] = ()) -> list[Rest]:
    """What of each part stands not among those shown because it is too much, and arrivals of which nobody hears: each with its list."""
    numbers = Counter(row.part for row in shown)
    parts = {part: rows for part, rows in due(reach, now=now, groups=groups).items() if numbers[part] >= SHOWN}
    found = _rests_of_leaving(parts.pop(Part.LEAVING), shown) if Part.LEAVING in parts else []
    found += [
        _rest(words, parts[part][SHOWN:], reverse(page) + query)
        for part, (words, page, query) in _RESTS.items()
        if part in parts
    ]
    since = reach.of(Parcel.objects.filter(due_at__gte=now - ASKED_AFTER), field="order__account_id")
    found.append(_rest(_UNSEEN, unseen(since, now), f"{reverse('console:parcels')}?view=unseen"))
    return [rest for rest in found if rest.number]


def _rests_of_leaving(rows: QuerySet[Promise], shown: Sequence[Promised]) -> list[Rest]:
    """The longest due are shown of all together, so those of each state that are shown are the first of that state."""
    ids = [row.order_id for row in shown if row.part is Part.LEAVING]
    rests = []
    for state, (words, page) in _RESTS_OF_LEAVING.items():
        orders = Order.objects.filter(state=state)
        of_state = rows.filter(Exists(orders.filter(pk=OuterRef("subject_id"))))
        rests.append(_rest(words, of_state[orders.filter(pk__in=ids).count() :], reverse(page)))
    return rests


def _rest(words: str, rows: QuerySet[Any], address: str) -> Rest:
    number = rows[: COUNTED + 1].count()
    return Rest(say(spoken(), words, number=count_words(number, most=COUNTED)), number, address)


def _promised(part: Part, promise: Promise, order: Order) -> Promised:
    kind = Promise.Kind(promise.kind)
    if kind is Promise.Kind.DISPATCH and order.state == OrderState.DISPATCHED:
        return _as_shown((part, promise, order), _COLLECT, reverse("console:waiting-parcels"))
    is_held = kind is Promise.Kind.DISPATCH and is_kept(order)
    page = reverse("console:order", kwargs={"order_id": order.pk}) + _UNDER_DISPATCH.get(kind, "")
    return _as_shown((part, promise, order), _KEPT_BACK if is_held else _HELPS.get(kind, _LOOK), page, is_held=is_held)


def _as_shown(about: tuple[Part, Promise, Order], helps: str, address: str, *, is_held: bool = False) -> Promised:
    part, promise, order = about
    return Promised(
        part,
        order.pk,
        order.ref,
        promise_words(promise, spoken()),
        say(spoken(), helps),
        address,
        promise.due_at,
        is_held,
        promise.is_at_risk,
        promise.risk_note,
    )
