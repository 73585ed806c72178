"""Where a parcel is: our words for what carriers say, and the state that follows from all that was said about a parcel.

Pure. The state is computed from the whole list of events each time, so it is the same whatever order they came in and however
often they were repeated. What nobody understands is kept, and claims nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    NOT_FOUND = "not_found"
    LABEL_CREATED = "label_created"
    CANCELLED = "cancelled"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    EXCEPTION = "exception"
    ATTEMPT_FAILED = "attempt_failed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"


class Reason(StrEnum):
    NONE = ""
    PROCESSING = "processing"
    INFO_REQUIRED = "info_required"
    RELEASED = "released"
    DELAYED = "delayed"
    DAMAGED = "damaged"
    LOST = "lost"
    DESTROYED = "destroyed"
    REJECTED = "rejected"
    BAD_ADDRESS = "bad_address"
    MOVED = "moved"
    NOBODY_HOME = "nobody_home"
    NOT_COLLECTED = "not_collected"
    HELD_FOR_PAYMENT = "held_for_payment"
    SECURITY = "security"
    REFUSED_BY_CARRIER = "refused_by_carrier"
    BAD_NUMBER = "bad_number"


class Party(StrEnum):
    """Who has to do something, or has caused it."""

    NOBODY = ""
    CARRIER = "carrier"
    SELLER = "seller"
    BUYER = "buyer"
    CUSTOMS = "customs"
    CIRCUMSTANCES = "circumstances"


# Of two things said of the same moment, the higher one is further on the way.
RANK: Final = {status: rank for rank, status in enumerate(Status)}
# Before any carrier has touched it: a second carrier's label leads no parcel back here, nor its pick-up one that is under way.
_BEFORE: Final = frozenset({Status.NOT_FOUND, Status.LABEL_CREATED, Status.CANCELLED})
_BEGINNING: Final = _BEFORE | {Status.PICKED_UP}
# An attempt that is told twice is one; the next comes on another day.
_ANOTHER_ATTEMPT: Final = timedelta(hours=12)
TROUBLE: Final = frozenset({Status.EXCEPTION, Status.ATTEMPT_FAILED, Status.RETURNING, Status.RETURNED})
# From here a parcel goes on to these alone, whatever is scanned.
_ONLY_TO: Final = {
    Status.DELIVERED: frozenset({Status.DELIVERED, Status.RETURNING, Status.RETURNED}),
    Status.RETURNING: frozenset({Status.RETURNING, Status.RETURNED}),
    Status.RETURNED: frozenset({Status.RETURNED}),
}
# Nothing more is expected.
FINAL: Final = frozenset({Status.DELIVERED, Status.RETURNED})
# Carriers' clocks run ahead; what is further away than this has not happened yet.
AHEAD: Final = timedelta(minutes=5)

_DEFAULT_PARTY: Final = {
    Reason.INFO_REQUIRED: Party.BUYER,
    Reason.PROCESSING: Party.CUSTOMS,
    Reason.DAMAGED: Party.CARRIER,
    Reason.LOST: Party.CARRIER,
    Reason.DESTROYED: Party.CARRIER,
    Reason.DELAYED: Party.CARRIER,
    Reason.REJECTED: Party.BUYER,
    Reason.BAD_ADDRESS: Party.BUYER,
    Reason.MOVED: Party.BUYER,
    Reason.NOBODY_HOME: Party.BUYER,
    Reason.NOT_COLLECTED: Party.BUYER,
    Reason.HELD_FOR_PAYMENT: Party.BUYER,
    Reason.REFUSED_BY_CARRIER: Party.SELLER,
    Reason.BAD_NUMBER: Party.SELLER,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event says in our words. One that `claims` nothing moves no parcel and is shown to staff alone."""

    status: Status
    reason: Reason = Reason.NONE
    party: Party = Party.NOBODY
    claims: bool = True


def means(status: Status, reason: Reason = Reason.NONE, party: Party | None = None) -> Meaning:
    """With whoever usually answers for the reason."""
    return Meaning(status, reason, _DEFAULT_PARTY.get(reason, Party.NOBODY) if party is None else party)


