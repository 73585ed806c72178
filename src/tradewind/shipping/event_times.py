"""When something happened to a parcel, as carriers write it: with a zone, or only as the clock of the place showed it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.promises.models import Promise
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Status

# Far from here nobody scans parcels, and such times cannot be told in every zone.
_YEARS: Final = range(2000, 2100)
_AT_THE_BEGINNING: Final = frozenset({Status.LABEL_CREATED, Status.CANCELLED, Status.PICKED_UP})
_AT_THE_END: Final = frozenset(
    {Status.ATTEMPT_FAILED, Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP, Status.DELIVERED}
)


def moment_of(text: str) -> datetime | None:
    """ISO 8601, with or without a zone. None for what is no time, or none that can be."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.year in _YEARS else None


def clocks_of(order_id: int) -> Callable[[Told], datetime]:
    """When each thing happened that is said of an order's parcel. What has no zone is read by the clock where parcels are at this step,
    as its promises know them: at the warehouse, or at the buyer's. In between nobody knows, and it is taken as it stands.
    """
    zones: dict[str, ZoneInfo] | None = None

    def happened(told: Told) -> datetime:
        nonlocal zones
        status = told.meaning.status
        if not told.is_local or status not in _AT_THE_BEGINNING | _AT_THE_END:
            return told.at
        if zones is None:
            rows = Promise.objects.filter(subject_kind="order", subject_id=order_id).order_by("pk")
            zones = {kind: ZoneInfo(zone) for kind, zone in rows.values_list("kind", "zone")}
        kind = Promise.Kind.DISPATCH if status in _AT_THE_BEGINNING else Promise.Kind.DELIVERY
        return told.at.replace(tzinfo=zones.get(kind, UTC)).astimezone(UTC)

    return happened
