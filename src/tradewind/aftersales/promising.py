"""Money that goes back is promised to a day: by the rule of the market, and of the way on which it goes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tradewind.lib.zones import main_zone
from tradewind.markets.queries import market_by_code
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.promises.making import Told, keep, make
from tradewind.promises.models import Promise

# A market's rule of this name: {"days": 14, "methods": {"bank_transfer": 5}}, in days of the calendar.
RULE: Final = "refund_due"
# Where a market has none: the fourteen days of Article 13 of the EU's directive 2011/83.
_USUAL_DAYS: Final = 14
# Refunds of which a letter names the day, by their reasons; of others nobody has said one.
_SAID: Final = {"not_arrived": "letter.trouble_refunded"}


def promise_refund(refund_id: int) -> None:
    """In the caller's transaction. Again, it changes nothing; a refund that has arrived meanwhile has kept it."""
    refund = Refund.objects.select_related("intent").get(pk=refund_id)
    if refund.intent.subject_kind != "order" or Promise.objects.filter(**_about(refund.pk)).exists():
        return
    order = Order.objects.filter(pk=refund.intent.subject_id, buyer__isnull=False).first()
    if order is None:
        return
    make(Promise.Kind.REFUND, _told(refund, order), subject=("refund", refund.pk), at=refund.created_at, by=refund.by)
    if refund.confirmed_at is not None:
        keep_refund(refund.pk, at=refund.confirmed_at)


def keep_refund(refund_id: int, *, at: datetime) -> None:
    """The provider, or who sent the money, says that it is back."""
    keep(Promise.Kind.REFUND, order_id=refund_id, subject_kind="refund", at=at)


def days_for(rule: Mapping[str, Any], method: str) -> int:
    """Within how many days the money is back, by the rule of a market."""
    return int(rule.get("methods", {}).get(method, rule.get("days", _USUAL_DAYS)))


def last_day(order: Order, method: str, *, at: datetime) -> date:
    """Of the buyer's calendar, on which money is back that was sent on its way at this moment."""
    return at.astimezone(ZoneInfo(main_zone(order.country))).date() + timedelta(days=_days(order, method, at))


def _days(order: Order, method: str, at: datetime) -> int:
    rule: Mapping[str, Any] = {}
    if order.market:
        rule = market_by_code(order.market, on=at.date()).rules.get(RULE, {})
    return days_for(rule, method)


def _told(refund: Refund, order: Order) -> Told:
    zone, method = main_zone(order.country), refund.intent.method
    last = last_day(order, method, at=refund.created_at)
    until = datetime.combine(last + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Told(
        until=until,
        zone=zone,
        buyer_id=order.buyer_id,
        account_id=order.account_id,
        inputs={
            "order_id": order.pk,
            "asked_at": refund.created_at.isoformat(),
            "days": _days(order, method, refund.created_at),
            "method": method,
        },
        where=_SAID.get(refund.reason, ""),
    )


def _about(refund_id: int) -> dict[str, Any]:
    return {"kind": Promise.Kind.REFUND, "subject_kind": "refund", "subject_id": refund_id}
