"""What telling a buyer would say and promise: looked at before it is sent, and computed again when it is. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.aftersales.sent_again import paid_order
from tradewind.checkout.promising import quote_for_order, quote_once_here
from tradewind.lib.zones import main_zone
from tradewind.messaging.moments.order_trouble import News, order_trouble
from tradewind.messaging.rendering import Rendered, render
from tradewind.messaging.trouble_answers import soonest, usual_day
from tradewind.messaging.trouble_codes import CodeWish, coupon_for
from tradewind.orders.states import OrderState
from tradewind.orders.writing_to import is_written_to
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.trouble_limits import offers_code
from tradewind.shipping.trouble_proposing import DATED, Proposal, Situation, propose
from tradewind.shipping.trouble_rules import HELD, OF_ORDERS, OURS, Cause
from tradewind.shipping.trouble_windows import underway, window_now

# A way that is closed is offered no more, and goods that are missing have no day before somebody knows when they come.
_NO_QUOTE: Final = frozenset({Cause.CLOSED_LANE, Cause.NO_STOCK})
# Somebody may know when what is missing is here.
AWAITED: Final = frozenset({Cause.SUPPLIER, Cause.NO_STOCK})


Days = tuple[date, date]


class TooEarly(Exception):
    """A new date begins tomorrow at the earliest, and ends when it has begun."""


class NotLater(Exception):
    """A new day that is not later than the one that was promised is no news."""

    def __init__(self, promised: date) -> None:
        super().__init__(promised)
        self.promised = promised


class DaysMoved(Exception):
    """The letter would name other days than those that were read."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What telling would say and promise. `promise` is the arrival that is owed; `quote` renews an order that is still here."""

    case: Trouble
    promise: Promise | None
    quote: DeliveryQuote | None
    news: News
    proposal: Proposal

    @property
    def can_write(self) -> bool:
        return can_be_told(self.case)


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever tells has read and chosen. `arrives` None: the days that we propose, if any. `here_on`: the day on which what is
    missing is here, None: after its supplier's stop, as the warehouse knows it, or unknown. `hears_by`: where no new day is known, the
    day by which the buyer hears, None: the usual one. `answers`: the promise of that which this letter keeps.
    """

    note: str = ""
    arrives: Days | None = None
    back: int = 0
    here_on: date | None = None
    code: CodeWish | None = None
    hears_by: date | None = None
    answers: int | None = None


def can_be_told(case: Trouble) -> bool:
    """Is it something to write about, and is there an address?"""
    return case.cause not in OURS and is_written_to(case.order)


def prospect(case: Trouble, *, at: datetime, wish: Wish | None = None) -> Prospect:
    """Nothing is written. Raises TooGenerous, TooEarly for days that nobody can be promised, and DaysMoved where an order that is
    still here has others by now than those that were read: nobody chooses them.
    """
    wish = wish or Wish()
    promise = _owed(case.order_id)
    quote, arrives = None, None
    if case.cause in OF_ORDERS and (case.cause not in _NO_QUOTE or (case.cause in AWAITED and wish.here_on)):
        quote = _quote(case, wish.here_on, at)
        arrives = (quote.arrives_first, quote.arrives_last) if quote else None
        if wish.arrives not in {None, arrives}:
            raise DaysMoved(wish.arrives, arrives)
    elif case.cause in DATED and case.parcel is not None:
        arrives = wish.arrives or _window(case, case.parcel, promise, at)
    elif case.cause in HELD:
        arrives = wish.arrives
    if arrives is not None and quote is None:
        _check(arrives, country_of(case), at)
    news = News(
        arrives=arrives,
        hears_by=_hears_by(case, wish, at) if case.cause in OF_ORDERS and arrives is None else None,
        leaves=quote.leaves_on if quote else None,
        before=(promise.first_day, promise.last_day) if promise and arrives else None,
        note=wish.note,
        back=wish.back,
        code=coupon_for(case.order, wish.code, at=at) if wish.code else None,
    )
    return Prospect(case, promise, quote, news, propose(_situation(case, promise, arrives, at)))


def require_later(seen: Prospect) -> None:
    """The letter says that it leaves or comes later than promised: so it must. Raises NotLater."""
    case, arrives = seen.case, seen.news.arrives
    if seen.quote is not None:
        owed = open_promise(Promise.Kind.DISPATCH, case.order_id)
        if owed is not None and seen.quote.leaves_on <= owed.last_day:
            raise NotLater(owed.last_day)
    elif arrives is not None and seen.promise is not None:
        # Of a parcel that is only looked for, the letter may say that the promised day stands.
        is_same_told = case.cause != Cause.SLOW and arrives[1] == seen.promise.last_day
        if arrives[1] <= seen.promise.last_day and not is_same_told:
            raise NotLater(seen.promise.last_day)


def days_of(cases: Sequence[Trouble], *, at: datetime) -> Mapping[int, Days]:
    """The days that buyers of parcels would be told, by case. One statement for all of them."""
    dated = [case for case in cases if case.cause in DATED and case.parcel is not None and case.told_at is None]
    orders = [case.order_id for case in dated]
    owed = Promise.objects.filter(subject_kind="order", subject_id__in=orders, kind=Promise.Kind.DELIVERY, is_owed=True)
    promises = {promise.subject_id: promise for promise in owed.order_by("pk")}
    return {case.pk: _window(case, case.parcel, promises.get(case.order_id), at) for case in dated if case.parcel}


def country_of(case: Trouble) -> str:
    """By whose calendar its days are counted: a parcel goes on to where it was sent, whatever became of the order's address."""
    return (case.parcel.country if case.parcel else "") or case.order.country


