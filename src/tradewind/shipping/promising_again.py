"""When goods were handed over, their arrival is promised anew from the day on which they were: handling and transit are two things.

Nobody is told a later day in silence: the letter of dispatch says it, and where no such letter is written the old promise stands.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.lib.calendars import NoWorkingDays, country_calendar
from tradewind.lib.money import Money
from tradewind.lib.zones import main_zone
from tradewind.markets.queries import UnknownMarket, market_by_code
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.orders.writing_to import is_written_to
from tradewind.promises.making import Told, renew, start_of
from tradewind.promises.models import Promise
from tradewind.shipping.agreeing import terms_for_order
from tradewind.shipping.delays import SLOWED_BY, LaneClosed, slowed, with_notices
from tradewind.shipping.lane_coverage import CONFIRMED, LEFT_ON
from tradewind.shipping.models import Parcel
from tradewind.shipping.not_counting import days_not_counted
from tradewind.shipping.terms import Terms
from tradewind.shipping.travelling import arrival

# What left longer ago is not promised anew: no letter tells of it any more.
OLDEST: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Window:
    first: date
    last: date
    share: float | None
    zone: str
    inputs: dict[str, Any]

    @property
    def since(self) -> datetime:
        return start_of(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return start_of(self.last + timedelta(days=1), self.zone)


def promise_again(*, order_id: int, handed_over_at: datetime, at: datetime) -> Promise | None:
    """The promise of arrival that holds from now on; None where none is owed, or where the old one stands as it was.

    Asked again, it finds the day of leaving in the promise and does nothing. Of several parcels the last one counts: while some
    of the order is still here, or waits for its carrier, nobody knows when all of it will be there.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        owed = Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_kind="order", subject_id=order_id)
        old = owed.filter(is_owed=True).order_by("pk").last()
        if old is None or LEFT_ON in old.inputs or order.state != OrderState.DISPATCHED or at - handed_over_at > OLDEST:
            return None
        window = None if _one_waits(order_id) else _window(order, _left_at(order_id, handed_over_at), at)
        if window is None or window.until <= at:
            return None
        if window.until > old.due_at and not is_written_to(order):
            return None
        return _promised(old, window, at)


def days_of_part(parcel: Parcel, at: datetime) -> tuple[date, date] | None:
    """When a parcel arrives that is not all of its order: no promise, because that is for all of it. None where nobody can say."""
    window = _window(parcel.order, parcel.handed_over_at, at)
    return (window.first, window.last) if window else None


def _promised(old: Promise, window: _Window, at: datetime) -> Promise | None:
    inputs = {**old.inputs, **window.inputs}
    if (window.first, window.last, window.zone) == (old.first_day, old.last_day, old.zone):
        old.inputs = {**inputs, CONFIRMED: True}
        old.save(update_fields=["inputs"])
        return old
    told = Told(
        until=window.until,
        zone=window.zone,
        since=window.since,
        buyer_id=old.buyer_id,
        account_id=old.account_id,
        inputs=inputs,
        share=window.share,
    )
    return renew(promise_id=old.pk, told=told, at=at, heeds_notices=True)


def _window(order: Order, left_at: datetime, at: datetime) -> _Window | None:
    terms = _terms(order, at)
    if terms is None:
        return None
    left_on, zone = left_at.astimezone(ZoneInfo(terms.zone)).date(), main_zone(order.country)
    destination = country_calendar(order.country, zone, (left_on.year, left_on.year + 1))
    try:
        arrived = slowed(terms.notices, left_on, arrival(terms, order.country, left_on, destination), destination)
    except (NoWorkingDays, LaneClosed):
        return None
    inputs = {
        SLOWED_BY: [],
        **arrived.inputs,
        "country": order.country,
        "warehouse_city": dict(terms.city),
        # The days of the warehouse were counted before, and are kept with the promise of dispatch.
        "skipped": {
            "dispatch": [],
            "transit": days_not_counted(left_at, left_on, arrived.last, destination, destination)["transit"],
        },
        LEFT_ON: left_on.isoformat(),
    }
    return _Window(arrived.first, arrived.last, arrived.share, zone, inputs)


def _terms(order: Order, at: datetime) -> Terms | None:
    """Of the way that the order has chosen; None where there is none, or no longer."""
    if not order.delivery_option or not order.country:
        return None
    try:
        market = market_by_code(order.market, on=at.date())
    except UnknownMarket:
        return None
    found = terms_for_order(market, order.delivery_option, Money(order.delivery, order.currency))
    chosen = next((terms for terms in found if terms.option == order.delivery_option["code"]), None)
    return with_notices(market, chosen, order.country) if chosen else None


def _left_at(order_id: int, handed_over_at: datetime) -> datetime:
    parcels = Parcel.objects.filter(order_id=order_id, replaced_at=None)
    return parcels.order_by("handed_over_at").values_list("handed_over_at", flat=True).last() or handed_over_at


def _one_waits(order_id: int) -> bool:
    return Parcel.objects.filter(order_id=order_id, is_waiting=True, replaced_at=None, refunded_at=None).exists()
