"""Named reads of what became of orders after they were placed."""

from datetime import datetime

from django.db.models import QuerySet

from tradewind.core.reach import Reach
from tradewind.orders.holding import HOLDABLE
from tradewind.orders.models import AddressChange, Cancellation, OrderHold


def address_changes(order_id: int) -> list[AddressChange]:
    """The changes that were made, oldest first."""
    return list(AddressChange.objects.filter(order_id=order_id, confirmed_at__isnull=False).order_by("pk"))


def address_wishes(order_id: int) -> list[AddressChange]:
    """The changes that were asked for, confirmed or not, oldest first."""
    return list(AddressChange.objects.filter(order_id=order_id).order_by("pk"))


def cancellation_of(order_id: int) -> Cancellation | None:
    """Why an order was cancelled; None where it was not, or before reasons were kept."""
    return Cancellation.objects.filter(order_id=order_id).first()


def hold_of(order_id: int) -> OrderHold | None:
    """Why an order is kept back; None where it may leave. After it has left, a hold says nothing any more."""
    return OrderHold.objects.filter(order_id=order_id, released_at=None, order__state__in=HOLDABLE).first()


def cancellations_for(reason: str, reach: Reach, *, since: datetime, until: datetime) -> QuerySet[Cancellation]:
    """Those of a half-open period."""
    within = Cancellation.objects.filter(reason=reason, cancelled_at__gte=since, cancelled_at__lt=until)
    return reach.of(within, field="order__account_id")
