"""Between 17TRACK's JSON and the port's values. Pure, and total over what 17TRACK documents (API v2.2, read November 2026).

What they do not document is kept with its name, and claims nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tradewind.core.inbox import UnreadableNotice
from tradewind.shipping.event_times import moment_of
from tradewind.shipping.ports import Enrolled, ParcelTold, Told
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Meaning, Party, Reason, Status, means

# "Expired" says that 17TRACK looks no longer: nothing has happened to the parcel.
SILENT: Final = Meaning(Status.NOT_FOUND, claims=False)
_MEANS: Final[dict[str, Meaning]] = {
    "NotFound_Other": means(Status.NOT_FOUND),
    "NotFound_InvalidCode": means(Status.NOT_FOUND, Reason.BAD_NUMBER),
    "InfoReceived": means(Status.LABEL_CREATED),
    "InTransit_PickedUp": means(Status.PICKED_UP),
    "InTransit_Departure": means(Status.IN_TRANSIT),
    "InTransit_Arrival": means(Status.IN_TRANSIT),
    "InTransit_Other": means(Status.IN_TRANSIT),
    "InTransit_CustomsProcessing": means(Status.CUSTOMS, Reason.PROCESSING),
    "InTransit_CustomsReleased": means(Status.CUSTOMS, Reason.RELEASED),
    "InTransit_CustomsRequiringInformation": means(Status.CUSTOMS, Reason.INFO_REQUIRED),
    "Expired_Other": SILENT,
    "AvailableForPickup_Other": means(Status.READY_FOR_PICKUP),
    "OutForDelivery_Other": means(Status.OUT_FOR_DELIVERY),
    "DeliveryFailure_NoBody": means(Status.ATTEMPT_FAILED, Reason.NOBODY_HOME),
    "DeliveryFailure_Security": means(Status.ATTEMPT_FAILED, Reason.SECURITY),
    "DeliveryFailure_Rejected": means(Status.ATTEMPT_FAILED, Reason.REJECTED),
    "DeliveryFailure_InvalidAddress": means(Status.ATTEMPT_FAILED, Reason.BAD_ADDRESS),
    "DeliveryFailure_Other": means(Status.ATTEMPT_FAILED),
    "Delivered_Other": means(Status.DELIVERED),
    "Exception_Returning": means(Status.RETURNING),
    "Exception_Returned": means(Status.RETURNED),
    "Exception_NoBody": means(Status.EXCEPTION, Reason.NOBODY_HOME),
    "Exception_Security": means(Status.EXCEPTION, Reason.SECURITY, Party.CARRIER),
    "Exception_Damage": means(Status.EXCEPTION, Reason.DAMAGED),
    "Exception_Rejected": means(Status.EXCEPTION, Reason.REJECTED),
    "Exception_Delayed": means(Status.EXCEPTION, Reason.DELAYED),
    "Exception_Lost": means(Status.EXCEPTION, Reason.LOST),
    "Exception_Destroyed": means(Status.EXCEPTION, Reason.DESTROYED),
    "Exception_Cancel": means(Status.CANCELLED),
    "Exception_Other": means(Status.EXCEPTION),
}
# Of an event that comes without a sub-status.
_STAGES: Final[dict[str, Meaning]] = {
    "InfoReceived": means(Status.LABEL_CREATED),
    "PickedUp": means(Status.PICKED_UP),
    "Departure": means(Status.IN_TRANSIT),
    "Arrival": means(Status.IN_TRANSIT),
    "AvailableForPickup": means(Status.READY_FOR_PICKUP),
    "OutForDelivery": means(Status.OUT_FOR_DELIVERY),
    "Delivered": means(Status.DELIVERED),
    "Returning": means(Status.RETURNING),
    "Returned": means(Status.RETURNED),
}
ALREADY_REGISTERED: Final = "-18019901"
NOT_REGISTERED: Final = "-18019902"
# "No tracking information at this time": it is followed, and nobody has said anything of it.
NOTHING_YET: Final = "-18019909"
# By code, in words: of whole calls and of single numbers.
USED_UP: Final = {
    "-18019907": "17TRACK's limit of this day is used up.",
    "-18019908": "17TRACK's quota is used up: buy more, or follow fewer parcels.",
}


def meaning_of(code: str) -> Meaning:
    """Of a sub-status, a status or a stage. A sub-status that is not documented says what its status says."""
    status = code.partition("_")[0]
    found = _MEANS.get(code) or _STAGES.get(code) or _MEANS.get(f"{status}_Other")
    return found or _MEANS.get(status, NOT_UNDERSTOOD)


def enrolled(data: Mapping[str, Any], stays_stopped: Mapping[str, tuple[str, str]]) -> list[Enrolled]:
    """Of the answer to `register`, and why not of those numbers that are known there and not followed again."""
    taken = [Enrolled(_text(each, "number"), is_watched=True) for each in _rows(data, "accepted")]
    for number, why in problems(data).items():
        problem = stays_stopped.get(number) if why[0] == ALREADY_REGISTERED else why
        code, words = problem or ("", "")
        is_for_now = code in USED_UP
        taken.append(Enrolled(number, problem is None, code, USED_UP.get(code, words), is_for_now))
    return taken


def known_already(data: Mapping[str, Any]) -> list[str]:
    """Of the answer to `register`: followed already, or stopped."""
    return [number for number, (code, _) in problems(data).items() if code == ALREADY_REGISTERED]


def stopped(data: Mapping[str, Any]) -> list[str]:
    """Of the answer to `gettracklist`. A number stands there once for each carrier."""
    rows = [_text(each, "number") for each in _rows(data, "accepted") if each.get("tracking_status") == "Stopped"]
    return sorted(set(rows))


def problems(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Code and words by number, of those that were rejected."""
    found = {}
    for each in _rows(data, "rejected"):
        problem = each.get("error") or {}
        found[_text(each, "number")] = (str(problem.get("code")), str(problem.get("message", "")))
    return found


