"""Asking how an order was: some days after it is there, once, in the buyer's daytime, and everybody in the same words.

Who is asked depends on nothing that a buyer said or might say. Where something is open (a case, money that goes back, a withdrawal, a
message without an answer), we wait until it is settled; after a month nobody is asked any more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial, reduce
from operator import or_
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tradewind.aftersales.models import Feedback, Withdrawal
from tradewind.aftersales.withdrawing import DECLARED
from tradewind.core.each_alone import Round
from tradewind.core.models import ShopAccount, Todo
from tradewind.core.schedule import every
from tradewind.lib.batches import in_batches
from tradewind.markets.queries import all_markets, market_by_code
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.letter_wishes import wants_requests
from tradewind.messaging.models import BuyerMessage, Message, MomentOff
from tradewind.messaging.moments.feedback_request import MOMENT, REMINDER, feedback_request
from tradewind.messaging.news import daytime
from tradewind.messaging.planning import plan_letter
from tradewind.messaging.ports import UnsafeHeader
from tradewind.messaging.suppressing import is_suppressed
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.models import Refund
from tradewind.shipping.models import Parcel, Trouble

# After that nobody remembers, and the request would be a surprise.
LATEST: Final = timedelta(days=30)
# Whoever orders often is not asked about each order.
BETWEEN: Final = timedelta(days=14)
# Nothing is under way for longer; older orders are not looked through each time.
_LONGEST_WAY: Final = timedelta(days=270)
_AT_ONCE: Final = 100
_LOOKED_AT: Final = 500


@every(timedelta(minutes=10), name="messaging.ask_feedback")
def ask_due(now: datetime) -> int:
    """Returns how many letters were planned."""
    asked = 0
    with Round() as orders:
        for moment in (MOMENT, REMINDER):
            due = _due(moment, now)
            ids = list(due.order_by("placed_at", "pk").values_list("pk", flat=True)[:_LOOKED_AT])
            for some in in_batches(ids, _AT_ONCE):
                if asked < _AT_ONCE:
                    asked += orders.each(some, partial(_ask, moment=moment, due=due, now=now))
    return asked


def _due(moment: str, now: datetime) -> QuerySet[Order]:
    """Those whose time has come, by the rule of their market, and that were not asked so before."""
    orders = _askable(now)
    asked = Message.objects.filter(moment=moment, subject_kind="order", subject_id=OuterRef("pk"))
    time = [Q(market=code) & _is_time(moment, days, now) for code, days in _days(moment, now)]
    if not time:
        return orders.none()
    if moment == MOMENT:
        lately = Message.objects.filter(moment=MOMENT, recipient=OuterRef("email"), created_at__gt=now - BETWEEN)
        orders = orders.exclude(Exists(lately))
    off = MomentOff.objects.filter(moment=moment).values("market")
    return orders.exclude(Exists(asked)).exclude(market__in=off).filter(reduce(or_, time))


def _days(moment: str, now: datetime) -> Iterator[tuple[str, int]]:
    """Of each market that asks: after how many days. A reminder is off where no rule sets it."""
    for market in all_markets(on=now.date()):
        days = market.feedback_days if moment == MOMENT else market.feedback_reminder_days
        if moment == MOMENT or days:
            yield market.code, days


def _is_time(moment: str, days: int, now: datetime) -> Q:
    since = now - timedelta(days=days)
    if moment == REMINDER:
        asked = Message.objects.filter(moment=MOMENT, subject_kind="order", subject_id=OuterRef("pk"))
        return Q(Exists(asked.filter(created_at__lte=since)))
    return ~Q(Exists(_parcels().filter(delivered_at__gt=since)))


def _askable(now: datetime) -> QuerySet[Order]:
    """Delivered within the last month, in the own shop, and nothing about it is open."""
    there = _parcels().filter(delivered_at__gt=now - LATEST, is_contradicted=False)
    not_there = _parcels().filter(delivered_at=None)
    orders = Order.objects.filter(
        state__in=[OrderState.DELIVERED, OrderState.COMPLETED],
        kind=Order.Kind.SALE,
        account__channel=ShopAccount.Channel.OWN,
        external_id="",
        erased_at=None,
        placed_at__gt=now - _LONGEST_WAY,
    )
    return _settled(orders.exclude(email="").filter(Exists(there)).exclude(Exists(not_there)))


def _settled(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Without an open matter, and without an answer: whoever has said how it was is not asked."""
    of_order = {"order": OuterRef("pk")}
    withdrawn = Withdrawal.objects.filter(**of_order).values("pk")
    open_todos = Todo.objects.filter(state=Todo.State.OPEN)
    refunds = Refund.objects.filter(intent__subject_kind="order", intent__subject_id=OuterRef("pk"))
    for matter in (
        Feedback.objects.filter(**of_order),
        Trouble.objects.filter(**of_order, state=Trouble.State.OPEN),
        BuyerMessage.objects.filter(**of_order, answered_at=None),
        refunds.exclude(state=Refund.State.CONFIRMED),
        open_todos.filter(subject_kind="order", subject_id=OuterRef("pk")),
        open_todos.filter(kind=DECLARED, subject_kind="withdrawal", subject_id__in=withdrawn),
    ):
        orders = orders.exclude(Exists(matter))
    return orders


def _parcels() -> QuerySet[Parcel]:
    return Parcel.objects.filter(order=OuterRef("pk"), replaced_at=None, refunded_at=None)


def _ask(order_id: int, *, moment: str, due: QuerySet[Order], now: datetime) -> bool:
    """Looked at once more under the order's lock: whoever opens a case holds it too."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)
        if not due.filter(pk=order_id).exists() or not wants_requests(order) or daytime(order, now) > now:
            return False
        # A mere question is not worth a person's hand where nobody reads at the address.
        if not may_be_told(order, moment, at=now) or is_suppressed(order.email):
            return False
        is_last = not market_by_code(order.market, on=now.date()).feedback_reminder_days
        letter = feedback_request(order, is_reminder=moment == REMINDER, is_last=is_last, at=now)
        try:
            plan_letter(order, letter, at=now)
        except UnsafeHeader:
            return False  # the confirmation has put that address before a person
    return True


def _is_true_still(message: Message, _at: datetime) -> bool:
    order = _settled(Order.objects.filter(pk=message.subject_id, erased_at=None)).first()
    return order is not None and wants_requests(order)


for _moment in (MOMENT, REMINDER):
    look_before_sending(_moment, LastLook(_is_true_still))
