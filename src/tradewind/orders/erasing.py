"""A buyer asks us to erase what is kept with an order. Written down and put before a person, who says what has to stay:
an order is a record of the accounts.
"""

from calendar import monthrange
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from tradewind.core import search
from tradewind.core.facts import record
from tradewind.core.models import Todo
from tradewind.core.todos import ask_for_hand
from tradewind.markets.shop import shop_profile
from tradewind.orders.events import ErasureAsked, OrderErased
from tradewind.orders.importing.forgetting import forget_order
from tradewind.orders.models import AddressChange, BulkRun, Cancellation, Order, OrderHold, OrderNote
from tradewind.orders.searching import KIND, order_texts
from tradewind.orders.states import OrderState

ASKED: Final = "order.erasure"
# Regulation (EU) 2016/679 (GDPR), art. 12(3): "within one month of receipt of the request". A month is no number of days:
# it ends on the same date of the next one, or on that one's last day (Regulation (EEC, Euratom) No 1182/71, art. 3(2)).
ANSWER_WITHIN_MONTHS: Final = 1
# Somebody has yet to pay, or the goods to leave.
NEEDED: Final = frozenset({OrderState.AWAITING_PAYMENT, OrderState.PAID})
# What an invoice names: § 14 UStG asks for the full name and address of whoever gets it.
_ADDRESS: Final = ("name", "company", "line1", "line2", "district", "postcode", "city", "region", "country")


class StillNeeded(Exception):
    """The order has yet to be paid or sent, for which what it holds is needed."""


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


def empty_order(order: Order, *, keeps_address: bool, by: str, at: datetime) -> None:
    """Empty a held order of what is personal, in the caller's transaction. Again changes nothing but what was kept before.

    Raises StillNeeded.
    """
    if OrderState(order.state) in NEEDED:
        raise StillNeeded
    kept = _ADDRESS if keeps_address else ("country",)
    order.email, order.gift_note, order.erased_at = "", "", order.erased_at or at
    order.ship_to = {part: value for part, value in order.ship_to.items() if part in kept}
    order.source, order.tracking = {}, ""
    order.save(update_fields=["email", "gift_note", "ship_to", "source", "tracking", "erased_at"])
    Cancellation.objects.filter(order=order).update(words="")
    OrderHold.objects.filter(order=order).update(words="")
    BulkRun.objects.filter(items__order=order).update(words="")
    OrderNote.objects.filter(order=order).update(text="", version=F("version") + 1)
    AddressChange.objects.filter(order=order).update(before={}, after={})
    forget_order(order.pk, account_id=order.account_id, at=at)
    search.index(KIND, order.pk, order_texts(order, order.lines.all()))
    record(OrderErased(order.pk, order.buyer_id, keeps_address), by=by, at=at)


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
