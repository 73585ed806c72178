"""Between AfterShip's JSON and the port's values. Pure, and total over what AfterShip documents (2026-07, read November 2026).

What they do not document is kept with its name, and claims nothing.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from tradewind.core.inbox import UnreadableNotice
from tradewind.shipping.event_times import moment_of
from tradewind.shipping.ports import ParcelTold, Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Meaning, Party, Reason, Status, means

# "Expired" says that AfterShip has heard nothing for thirty days: nothing has happened to the parcel.
SILENT: Final = Meaning(Status.NOT_FOUND, claims=False)
_MEANS: Final[dict[str, Meaning]] = {
    "Pending_001": means(Status.NOT_FOUND),
    "Pending_002": means(Status.NOT_FOUND),
    "Pending_003": means(Status.NOT_FOUND),
    "Pending_004": means(Status.NOT_FOUND),
    "Pending_005": means(Status.NOT_FOUND),
    "Pending_006": means(Status.NOT_FOUND),
    "InfoReceived_001": means(Status.LABEL_CREATED),
    "InTransit_001": means(Status.IN_TRANSIT),
    "InTransit_002": means(Status.PICKED_UP),
    "InTransit_003": means(Status.IN_TRANSIT),
    "InTransit_004": means(Status.IN_TRANSIT),
    "InTransit_005": means(Status.CUSTOMS, Reason.RELEASED),
    "InTransit_006": means(Status.CUSTOMS, Reason.PROCESSING),
    "InTransit_007": means(Status.IN_TRANSIT),
    "InTransit_008": means(Status.IN_TRANSIT),
    "InTransit_009": means(Status.IN_TRANSIT),
    "InTransit_010": means(Status.IN_TRANSIT),
    "OutForDelivery_001": means(Status.OUT_FOR_DELIVERY),
    "OutForDelivery_003": means(Status.OUT_FOR_DELIVERY),
    "OutForDelivery_004": means(Status.OUT_FOR_DELIVERY),
    "AvailableForPickup_001": means(Status.READY_FOR_PICKUP),
    "AttemptFail_001": means(Status.ATTEMPT_FAILED),
    "AttemptFail_002": means(Status.ATTEMPT_FAILED, Reason.NOBODY_HOME),
    "AttemptFail_003": means(Status.ATTEMPT_FAILED, Reason.NOBODY_HOME),
    "Delivered_001": means(Status.DELIVERED),
    "Delivered_002": means(Status.DELIVERED),
    "Delivered_003": means(Status.DELIVERED),
    "Delivered_004": means(Status.DELIVERED),
    "Delivered_005": means(Status.DELIVERED),
    "Exception_001": means(Status.EXCEPTION),
    "Exception_002": means(Status.EXCEPTION, Reason.MOVED),
    "Exception_003": means(Status.EXCEPTION, Reason.REJECTED),
    "Exception_004": means(Status.CUSTOMS, Reason.DELAYED, Party.CUSTOMS),
    "Exception_005": means(Status.EXCEPTION, Reason.DELAYED, Party.CIRCUMSTANCES),
    "Exception_006": means(Status.EXCEPTION, Reason.HELD_FOR_PAYMENT),
    "Exception_007": means(Status.EXCEPTION, Reason.BAD_ADDRESS),
    "Exception_008": means(Status.ATTEMPT_FAILED, Reason.NOT_COLLECTED),
    "Exception_009": means(Status.EXCEPTION, Reason.REFUSED_BY_CARRIER),
    "Exception_010": means(Status.RETURNING),
    "Exception_011": means(Status.RETURNED),
    "Exception_012": means(Status.EXCEPTION, Reason.DAMAGED),
    "Exception_013": means(Status.EXCEPTION, Reason.LOST),
    "Exception_016": means(Status.EXCEPTION, Reason.DELAYED),
    "Exception_017": means(Status.EXCEPTION, Reason.DELAYED, Party.CIRCUMSTANCES),
    "Exception_018": means(Status.CUSTOMS, Reason.INFO_REQUIRED),
    "Exception_019": means(Status.EXCEPTION, Reason.DELAYED),
    "Exception_020": means(Status.CANCELLED),
    "Exception_021": means(Status.EXCEPTION, Reason.DESTROYED),
    "Expired_001": SILENT,
}
# Of a checkpoint that comes without a subtag.
_TAGS: Final[dict[str, Meaning]] = {
    "Pending": means(Status.NOT_FOUND),
    "InfoReceived": means(Status.LABEL_CREATED),
    "InTransit": means(Status.IN_TRANSIT),
    "OutForDelivery": means(Status.OUT_FOR_DELIVERY),
    "AttemptFail": means(Status.ATTEMPT_FAILED),
    "Delivered": means(Status.DELIVERED),
    "AvailableForPickup": means(Status.READY_FOR_PICKUP),
    "Exception": means(Status.EXCEPTION),
    "Expired": SILENT,
}


def meaning_of(tag: str, subtag: str) -> Meaning:
    """A subtag that is not documented says what its tag says."""
    return _MEANS.get(subtag) or _TAGS.get(subtag.partition("_")[0]) or _TAGS.get(tag, NOT_UNDERSTOOD)


def parcel_told(tracking: Mapping[str, Any]) -> ParcelTold:
    """One tracking with its checkpoints. Raises UnreadableNotice."""
    try:
        number = tracking["tracking_number"]
        if not isinstance(number, str) or not number or "\0" in number:
            raise ValueError("tracking_number is not a text")
        said = [_event(checkpoint) for checkpoint in tracking.get("checkpoints") or []]
        return ParcelTold(
            number=number,
            events=tuple(event for event in said if event is not None),
            ref=str((tracking.get("custom_fields") or {}).get("parcel") or ""),
            carrier=str(tracking.get("slug") or ""),
            undated=said.count(None),
        )
    except (AttributeError, TypeError, ValueError, KeyError) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem


def _event(checkpoint: Mapping[str, Any]) -> Told | None:
    moment = moment_of(str(checkpoint.get("checkpoint_time") or ""))
    if moment is None:
        return None
    tag, subtag = str(checkpoint.get("tag") or ""), str(checkpoint.get("subtag") or "")
    offset = moment.utcoffset()
    # They write the local time without a zone where they do not know one.
    return Told(
        at=moment if offset is not None else moment.replace(tzinfo=UTC),
        meaning=meaning_of(tag, subtag),
        code=subtag or tag,
        place=_place(checkpoint)[:200],
        words=str(checkpoint.get("message") or "")[:1000],
        carrier=str(checkpoint.get("slug") or "")[:60],
        minutes_east=None if offset is None else int(offset.total_seconds() // 60),
        is_local=offset is None,
    )


def _place(checkpoint: Mapping[str, Any]) -> str:
    if checkpoint.get("location"):
        return str(checkpoint["location"])
    parts = (checkpoint.get(name) for name in ("city", "state", "country_region_name"))
    return ", ".join(str(part) for part in parts if part)
