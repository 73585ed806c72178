"""All moments of an order at which its buyer hears from us, from the order to what comes after it, and who is not told of which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import Count

from tradewind.core.trail import write_audit
from tradewind.messaging import previewing
from tradewind.messaging.models import Message, MomentOff
from tradewind.messaging.moments import (
    address_asked,
    address_changed,
    feedback_request,
    order_cancelled,
    order_changed,
    order_confirmed,
    order_dispatched,
    order_link,
    order_received,
    order_to_pay,
    order_trouble,
    payment_reminder,
    refund_sent,
    special_notice,
    trouble_refunded,
    withdrawal_received,
)
from tradewind.messaging.on_the_way import RULES, Moment

When = Literal["at_once", "daytime", "by_hand"]
_COUNTED: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """`shown` makes the letter for a real order, where it can be looked at beforehand. `is_optional`: it may be switched off; the
    others are owed by law or by contract, or somebody sends each.
    """

    moment: str
    when: When
    shown: previewing.Maker | None = None
    is_optional: bool = False
    is_of_parcel: bool = False


class NotOptional(Exception):
    """Buyers are owed this letter; its name is the message."""


def _on_the_way(moment: Moment) -> Step:
    when: When = "at_once" if RULES[moment].is_urgent else "daytime"
    return Step(moment.value, when, previewing.on_the_way(moment), is_optional=True, is_of_parcel=True)


LINE: Final = (
    Step(order_received.MOMENT, "at_once", lambda order, at: order_received.order_received(order, at=at)),
    Step(order_to_pay.MOMENT, "at_once", lambda order, at: order_to_pay.order_to_pay(order, at=at)),
    Step(payment_reminder.MOMENT, "daytime", previewing.reminder, is_optional=True),
    Step(order_confirmed.MOMENT, "at_once", lambda order, at: order_confirmed.order_confirmed(order, at=at)),
    Step(order_link.MOMENT, "at_once", lambda order, at: order_link.order_link(order, at=at)),
    Step(address_asked.MOMENT, "by_hand", lambda order, at: address_asked.address_asked(order, note="", at=at)),
    Step(address_changed.MOMENT, "at_once", previewing.readdressed),
    Step(order_changed.MOMENT, "at_once", previewing.changed),
    Step(order_cancelled.MOMENT, "at_once", previewing.cancelled),
    Step(order_dispatched.MOMENT, "at_once", previewing.dispatched, is_of_parcel=True),
    *(_on_the_way(moment) for moment in Moment),
    Step(order_trouble.MOMENT, "by_hand", previewing.trouble),
    Step(trouble_refunded.MOMENT, "by_hand"),
    Step(refund_sent.MOMENT, "at_once", previewing.refund),
    Step(special_notice.MOMENT, "by_hand"),
    Step(
        feedback_request.MOMENT,
        "daytime",
        lambda order, at: feedback_request.feedback_request(order, at=at),
        is_optional=True,
    ),
    Step(
        feedback_request.REMINDER,
        "daytime",
        lambda order, at: feedback_request.feedback_request(order, is_reminder=True, at=at),
        is_optional=True,
    ),
    Step(withdrawal_received.MOMENT, "at_once"),
)
STEPS: Final = {step.moment: step for step in LINE}


def switch(*, moment: str, off_in: Collection[str], markets: Collection[str], by: str, at: datetime) -> bool:
    """In which of these markets nobody is told of it. False where it stands so already. Raises NotOptional."""
    if moment not in STEPS or not STEPS[moment].is_optional:
        raise NotOptional(moment)
    wanted = sorted(set(off_in) & set(markets))
    with transaction.atomic():
        rows = MomentOff.objects.filter(moment=moment, market__in=markets)
        before = sorted(rows.values_list("market", flat=True))
        if before == wanted:
            return False
        rows.exclude(market__in=wanted).delete()
        new = [MomentOff(moment=moment, market=market, by=by, at=at) for market in wanted if market not in before]
        MomentOff.objects.bulk_create(new, ignore_conflicts=True)
        write_audit(
            "moment.switched", subject=("moment", 0), by=by, at=at, before={moment: before}, after={moment: wanted}
        )
    return True


def switched_off() -> dict[str, set[str]]:
    """By moment: the markets that do not hear of it."""
    found: dict[str, set[str]] = {}
    for moment, market in MomentOff.objects.values_list("moment", "market"):
        found.setdefault(moment, set()).add(market)
    return found


def counted(*, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """By moment, of the last thirty days: how many letters are in which state."""
    rows = Message.objects.filter(created_at__gt=now - _COUNTED)
    found: dict[str, dict[str, int]] = {}
    for name, state, number in rows.values_list("moment", "state").annotate(Count("pk")).order_by("moment", "state"):
        moment = name.partition(":")[0]  # what notices tell is named for the run that told it
        of_moment = found.setdefault(moment, {})
        of_moment[state] = of_moment.get(state, 0) + number
    return found
