"""Trouble of orders that have not left: not packed in time, goods or suppliers missing, a lane that is closed, a holiday ahead.

Whoever learns of such a thing calls `note_orders` with the orders that it hits, and `clear_orders` when it is over.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tradewind.core.each_alone import Round
from tradewind.core.facts import SYSTEM, Context, reaction
from tradewind.core.schedule import every
from tradewind.orders.events import OrderCancelled, OrderHeld, OrderReleased
from tradewind.orders.holding import WAITING_GOODS
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.events import RefundPlanned
from tradewind.promises.models import Promise
from tradewind.shipping.events import OrderMarkedDispatched
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import Lane, close_all, note_done, open_case, open_of_orders
from tradewind.shipping.trouble_limits import leaving_limit
from tradewind.shipping.trouble_rules import OF_ORDERS, Cause, Found
from tradewind.shipping.trouble_watching import look_soon

_BATCH: Final = 500
# A worker may stand still for a weekend.
_STOOD_STILL: Final = timedelta(days=4)
WAITS: Final = (OrderState.AWAITING_PAYMENT, OrderState.PAID)
# Reasons of refunds that somebody decided because of what went wrong, not because goods were taken off.
BECAUSE_OF_TROUBLE: Final = "trouble"
DECIDED: Final = ("by_staff", BECAUSE_OF_TROUBLE)


def note_orders(
    cause: Cause, order_ids: Iterable[int], *, at: datetime, notice: str = "", since: datetime | None = None
) -> int:
    """These orders are hit. `notice` is what the cause is called, if it has a name; `since` names the episode, else what was promised
    or held does. Again changes nothing. Returns how many are news.
    """
    fresh = 0
    for order_id in sorted(set(order_ids)):
        with transaction.atomic():
            order = Order.objects.select_for_update().filter(pk=order_id, state__in=WAITS).first()
            if order is None:
                continue
            found = Found(cause, since or _since(cause, order))
            if open_case(order, None, found, Lane("", order.country, notice), at=at) is not None:
                fresh += 1
    return fresh


def clear_orders(
    cause: Cause, *, at: datetime, order_ids: Collection[int] | None = None, notice: str | None = None
) -> int:
    """It is over: for these orders, or for all that it was noted of under this name. Returns how many cases ended."""
    cases = Trouble.objects.filter(cause=cause, parcel=None, closed_at=None)
    if order_ids is not None:
        cases = cases.filter(order_id__in=order_ids)
    if notice is not None:
        cases = cases.filter(group__notice=notice[:80])
    return sum(_end_one(*each, at) for each in list(cases.order_by("order_id", "pk").values_list("order_id", "pk")))


@every(timedelta(minutes=1), name="shipping.look_for_not_leaving")
def look_for_not_leaving(now: datetime) -> int:
    """Paid orders whose day of dispatch is nearly over, or was while nobody looked. Reads what was due in the last days and is due
    within hours, and of that what nobody has noted yet.
    """
    due = Promise.objects.filter(kind=Promise.Kind.DISPATCH, is_owed=True, due_at__gt=now - _STOOD_STILL)
    due = due.filter(due_at__lte=now + leaving_limit(), subject_kind="order")
    here = Order.objects.filter(pk=OuterRef("subject_id"), state=OrderState.PAID)
    # Also one that was dismissed: it does not come back before another day is promised.
    of_it = Q(closed_at=None) | Q(promise_id=OuterRef("pk"))
    noted = Trouble.objects.filter(of_it, order_id=OuterRef("subject_id"), parcel=None, cause=Cause.NOT_LEAVING)
    news = due.filter(Exists(here), ~Exists(noted)).order_by("due_at", "id").values_list("subject_id", flat=True)
    with Round() as orders:
        return orders.each(list(news[:_BATCH]), lambda order_id: note_orders(Cause.NOT_LEAVING, [order_id], at=now))


@reaction(OrderMarkedDispatched, name="shipping.trouble_left")
def note_left(fact: OrderMarkedDispatched, context: Context) -> None:
    _end_all(fact.order_id, context.now)


@reaction(OrderCancelled, name="shipping.trouble_cancelled")
def note_cancelled(fact: OrderCancelled, context: Context) -> None:
    _end_all(fact.order_id, context.now)
    look_soon([fact.order_id], at=context.now)


@reaction(OrderHeld, name="shipping.trouble_held")
def note_held(fact: OrderHeld, context: Context) -> None:
    if fact.reason == WAITING_GOODS:
        note_orders(Cause.NO_STOCK, [fact.order_id], at=context.now)


@reaction(OrderReleased, name="shipping.trouble_released")
def note_released(fact: OrderReleased, context: Context) -> None:
    # What was counted short has a name, and ends when enough lie there.
    clear_orders(Cause.NO_STOCK, order_ids=[fact.order_id], notice="", at=context.now)


@reaction(RefundPlanned, name="shipping.trouble_refunded")
def note_refunded(fact: RefundPlanned, context: Context) -> None:
    """Money goes back: whoever decided that has acted."""
    if fact.reason not in DECIDED:
        return
    for case in open_of_orders([fact.order_id]):
        if not any(each.get("refund") == fact.refund_id for each in case.done):
            money = {"amount": fact.amount, "currency": fact.currency}
            note_done(case, "refund", by=SYSTEM, at=context.now, refund=fact.refund_id, **money)


def _end_one(order_id: int, case_id: int, at: datetime) -> bool:
    """The order before the case, as everybody who opens, tells or closes one: two who took them in turns would wait for each other."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order_id)
        case = Trouble.objects.select_for_update().get(pk=case_id)
        if not case.is_open:
            return False
        close_all([case], at=at)
    return True


def _end_all(order_id: int, at: datetime) -> None:
    """All that was wrong with an order before it left."""
    Order.objects.select_for_update().get(pk=order_id)
    close_all([each for each in open_of_orders([order_id]) if each.cause in OF_ORDERS], at=at)


def _since(cause: Cause, order: Order) -> datetime:
    if cause is Cause.NO_STOCK and order.held_at is not None:
        return order.held_at
    promise = Promise.objects.filter(subject_kind="order", subject_id=order.pk, is_owed=True).order_by("-pk").first()
    return promise.made_at if promise else order.placed_at