def preview(seen: Prospect) -> Rendered:
    """The letter as it would leave, without the link that only its sending makes."""
    return render(order_trouble(seen.case, seen.news))


def _owed(order_id: int) -> Promise | None:
    rows = Promise.objects.filter(subject_kind="order", subject_id=order_id, kind=Promise.Kind.DELIVERY, is_owed=True)
    return rows.order_by("-pk").first()


def _quote(case: Trouble, here_on: date | None, at: datetime) -> DeliveryQuote | None:
    """Raises TooEarly."""
    order = case.order
    if order.state != OrderState.PAID or not order.delivery_option or order.buyer_id is None:
        return None
    if case.cause not in AWAITED:
        return quote_for_order(order, at=at)
    if here_on is None:
        return quote_for_order(order, at=at, is_awaited=True)
    quote = quote_once_here(order, on=here_on)
    if quote is not None and here_on <= at.astimezone(ZoneInfo(quote.leaves_zone)).date():
        raise TooEarly((here_on, here_on), quote.warehouse_country)
    return quote


def _hears_by(case: Trouble, wish: Wish, at: datetime) -> date:
    """Raises TooEarly."""
    if wish.hears_by is not None and wish.hears_by < soonest(case.order, at=at):
        raise TooEarly((wish.hears_by, wish.hears_by), case.order.country)
    return wish.hears_by or usual_day(case.order, at=at)


def _window(case: Trouble, parcel: Parcel, promise: Promise | None, at: datetime) -> Days:
    """What it still needs, at best. We tell no new date that is earlier than the one that stands."""
    left_at = at if parcel.is_waiting else parcel.handed_over_at
    way = underway(country_of(case), left_at, promise)
    first, last = window_now(way, at=at)
    if promise is None:
        return first, last
    return max(first, promise.first_day), max(last, promise.last_day)


def _check(arrives: Days, country: str, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(main_zone(country))).date()
    if not today < arrives[0] <= arrives[1]:
        raise TooEarly(arrives, country)


def _situation(case: Trouble, promise: Promise | None, arrives: Days | None, at: datetime) -> Situation:
    order = case.order
    moved = Promise.objects.filter(subject_kind="order", subject_id=order.pk, kind=Promise.Kind.DISPATCH)
    return Situation(
        cause=Cause(case.cause),
        party=case.party,
        total=order.paid if order.is_priced else 0,
        late_by=(arrives[1] - promise.last_day).days if arrives and promise else 0,
        waited_days=(at - paid_order(order).placed_at).days,
        country=order.country,
        can_write=can_be_told(case),
        moved=moved.filter(state=Promise.State.RENEWED).count() if case.cause in OF_ORDERS else 0,
        is_told=case.told_at is not None,
        offers_code=offers_code(),
    )