def told(data: Mapping[str, Any]) -> list[ParcelTold]:
    """Of the answer to `gettrackinfo`. What is not registered, or over a limit that is lifted again, is not followed now."""
    said = [parcel_told(each) for each in _rows(data, "accepted")]
    for number, (code, words) in problems(data).items():
        if code == NOTHING_YET:
            said.append(ParcelTold(number))
        elif code != NOT_REGISTERED and code not in USED_UP:
            said.append(ParcelTold(number, problem=f"{code} {words}".strip()))
    return said


def parcel_told(data: Mapping[str, Any]) -> ParcelTold:
    """One number with the events of all carriers that had it. Raises UnreadableNotice."""
    try:
        tracking = (data.get("track_info") or {}).get("tracking") or {}
        legs = list(tracking.get("providers") or [])
        said = [_event(event, leg) for leg in legs for event in leg.get("events") or []]
        return ParcelTold(
            number=_text(data, "number"),
            events=tuple(event for event in said if event is not None),
            ref=str(data.get("tag") or ""),
            carrier=str(data.get("carrier") or ""),
            undated=said.count(None),
        )
    except (AttributeError, TypeError, ValueError, KeyError) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem


def _event(event: Mapping[str, Any], leg: Mapping[str, Any]) -> Told | None:
    at = _moment(event)
    if at is None:
        return None
    code = str(event.get("sub_status") or event.get("stage") or "")
    offset = at.utcoffset()
    return Told(
        at=at if offset is not None else at.replace(tzinfo=UTC),
        meaning=meaning_of(code),
        code=code,
        place=str(event.get("location") or "")[:200],
        words=str(event.get("description") or "")[:1000],
        carrier=str((leg.get("provider") or {}).get("name") or "")[:60],
        minutes_east=int(offset.total_seconds() // 60) if event.get("time_iso") and offset is not None else None,
        is_local=offset is None,
    )


def _moment(event: Mapping[str, Any]) -> datetime | None:
    """With the zone of the place where it is given; else as its clock showed it, without one."""
    raw = event.get("time_raw") or {}
    words = f"{raw.get('date') or ''}T{raw.get('time') or ''}{raw.get('timezone') or ''}"
    found = [moment_of(str(event.get(name) or "")) for name in ("time_iso", "time_utc")] + [moment_of(words)]
    zoned = [moment for moment in found if moment is not None and moment.utcoffset() is not None]
    return next(iter(zoned or [moment for moment in found if moment is not None]), None)


def _rows(data: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    rows = data.get(name) or []
    return rows if isinstance(rows, list) else []


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{name} is not a text")
    return value
