"""Parcels that stand ready until their carrier collects them, and the moment at which it did, for many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from tradewind.core.facts import SYSTEM, record, record_many
from tradewind.core.reach import Reach
from tradewind.orders.models import Order
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.models import Parcel

MOST: Final = 500


def parcels_waiting(reach: Reach) -> QuerySet[Parcel]:
    """The longest waiting first, with their orders."""
    rows = Parcel.objects.filter(is_waiting=True, replaced_at=None).select_related("order")
    return reach.of(rows, field="order__account_id").order_by("handed_over_at", "pk")


def hand_over(*, parcel_ids: Sequence[int], reach: Reach, by: str, at: datetime) -> int:
    """Those that still wait. Returns how many: none on a second click."""
    with transaction.atomic():
        named = parcels_waiting(reach).filter(pk__in=parcel_ids)
        # Orders first, as whoever changes their parcels does.
        list(Order.objects.select_for_update().filter(pk__in=named.values("order_id")).order_by("pk"))
        parcels = list(Parcel.objects.filter(pk__in=named.values("pk"), is_waiting=True).select_related("order"))
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels]).update(is_waiting=False, handed_over_at=at)
        record_many((_fact(parcel) for parcel in parcels), by=by, at=at)
    return len(parcels)


def note_taken(parcel_id: int, *, at: datetime) -> None:
    """A carrier has scanned it: it has it, at the latest since then. That is news now, however late the scan was told."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(parcels=parcel_id)
        parcel = Parcel.objects.select_related("order").get(pk=parcel_id)
        if not parcel.is_waiting or parcel.replaced_at is not None:
            return
        taken_at = min(parcel.first_scan_at or at, at)
        Parcel.objects.filter(pk=parcel_id).update(is_waiting=False, handed_over_at=taken_at)
        record(ParcelHandedOver(parcel.pk, order.pk, order.buyer_id), by=SYSTEM, at=at)


def _fact(parcel: Parcel) -> ParcelHandedOver:
    return ParcelHandedOver(parcel.pk, parcel.order_id, parcel.order.buyer_id)
