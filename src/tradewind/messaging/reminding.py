"""Reminds of orders that wait for a transfer: once, in the buyer's daytime, some days before they are cancelled."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tradewind.core.each_alone import Round
from tradewind.core.models import ShopAccount
from tradewind.core.schedule import every
from tradewind.core.work import NeedsAttention
from tradewind.markets.models import Market
from tradewind.markets.shop import shop_profile
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.models import Message, MomentOff
from tradewind.messaging.moments.method_offers import method_of
from tradewind.messaging.moments.order_received import last_day_kept
from tradewind.messaging.moments.payment_reminder import MOMENT, payment_reminder
from tradewind.messaging.news import daytime
from tradewind.messaging.planning import plan_letter
from tradewind.messaging.ports import UnsafeHeader
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.payments.models import LedgerEntry, MethodOffer

# A transfer takes one to two days of banks: with less, whoever pays at once would be too late. Methods that wait for fewer days
# than four are not reminded of: the first letter has only just been read.
BEFORE_THE_END: Final = timedelta(days=3)
LEAST_DAYS: Final = 4
_AT_ONCE: Final = 100


@every(timedelta(minutes=10), name="messaging.payment_reminder")
def remind_unpaid(now: datetime) -> int:
    """Returns how many letters were planned."""
    with Round() as orders:
        return orders.each(_due(now), lambda pk: _remind(pk, now))


def _due(now: datetime) -> list[int]:
    """Orders within the last days of their method's time, of which nobody was reminded."""
    codes = dict(Market.objects.order_by("pk").values_list("pk", "code"))
    patient = MethodOffer.objects.filter(is_instant=False, hold_days__gte=LEAST_DAYS).order_by("pk")
    ending = [_ending(codes[each.market_id], each, now) for each in patient if each.market_id in codes]
    if not ending:
        return []
    captured = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id=OuterRef("pk"))
    reminded = Message.objects.filter(moment=MOMENT, subject_kind="order", subject_id=OuterRef("pk"))
    off = MomentOff.objects.filter(moment=MOMENT).values("market")
    waiting = Order.objects.filter(
        state=OrderState.AWAITING_PAYMENT,
        account__channel=ShopAccount.Channel.OWN,
        external_id="",
        erased_at=None,
    )
    found = (
        waiting.filter(reduce(or_, ending))
        .exclude(email="")
        .exclude(market__in=off)
        .exclude(Exists(captured))
        .exclude(Exists(reminded))
    )
    return list(found.order_by("placed_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])


def _ending(market: str, offer: MethodOffer, now: datetime) -> Q:
    over = now - timedelta(days=offer.hold_days)
    return Q(market=market, payment_method=offer.code, placed_at__gt=over, placed_at__lte=over + BEFORE_THE_END)


def _remind(order_id: int, now: datetime) -> bool:
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)
        offer = method_of(order)
        if offer is None or offer.is_instant or offer.hold_days < LEAST_DAYS or not _is_unpaid(order):
            return False
        ends = order.placed_at + timedelta(days=offer.hold_days)
        if not ends - BEFORE_THE_END <= now < ends or daytime(order, now) > now:
            return False
        if not may_be_told(order, MOMENT, at=now):
            return False
        return _plan(order, offer, now)


def _plan(order: Order, offer: MethodOffer, now: datetime) -> bool:
    until = last_day_kept(order, offer.hold_days, shop_profile())
    try:
        plan_letter(order, payment_reminder(order, until=until, at=now), at=now)
    except (NeedsAttention, UnsafeHeader):
        # No account to pay to, or an address that no mail can carry: the first letter has put both before a person.
        return False
    return True


def _is_unpaid(order: Order) -> bool:
    came = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id=order.pk)
    return order.state == OrderState.AWAITING_PAYMENT and not came.exists()


def _is_true_still(message: Message, _at: datetime) -> bool:
    return any(_is_unpaid(order) for order in Order.objects.filter(pk=message.subject_id))


look_before_sending(MOMENT, LastLook(_is_true_still))
