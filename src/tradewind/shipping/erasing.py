"""Emptying what leads to where somebody lives, photos of their parcel among it. Who carried it stays, and when it was where on the way."""

from datetime import datetime

from django.db.models import F

from tradewind.shipping.letting_go import plan_stop
from tradewind.shipping.models import Evidence, Packing, Parcel, QualityCheck, TrackingEvent, Trouble


def erase_handover(order_id: int, *, at: datetime) -> None:
    """In the caller's transaction. Nobody follows it any more: its tracker is told so, and what is said from now on is not kept
    (shipping.hearing). The next round closes what is open of it (shipping.trouble_watching).
    """
    for parcel in Parcel.objects.filter(order_id=order_id).order_by("pk"):
        plan_stop(parcel, at=at)
    Parcel.objects.filter(order_id=order_id).update(
        tracking_number="",
        number_key="",
        watch=Parcel.Watch.NONE,
        watch_problem="",
        ask_at=None,
        next_at=None,
        look_at=F("handed_over_at"),
    )
    TrackingEvent.objects.filter(parcel__order_id=order_id).update(place="", words="")
    QualityCheck.objects.filter(order_id=order_id).update(reason="")
    Packing.objects.filter(order_id=order_id).update(unproven="")
    # Nobody sees them from now on, and the files go at the next turn (shipping.evidence).
    Evidence.objects.filter(order_id=order_id, erased_at=None).update(erased_at=at)
    for case in Trouble.objects.filter(order_id=order_id):
        # What staff wrote may name somebody; that it was done, when and by whom stays.
        case.done = [{name: value for name, value in each.items() if name != "why"} for each in case.done]
        case.wanted_at, case.wanted_note = None, ""
        case.save(update_fields=["done", "wanted_at", "wanted_note"])
