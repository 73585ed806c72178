"""News for buyers: brought when something happens, told when it is day where they live, together, and only what is still true.

The letter is written when it leaves. Whoever is killed in between has told nothing yet: each order's news is told in one
transaction, under the lock of the order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from tradewind.core.each_alone import Round, ask_to_look
from tradewind.core.models import Delivery, ShopAccount, WorkItem
from tradewind.core.schedule import every
from tradewind.core.work import MAX_TRIES, pause_after
from tradewind.lib.daytime import good_moment
from tradewind.messaging.buyer_zones import zones_for
from tradewind.messaging.channels import may_be_told
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.hours_rule import hours, most_a_day, silence
from tradewind.messaging.letter_wishes import wants
from tradewind.messaging.models import Message, MomentOff, News
from tradewind.messaging.moments.parcel_news import Piece, parcel_news
from tradewind.messaging.on_the_way import MOVING, RULES, Moment, is_true
from tradewind.messaging.planning import plan_letter
from tradewind.messaging.ports import UnsafeHeader
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.orders.writing_to import is_written_to
from tradewind.shipping.models import Parcel, Trouble

# What happened longer ago is no news: files of carriers bring the scans of weeks, and after a standstill nobody is told that a
# parcel is on its way which they hold in their hands.
OLDEST: Final = timedelta(days=3)
STILL_URGENT: Final = timedelta(hours=4)
# Parcels of one order often come to the same place within minutes: their news goes together.
COMPANIONS: Final = timedelta(minutes=10)
_SILENT_AT_ONCE: Final = 200
_UNDER_WAY: Final = 50
_TELLING: Final = "messaging.tell_news"
_GONE: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})
_CAN_WAIT: Final = frozenset(moment.value for moment, rule in RULES.items() if not rule.is_urgent)


def bring(moment: Moment, parcel: Parcel, *, happened_at: datetime, at: datetime) -> News | None:
    """In the transaction of its cause. None where its buyer does not hear of it: another's customer, switched off, too old."""
    order = Order.objects.select_related("account").get(pk=parcel.order_id)
    if order.state in _GONE or at - happened_at > OLDEST:
        return None
    if not may_be_told(order, moment, subject=("parcel", parcel.pk), at=at) or not is_written_to(order):
        return None
    why = _unwanted(order, moment)
    if why is News.Why.OFF:
        return None
    # Files and questions bring what happened hours ago: that wakes nobody any more.
    is_urgent = RULES[moment].is_urgent and at - happened_at < STILL_URGENT
    # What a buyer does not want is kept as such: it is looked at once and not again each time.
    unwanted = {"state": News.State.PASSED, "why": why, "settled_at": at} if why else {}
    news, _ = News.objects.get_or_create(
        moment=moment,
        subject_kind="parcel",
        subject_id=parcel.pk,
        defaults={
            "order": order,
            "is_urgent": is_urgent,
            "happened_at": happened_at,
            "heard_at": at,
            "due_at": at if is_urgent else daytime(order, at + COMPANIONS),
            **unwanted,
        },
    )
    return news


def daytime(order: Order, at: datetime) -> datetime:
    """The first moment from then on at which its buyer is written to about what can wait."""
    return good_moment(at, zones_for(order), hours())


@every(timedelta(minutes=10), name="messaging.still_moving")
def bring_silent(now: datetime) -> int:
    """Parcels of which the carrier has said nothing for days, and nothing is wrong yet. Returns how many were found."""
    since = now - silence()
    known = News.objects.filter(moment=Moment.STILL_MOVING, subject_kind="parcel", subject_id=OuterRef("pk"))
    untold = MomentOff.objects.filter(moment=Moment.STILL_MOVING).values("market")
    # Whoever is not told leaves no row: here they are left out, or they would stand before the others each time.
    silent = Parcel.objects.filter(
        last_at__gt=since - OLDEST,
        last_at__lte=since,
        # A carrier is silent only where somebody has listened since.
        listened_at__gte=F("last_at") + silence(),
        delivered_at=None,
        replaced_at=None,
        refunded_at=None,
        status__in=MOVING,
        is_in_trouble=False,
        order__account__channel=ShopAccount.Channel.OWN,
        order__external_id="",
        order__erased_at=None,
    )
    silent = silent.exclude(order__email="").exclude(order__state__in=_GONE).exclude(order__market__in=untold)
    rows = list(silent.filter(~Exists(known)).order_by("last_at", "pk")[:_SILENT_AT_ONCE])
    with Round() as parcels:
        parcels.each(rows, lambda parcel: _bring_one(parcel, now))
    return len(rows)


def _bring_one(parcel: Parcel, now: datetime) -> bool:
    happened_at = (parcel.last_at or now - silence()) + silence()
    if not is_true(Moment.STILL_MOVING, parcel, happened_at):
        return False
    with transaction.atomic():
        return bring(Moment.STILL_MOVING, parcel, happened_at=happened_at, at=now) is not None


@every(timedelta(seconds=2), name=_TELLING)
def tell_due(now: datetime) -> int:
    """Returns how many letters were planned."""
    due = News.objects.filter(settled_at=None, due_at__lte=now).order_by("due_at", "order")
    # What a provider has put off stands before nobody.
    leaving = Delivery.objects.filter(WorkItem.IS_OPEN, key=OuterRef("message_id"), due_at__lte=now)
    planned = Message.objects.filter(moment__in=_CAN_WAIT, state=Message.State.PLANNED, sent_at=None)
    under_way = planned.filter(Exists(leaving))
    if under_way.count() >= _UNDER_WAY:
        # Confirmations and codes leave in the same turn: what can wait does not stand before them by the thousand.
        due = due.filter(is_urgent=True)
    orders = dict.fromkeys(due.values_list("order_id", flat=True)[:_UNDER_WAY])
    with Round() as telling:
        return telling.each(
            list(orders),
            lambda order_id: tell_order(order_id, now=now),
            push_back=lambda order_id, problem: _push_back(order_id, problem, now),
        )


