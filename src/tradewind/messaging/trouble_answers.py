"""Whoever was told no new day is promised to hear again by a day: a promise like any other, kept by the next letter about the order."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tradewind.lib.zones import main_zone
from tradewind.orders.models import Order
from tradewind.promises.making import Told, keep, make
from tradewind.promises.models import Promise
from tradewind.shipping.answers_owed import CASE
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_limits import hears_within
from tradewind.shipping.trouble_windows import until


def usual_day(order: Order, *, at: datetime) -> date:
    """By which the buyer hears, in their calendar, as the page of settings says."""
    return at.astimezone(ZoneInfo(main_zone(order.country))).date() + hears_within()


def answer_owed(case: Trouble) -> Promise | None:
    """The promise that this case's letter made and that nobody has kept."""
    rows = Promise.objects.filter(
        subject_kind="order", subject_id=case.order_id, kind=Promise.Kind.ANSWER, is_owed=True
    )
    return next((each for each in rows.order_by("-pk") if each.inputs.get(CASE) == case.pk), None)


def promise_to_write(case: Trouble, day: date, *, where: str, by: str, at: datetime) -> None:
    """By the end of a day of the buyer's calendar, in the caller's transaction, which holds the order."""
    order = case.order
    end, zone = until(day, order.country)
    told = Told(end, zone, None, order.buyer_id, order.account_id, {CASE: case.pk}, where=f"letter.{where}")
    make(Promise.Kind.ANSWER, told, subject=("order", order.pk), at=at, by=by)


def has_heard(order_id: int, *, at: datetime, by: str) -> None:
    """A letter about the order is leaving. Where nothing is promised, nothing happens."""
    keep(Promise.Kind.ANSWER, order_id=order_id, at=at, by=by)


def soonest(order: Order, *, at: datetime) -> date:
    """The first day that can be named: tomorrow."""
    return at.astimezone(ZoneInfo(main_zone(order.country))).date() + timedelta(days=1)
