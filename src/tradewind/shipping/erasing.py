"""Emptying what leads to where somebody lives. Who carried it stays, and when it was where on the way."""

from tradewind.shipping.models import Parcel, TrackingEvent


def erase_handover(order_id: int) -> None:
    """In the caller's transaction. Nobody follows it any more: what is said from now on is not kept (shipping.hearing)."""
    Parcel.objects.filter(order_id=order_id).update(
        tracking_number="", number_key="", watch=Parcel.Watch.NONE, watch_problem="", ask_at=None, next_at=None
    )
    TrackingEvent.objects.filter(parcel__order_id=order_id).update(place="", words="")