# For what nobody has documented: something happened to the parcel, and that is all we say.
NOT_UNDERSTOOD: Final = Meaning(Status.IN_TRANSIT, claims=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing said about a parcel. `place` and `words` are the carrier's; the same said twice is one event. `told_by` is empty for
    carriers; what a person says is no scan.
    """

    at: datetime
    meaning: Meaning
    place: str = ""
    words: str = ""
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """The first time that a parcel came into a state."""

    status: Status
    at: datetime
    reason: Reason = Reason.NONE
    party: Party = Party.NOBODY


@dataclass(frozen=True, slots=True)
class ParcelState:
    """`since`: when this began, for this reason. `is_contradicted`: scans after the delivery say something else. `next_at`: when an
    event that is ahead of time will count. `released_at`: when customs let it go on, as they said or as the next scan behind them says.
    `arrival_told_by`: the person by whose word alone it is there.
    """

    status: Status = Status.NOT_FOUND
    reason: Reason = Reason.NONE
    party: Party = Party.NOBODY
    since: datetime | None = None
    last_at: datetime | None = None
    first_scan_at: datetime | None = None
    delivered_at: datetime | None = None
    arrival_told_by: str = ""
    released_at: datetime | None = None
    is_contradicted: bool = False
    next_at: datetime | None = None
    milestones: tuple[Milestone, ...] = ()


@dataclass(slots=True)
class _Walk:
    """Going through the events in the order of the world."""

    now: Meaning | None = None
    since: datetime | None = None
    first_scan_at: datetime | None = None
    delivered_at: datetime | None = None
    arrival_told_by: str = ""
    released_at: datetime | None = None
    is_contradicted: bool = False
    reached: dict[Status, Milestone] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        meaning = self._as_it_is(event.meaning)
        if meaning.status not in _BEFORE and self.first_scan_at is None and not event.told_by:
            self.first_scan_at = event.at
        if not self._is_moved_by(meaning):
            return
        if self.released_at is None and self._is_released_by(meaning):
            self.released_at = event.at
        if self._is_new(meaning, event.at):
            self.since = event.at
        self.now = meaning
        if meaning.status is Status.DELIVERED:
            self._arrive(event)
        milestone = Milestone(meaning.status, event.at, meaning.reason, meaning.party)
        self.reached.setdefault(meaning.status, milestone)

    def _is_new(self, meaning: Meaning, at: datetime) -> bool:
        """Does something begin with it: another state, the same for another reason, or another attempt?"""
        if self.now is None or self.since is None:
            return True
        if self.now.status is Status.ATTEMPT_FAILED and meaning.status is Status.ATTEMPT_FAILED:
            return at - self.since >= _ANOTHER_ATTEMPT
        return (self.now.status, self.now.reason) != (meaning.status, meaning.reason)

    def _arrive(self, event: Event) -> None:
        """The first time counts, and the carrier's word before that of people, which its scans may have denied until now."""
        is_better = bool(self.arrival_told_by) and not event.told_by
        if self.delivered_at is None or is_better:
            self.delivered_at, self.arrival_told_by = event.at, event.told_by
        if is_better:
            self.is_contradicted = False

    def _as_it_is(self, meaning: Meaning) -> Meaning:
        """What a carrier delivers on the way back it delivers to the sender."""
        if self.now and self.now.status in {Status.RETURNING, Status.RETURNED} and meaning.status is Status.DELIVERED:
            return Meaning(Status.RETURNED, self.now.reason, self.now.party)
        return meaning

    def _is_released_by(self, meaning: Meaning) -> bool:
        if meaning.status is Status.CUSTOMS:
            return meaning.reason is Reason.RELEASED
        return self.now is not None and self.now.status is Status.CUSTOMS and meaning.status is Status.IN_TRANSIT

    def _is_moved_by(self, meaning: Meaning) -> bool:
        there = meaning.status
        if self.now is None:
            return True
        here = self.now.status
        if here in _ONLY_TO:
            moves = there in _ONLY_TO[here]
            denies = here is Status.DELIVERED and there not in _BEFORE and not moves
            self.is_contradicted = self.is_contradicted or denies
            return moves
        if there is Status.NOT_FOUND:
            return here is Status.NOT_FOUND
        if there is Status.PICKED_UP:
            return here in _BEGINNING
        return here in _BEFORE or there not in _BEFORE


def state_of(events: Iterable[Event], *, now: datetime) -> ParcelState:
    """Where the parcel is at `now`. The order of `events` and their repetition do not matter."""
    said = set(events)
    limit = now + AHEAD
    ahead = [event.at for event in said if event.at > limit]
    happened = sorted((event for event in said if event.at <= limit), key=_in_order)
    walk = _Walk()
    for event in happened:
        if event.meaning.claims:
            walk.take(event)
    meaning = walk.now or Meaning(Status.NOT_FOUND)
    return ParcelState(
        status=meaning.status,
        reason=meaning.reason,
        party=meaning.party,
        since=walk.since,
        last_at=happened[-1].at if happened else None,
        first_scan_at=walk.first_scan_at,
        delivered_at=walk.delivered_at,
        arrival_told_by=walk.arrival_told_by,
        released_at=walk.released_at,
        is_contradicted=walk.is_contradicted,
        next_at=min(ahead, default=None),
        milestones=tuple(sorted(walk.reached.values(), key=lambda reached: (reached.at, RANK[reached.status]))),
    )


def _in_order(event: Event) -> tuple[datetime, int, str, str, str, str, str]:
    """By time, then by how far on the way; what is left only makes the order the same each time."""
    meaning = event.meaning
    return event.at, RANK[meaning.status], meaning.reason, meaning.party, event.place, event.words, event.told_by
