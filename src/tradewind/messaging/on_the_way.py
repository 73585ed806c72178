"""What buyers hear of while a parcel travels: which moments there are, from what on each is true, and when it is over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tradewind.shipping.models import Parcel
from tradewind.shipping.tracking_states import Reason, Status

# Buyers hear of no shorter one.
LEAST_SILENCE: Final = timedelta(days=2)


class Moment(StrEnum):
    """In the order of the way. The names are those of letters, and kept."""

    CUSTOMS = "parcel_at_customs"
    ASKED = "parcel_asked_by_customs"
    RELEASED = "parcel_released"
    STILL_MOVING = "parcel_still_moving"
    OUT_FOR_DELIVERY = "parcel_out_for_delivery"
    NOT_HANDED_OVER = "parcel_not_handed_over"
    TO_COLLECT = "parcel_to_collect"
    DELIVERED = "parcel_delivered"


@dataclass(frozen=True, slots=True)
class Rule:
    """`is_urgent`: of use only now, whatever the hour. Others wait for the buyer's day. `holds`: is it true of the parcel as it is?"""

    is_urgent: bool
    holds: Callable[[Parcel], bool]


def _is(*states: Status) -> Callable[[Parcel], bool]:
    return lambda parcel: parcel.status in states


MOVING: Final = (Status.PICKED_UP, Status.IN_TRANSIT, Status.CUSTOMS)
RULES: Final[Mapping[Moment, Rule]] = {
    Moment.CUSTOMS: Rule(
        False,
        lambda parcel: parcel.status == Status.CUSTOMS and parcel.reason not in {Reason.RELEASED, Reason.INFO_REQUIRED},
    ),
    Moment.ASKED: Rule(False, lambda parcel: parcel.status == Status.CUSTOMS and parcel.reason == Reason.INFO_REQUIRED),
    Moment.RELEASED: Rule(
        False,
        lambda parcel: parcel.status in {Status.PICKED_UP, Status.IN_TRANSIT} or parcel.reason == Reason.RELEASED,
    ),
    Moment.STILL_MOVING: Rule(False, _is(*MOVING)),
    Moment.OUT_FOR_DELIVERY: Rule(True, _is(Status.OUT_FOR_DELIVERY)),
    Moment.NOT_HANDED_OVER: Rule(True, _is(Status.ATTEMPT_FAILED)),
    Moment.TO_COLLECT: Rule(False, _is(Status.READY_FOR_PICKUP)),
    # By the word of a person it is no news to the buyer, and the letter names the carrier.
    Moment.DELIVERED: Rule(
        False,
        lambda parcel: parcel.status == Status.DELIVERED and not parcel.is_contradicted and not parcel.arrival_told_by,
    ),
}

_AT_CUSTOMS: Final = {Reason.RELEASED: Moment.RELEASED, Reason.INFO_REQUIRED: Moment.ASKED}
_BY_STATUS: Final = {
    Status.OUT_FOR_DELIVERY: Moment.OUT_FOR_DELIVERY,
    Status.READY_FOR_PICKUP: Moment.TO_COLLECT,
    Status.ATTEMPT_FAILED: Moment.NOT_HANDED_OVER,
    Status.DELIVERED: Moment.DELIVERED,
}


def moment_of(status: str, reason: str) -> Moment | None:
    """Which moment it is when a parcel comes into a state, if it is one."""
    if status == Status.CUSTOMS:
        return _AT_CUSTOMS.get(Reason(reason), Moment.CUSTOMS)
    return _BY_STATUS.get(Status(status))


def is_true(moment: Moment, parcel: Parcel, happened_at: datetime) -> bool:
    """Of a parcel whose label was replaced nothing is true any more, of one whose money went back only that it came after all, and
    a scan ends the silence before it.
    """
    if moment is Moment.STILL_MOVING and parcel.last_at is not None and parcel.last_at > happened_at - LEAST_SILENCE:
        return False
    if parcel.refunded_at is not None and moment is not Moment.DELIVERED:
        return False
    return parcel.replaced_at is None and RULES[moment].holds(parcel)
