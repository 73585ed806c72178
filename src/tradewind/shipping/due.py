"""What asks for a hand today: promises that are late, due within a day, or at risk, by what would help."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from tradewind.core.reach import Reach
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import at_risk, owed
from tradewind.shipping.trouble_queries import unsaid
from tradewind.shipping.unseen import heard_of

HORIZON: Final = timedelta(days=1)
# An arrival that nobody has reported is asked after for so long.
ASKED_AFTER: Final = timedelta(days=30)
_OTHERS: Final = tuple(kind for kind in Promise.Kind if kind not in (Promise.Kind.DISPATCH, Promise.Kind.DELIVERY))


class Part(StrEnum):
    LEAVING = "leaving"
    ARRIVING = "arriving"
    OTHERS = "others"
    AT_RISK = "at_risk"


def due(reach: Reach, *, now: datetime, groups: Sequence[int] = ()) -> Mapping[Part, QuerySet[Promise]]:
    """Each by itself, the longest due first: none hides another. Without what the waiting cases of these groups speak of, and
    without arrivals of which nobody hears (parcel_queries.unseen).
    """
    until = now + HORIZON
    leaving = owed(reach, kinds=[Promise.Kind.DISPATCH], until=until)
    arriving = owed(reach, kinds=[Promise.Kind.DELIVERY], since=now - ASKED_AFTER, until=until)
    return {
        # Of an order that is marked dispatched a day is owed while one of its parcels waits for the carrier.
        Part.LEAVING: _of_orders(unsaid(leaving, groups), OrderState.PAID, OrderState.DISPATCHED),
        Part.ARRIVING: _of_orders(heard_of(unsaid(arriving, groups)), OrderState.DISPATCHED),
        Part.OTHERS: owed(reach, kinds=_OTHERS, until=until),
        # An arrival can also be at risk before the goods have left.
        Part.AT_RISK: _of_orders(unsaid(at_risk(reach, since=until), groups), OrderState.PAID, OrderState.DISPATCHED),
    }


def _of_orders(rows: QuerySet[Promise], *states: OrderState) -> QuerySet[Promise]:
    """Those whose order waits for it: what has yet to be paid does not leave."""
    waiting = Order.objects.filter(pk=OuterRef("subject_id"), state__in=states)
    return rows.filter(Exists(waiting), subject_kind="order")
