"""When a parcel is looked at next because of what was just heard of it."""

from datetime import datetime
from typing import Final

from tradewind.shipping.models import Parcel
from tradewind.shipping.tracking_states import Reason, Status

FIRST_SCAN: Final = "first_scan"  # as it stands among what was told
_CALM: Final = frozenset({Status.NOT_FOUND, Status.LABEL_CREATED, Status.PICKED_UP, Status.IN_TRANSIT, Status.CUSTOMS})
_ASKS: Final = frozenset({Reason.INFO_REQUIRED, Reason.HELD_FOR_PAYMENT})


def next_look_after(parcel: Parcel, at: datetime) -> datetime | None:
    """At once where it may have come into trouble or out of it. An ordinary scan only moves later what silence would say: who comes
    at the time that was set finds that, so that a scan costs nothing here.
    """
    if parcel.status == Status.DELIVERED and not parcel.is_in_trouble:
        return None
    is_first = parcel.first_scan_at is not None and FIRST_SCAN not in parcel.told
    is_calm = parcel.status in _CALM and parcel.reason not in _ASKS and not parcel.is_in_trouble and not is_first
    return (parcel.look_at or at) if is_calm else at
