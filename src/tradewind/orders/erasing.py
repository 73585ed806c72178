"""A buyer asks us to erase what is kept with an order. Written down and put before a person, never done here.

An order is a record of the accounts: what of it has to stay is for a person to say.
"""

from calendar import monthrange
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.models import Todo
from tradewind.core.todos import ask_for_hand
from tradewind.markets.shop import shop_profile
from tradewind.orders.events import ErasureAsked
from tradewind.orders.models import Order

ASKED: Final = "order.erasure"
# Regulation (EU) 2016/679 (GDPR), art. 12(3): "within one month of receipt of the request". A month is no number of days:
# it ends on the same date of the next one, or on that one's last day (Regulation (EEC, Euratom) No 1182/71, art. 3(2)).
ANSWER_WITHIN_MONTHS: Final = 1


def ask_for_erasure(*, order_id: int, at: datetime) -> Todo:
    """Put it before a person. While it waits for an answer, asking again gives the request that exists."""
    with transaction.atomic():
        # The lock makes two clicks one request.
        order = Order.objects.select_for_update().get(pk=order_id)
        known = erasure_asked(order_id)
        if known is not None and known.state == Todo.State.OPEN:
            return known
        todo = ask_for_hand(
            ASKED,
            subject=("order", order.pk),
            account_id=order.account_id,
            due_at=answer_by(at, shop_profile().zone),
            at=at,
        )
        record(ErasureAsked(order.pk, order.buyer_id), by="buyer", at=at)
    return todo


def erasure_asked(order_id: int) -> Todo | None:
    """What was asked last, with what became of it; None where nobody has asked."""
    return Todo.objects.filter(kind=ASKED, subject_kind="order", subject_id=order_id).order_by("-pk").first()


def answer_by(asked_at: datetime, zone: str) -> datetime:
    """The latest moment of an answer: the same hour of the zone, ANSWER_WITHIN_MONTHS later."""
    local = asked_at.astimezone(ZoneInfo(zone))
    years, month = divmod(local.month - 1 + ANSWER_WITHIN_MONTHS, 12)
    year = local.year + years
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)