def _push_back(order_id: int, problem: Exception, now: datetime) -> None:
    """What cannot be told now is tried again after pauses that grow; somebody is asked to look when they are long."""
    rows = News.objects.filter(order=order_id, state=News.State.WAITING, due_at__lte=now)
    failures = 1 + (rows.aggregate(most=Max("failures"))["most"] or 0)
    rows.update(failures=failures, due_at=now + pause_after(failures))
    if failures >= MAX_TRIES:
        ask_to_look(_TELLING, order_id, problem, at=now)


def tell_order(order_id: int, *, now: datetime) -> bool:
    """All that waits about an order, as far as it is still true, in one letter. False where there is none to write."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)
        rows = list(News.objects.filter(order=order, state=News.State.WAITING).order_by("pk"))
        left = _still_true(order, rows, now)
        if not any(row.due_at <= now for row, _ in left) or _is_too_much(order, left, now):
            return False
        return _tell(order, left, now)


def _still_true(order: Order, rows: Sequence[News], now: datetime) -> list[tuple[News, Piece]]:
    """What is not is settled. The furthest on the way comes first, what is urgent before it."""
    parcels = Parcel.objects.in_bulk([row.subject_id for row in rows])
    left = []
    for row in rows:
        piece = Piece(Moment(row.moment), parcels[row.subject_id])
        why = _why_not(order, row, piece, now)
        if why is None:
            left.append((row, piece))
        else:
            settle(row, News.State.PASSED, at=now, why=why)
    way = list(Moment)
    return sorted(left, key=lambda pair: (not pair[0].is_urgent, -way.index(pair[1].moment), pair[0].pk))


def _why_not(order: Order, row: News, piece: Piece, now: datetime) -> News.Why | None:
    if not is_written_to(order) or order.state in _GONE:
        return News.Why.GONE
    if now - row.happened_at > OLDEST:
        return News.Why.OLD
    if (unwanted := _unwanted(order, piece.moment)) is not None:
        return unwanted
    if not is_true(piece.moment, piece.parcel, row.happened_at):
        return News.Why.OVER
    told = Trouble.objects.filter(parcel=piece.parcel, told_at__gte=row.happened_at)
    if piece.moment is not Moment.DELIVERED and told.exists():
        return News.Why.TOLD_ANYWAY
    return None


def _unwanted(order: Order, moment: Moment) -> News.Why | None:
    if MomentOff.objects.filter(moment=moment, market=order.market).exists():
        return News.Why.OFF
    return None if wants(order, moment) else News.Why.WISH


def _is_too_much(order: Order, left: Sequence[tuple[News, Piece]], now: datetime) -> bool:
    """Whoever heard enough from us today hears of what can wait tomorrow."""
    if any(row.is_urgent for row, _ in left):
        return False
    today = Message.objects.filter(recipient=order.email, created_at__gt=now - timedelta(days=1))
    told = list(today.filter(moment__in=_CAN_WAIT).order_by("created_at").values_list("created_at", flat=True))
    most = most_a_day()
    if len(told) < most:
        return False
    again = daytime(order, told[-most] + timedelta(days=1))
    News.objects.filter(pk__in=[row.pk for row, _ in left]).update(due_at=again)
    return True


def _tell(order: Order, left: Sequence[tuple[News, Piece]], now: datetime) -> bool:
    lead = left[0][0]
    try:
        letter = parcel_news(order, [piece for _, piece in left], at=now)
        message = plan_letter(order, letter, subject=(lead.subject_kind, lead.subject_id), at=now)
    except UnsafeHeader:
        for row, _ in left:
            settle(row, News.State.PASSED, at=now, why=News.Why.ADDRESS)
        return False
    for row, _ in left:
        settle(row, News.State.TOLD, at=now, message=message)
    return True


def settle(
    row: News, state: News.State, *, at: datetime, why: News.Why | str = "", message: Message | None = None
) -> None:
    row.state, row.why, row.settled_at = state, why, at
    row.message_id = message.pk if message else None
    row.save(update_fields=["state", "why", "settled_at", "message_id"])


def _is_news_still(message: Message, at: datetime) -> bool:
    """Mail can stand still for days: it leaves as long as anything in it would be told today."""
    return any(why is None for _, why in _asked_again(message, at))


def _take_back(message: Message, at: datetime) -> None:
    """What has become true again since the last look, a moment ago, is over with the rest."""
    for row, why in _asked_again(message, at):
        settle(row, News.State.PASSED, at=at, why=why or News.Why.OVER)


def _asked_again(message: Message, at: datetime) -> list[tuple[News, News.Why | None]]:
    """What the letter tells, and why it would not be told now: the same question as before it was written."""
    rows = list(News.objects.filter(message_id=message.pk).select_related("order__account").order_by("pk"))
    parcels = Parcel.objects.in_bulk([row.subject_id for row in rows])
    return [(row, _why_not(row.order, row, Piece(Moment(row.moment), parcels[row.subject_id]), at)) for row in rows]


for _moment in RULES:
    look_before_sending(_moment, LastLook(_is_news_still, _take_back))
