"""Walks along open promises, for a special notice that may hit all there are: one bounded piece after the other, those that are
due first first, and however many there are, none waits for the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from tradewind.core.reach import Reach
from tradewind.lib.clock import as_utc
from tradewind.markets.models import Announcement, Market
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import NOTICE
from tradewind.shipping.delays import Effect
from tradewind.shipping.notice_hits import Hit, hits, ways_of

_HOLDING_BACK: Final = (Effect.DISPATCH, Effect.STOP)
_DAY: Final = timedelta(days=1)
_READ_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which promise a walk goes on."""

    due_at: datetime | None = None
    promise_id: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The orders of some promises, in their order, with their accounts. `next` is None at the end of the walk."""

    orders: list[Order]
    promise_ids: list[int]
    next: Place | None


START: Final = Place()


def met_by(row: Announcement, reach: Reach, *, at: datetime, after: Place, most: int) -> Piece:
    """Orders that a notice may hit: of its markets and countries, on their way or to be sent, and promised a day on which it acts
    or a later one.
    """
    if not row.acts or row.acts_first is None:
        return Piece([], [], None)
    due_after = max(as_utc(at), datetime.combine(row.acts_first - _DAY, time(), tzinfo=ZoneInfo("UTC")))
    kind = Promise.Kind.DISPATCH if row.effect in _HOLDING_BACK else Promise.Kind.DELIVERY
    rows = Promise.objects.filter(kind=kind, is_owed=True, subject_kind="order", due_at__gt=due_after)
    if after.due_at is not None:
        # The first condition lets both databases start in the index at the right place.
        rows = rows.filter(Q(due_at__gte=after.due_at), Q(due_at__gt=after.due_at) | Q(pk__gt=after.promise_id))
    found = list(rows.order_by("due_at", "pk").values_list("pk", "subject_id", "due_at")[:most])
    orders = _orders(row, reach).in_bulk([order_id for _, order_id, _ in found])
    return Piece(
        [orders[order_id] for order_id in dict.fromkeys(order_id for _, order_id, _ in found) if order_id in orders],
        [promise_id for promise_id, _, _ in found],
        Place(found[-1][2], found[-1][0]) if len(found) == most else None,
    )


def feared_for(row: Announcement, reach: Reach, *, after: Place, most: int) -> Piece:
    """Promises that a notice has put at risk, and those of their orders that it may hit as it is now."""
    risks = PromiseRisk.objects.filter(source_kind=NOTICE, source_id=row.pk, until=None)
    risks = reach.of(risks.filter(promise_id__gt=after.promise_id), field="promise__account_id")
    found = list(risks.order_by("promise_id").values_list("promise_id", "promise__subject_id")[:most])
    orders = _orders(row, reach).in_bulk({order_id for _, order_id in found})
    return Piece(
        [orders[order_id] for order_id in dict.fromkeys(order_id for _, order_id in found) if order_id in orders],
        [promise_id for promise_id, _ in found],
        Place(None, found[-1][0]) if len(found) == most else None,
    )


def find_hits(row: Announcement, reach: Reach, *, at: datetime, most: int) -> list[Hit]:
    """Of the orders within reach the first so many that a notice hits, as it stands or as it would be; it need not be stored."""
    return _walked(row, at, most, lambda after: met_by(row, reach, at=at, after=after, most=_READ_AT_ONCE))


def find_marked(row: Announcement, reach: Reach, *, at: datetime, most: int) -> list[Hit]:
    """The same of those that are marked as at risk: soon read also where all others have been told."""
    return _walked(row, at, most, lambda after: feared_for(row, reach, after=after, most=_READ_AT_ONCE))


def _walked(row: Announcement, at: datetime, most: int, step: Callable[[Place], Piece]) -> list[Hit]:
    ways, found, after = ways_of(row, at=at), dict[int, Hit](), START
    while len(found) < most:
        piece = step(after)
        # An order with two promises may stand in two pieces.
        found |= {hit.order.pk: hit for hit in hits(ways, piece.orders)}
        if piece.next is None:
            break
        after = piece.next
    return list(found.values())[:most]


def _orders(row: Announcement, reach: Reach) -> QuerySet[Order]:
    states = (OrderState.PAID,) if row.effect in _HOLDING_BACK else (OrderState.PAID, OrderState.DISPATCHED)
    orders = Order.objects.filter(state__in=states, kind=Order.Kind.SALE)
    if row.market_ids:
        codes = Market.objects.filter(pk__in=row.market_ids).values_list("code", flat=True)
        orders = orders.filter(market__in=list(codes))
    if row.countries:
        orders = orders.filter(country__in=row.countries)
    return reach.of(orders).select_related("account")
