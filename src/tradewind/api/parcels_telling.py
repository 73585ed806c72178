"""Parcels as programs read them."""

from typing import Any

from tradewind.api import shapes
from tradewind.shipping.models import Parcel, TrackingEvent
from tradewind.shipping.parcel_showing import MOST


def parcel_in_list(parcel: Parcel) -> shapes.ParcelInList:
    return shapes.ParcelInList(**_beginning(parcel))


def parcel_told(parcel: Parcel) -> shapes.Parcel:
    """With lines and events, which were fetched along (shipping.queries.parcels_of)."""
    lines = [
        shapes.ParcelLine(sku=each.line.sku or None, title=each.line.title, quantity=each.quantity)
        for each in parcel.lines.all()
    ]
    events = sorted(parcel.events.all(), key=lambda event: (event.at, event.pk))[-MOST:]
    return shapes.Parcel(**_beginning(parcel), lines=lines, events=[_event(event) for event in events])


def _beginning(parcel: Parcel) -> dict[str, Any]:
    return {
        "ref": parcel.ref,
        "order": parcel.order.ref,
        "carrier": parcel.carrier or None,
        "tracking_number": parcel.tracking_number or None,
        "country": parcel.country or None,
        "handed_over_at": None if parcel.is_waiting else parcel.handed_over_at,
        "state": parcel.status,
        "reason": parcel.reason or None,
        "first_scan_at": parcel.first_scan_at,
        "delivered_at": parcel.delivered_at,
        "arrival_told_by": parcel.arrival_told_by or None,
        "due_at": parcel.due_at,
        "replaced_at": parcel.replaced_at,
        "refunded_at": parcel.refunded_at,
        "troubles": [case.cause for case in parcel.troubles.all() if case.is_open],
    }


def _event(event: TrackingEvent) -> shapes.ParcelEvent:
    return shapes.ParcelEvent(
        at=event.at,
        state=event.status,
        reason=event.reason or None,
        place=event.place or None,
        words=event.words or None,
        code=event.code or None,
        is_understood=event.claims,
    )
