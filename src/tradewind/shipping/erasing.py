"""Emptying what leads to where somebody lives, photos of their parcel among it. Who carried it stays, and when it was where on the way."""

from datetime import datetime

from tradewind.shipping.models import Evidence, Packing, Parcel, QualityCheck, TrackingEvent


def erase_handover(order_id: int, *, at: datetime) -> None:
    """In the caller's transaction. Nobody follows it any more: what is said from now on is not kept (shipping.hearing)."""
    Parcel.objects.filter(order_id=order_id).update(
        tracking_number="", number_key="", watch=Parcel.Watch.NONE, watch_problem="", ask_at=None, next_at=None
    )
    TrackingEvent.objects.filter(parcel__order_id=order_id).update(place="", words="")
    QualityCheck.objects.filter(order_id=order_id).update(reason="")
    Packing.objects.filter(order_id=order_id).update(unproven="")
    # Nobody sees them from now on, and the files go at the next turn (shipping.evidence).
    Evidence.objects.filter(order_id=order_id, erased_at=None).update(erased_at=at)
