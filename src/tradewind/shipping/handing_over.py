"""Parcels that stand ready until their carrier collects them, and the moment at which it did, for many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from tradewind.core.facts import SYSTEM, record, record_many
from tradewind.core.reach import Reach
from tradewind.core.rows import update_each
from tradewind.orders.models import Order
from tradewind.shipping.departed import keep_departures
from tradewind.shipping.events import ParcelHandedOver
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_contents import next_departures
from tradewind.shipping.trouble_cases import close_of_parcels
from tradewind.shipping.trouble_rules import Cause

MOST: Final = 500


def parcels_waiting(reach: Reach) -> QuerySet[Parcel]:
    """The longest waiting first, with their orders: those whose buyer still waits as well."""
    rows = Parcel.objects.filter(is_waiting=True, replaced_at=None, refunded_at=None).select_related("order")
    return reach.of(rows, field="order__account_id").order_by("handed_over_at", "pk")


def hand_over(*, parcel_ids: Sequence[int], reach: Reach, by: str, at: datetime) -> int:
    """Those that still wait. Returns how many: none on a second click."""
    with transaction.atomic():
        named = parcels_waiting(reach).filter(pk__in=parcel_ids)
        # Orders first, as whoever changes their parcels does.
        list(Order.objects.select_for_update().filter(pk__in=named.values("order_id")).order_by("pk"))
        parcels = list(parcels_waiting(reach).filter(pk__in=parcel_ids))
        _note_gone(parcels, handed_over_at=at, by=by, at=at)
        record_many((_fact(parcel) for parcel in parcels), by=by, at=at)
    return len(parcels)


def note_taken(parcel_id: int, *, at: datetime) -> None:
    """A carrier has scanned it: it has it, at the latest since then. That is news now, however late the scan was told."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(parcels=parcel_id)
        parcel = Parcel.objects.select_related("order").get(pk=parcel_id)
        if not parcel.is_waiting or parcel.replaced_at is not None:
            return
        _note_gone([parcel], handed_over_at=min(parcel.first_scan_at or at, at), by=SYSTEM, at=at)
        record(ParcelHandedOver(parcel.pk, order.pk, order.buyer_id), by=SYSTEM, at=at)


def _note_gone(parcels: Sequence[Parcel], *, handed_over_at: datetime, by: str, at: datetime) -> None:
    """A carrier has them: each takes its place among those of its order, and what may be wrong with it is something else from now on."""
    places, rows = next_departures(parcel.order_id for parcel in parcels), []
    for parcel in parcels:
        rows.append((False, handed_over_at, places[parcel.order_id], at, parcel.pk))
        places[parcel.order_id] += 1
    update_each(Parcel, ("is_waiting", "handed_over_at", "departure", "look_at"), rows)
    close_of_parcels(Cause.UNCOLLECTED, [parcel.pk for parcel in parcels], by=by, at=at)
    keep_departures({parcel.order_id for parcel in parcels}, by=by)


def _fact(parcel: Parcel) -> ParcelHandedOver:
    return ParcelHandedOver(parcel.pk, parcel.order_id, parcel.order.buyer_id)
