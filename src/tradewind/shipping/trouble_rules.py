"""What can be wrong with a parcel, and from when on. Pure: each cause is one rule that names the moment at which it begins.

From the same moments follow both what is wrong now and when to look again, so that nobody looks at a parcel in between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tradewind.shipping.tracking_states import Reason, Status


class Cause(StrEnum):
    """Of a parcel, and from `NOT_LEAVING` on of an order that has not left."""

    LOST = "lost"
    DAMAGED = "damaged"
    RETURNED = "returned"
    RETURNING = "returning"
    CUSTOMS = "customs"
    BAD_ADDRESS = "bad_address"
    ATTEMPT = "attempt"
    PICKUP = "pickup"
    STOPPED = "stopped"
    UNSCANNED = "unscanned"
    SILENT = "silent"
    SLOW = "slow"
    UNCOLLECTED = "uncollected"
    UNNUMBERED = "unnumbered"
    NOT_LEAVING = "not_leaving"
    NO_STOCK = "no_stock"
    SUPPLIER = "supplier"
    CLOSED_LANE = "closed_lane"
    HOLIDAY = "holiday"


OF_ORDERS: Final = frozenset({Cause.NOT_LEAVING, Cause.NO_STOCK, Cause.SUPPLIER, Cause.CLOSED_LANE, Cause.HOLIDAY})
# What endangers the day of dispatch; all others endanger the arrival.
OF_DISPATCH: Final = frozenset({Cause.NOT_LEAVING, Cause.NO_STOCK, Cause.SUPPLIER, Cause.HOLIDAY})
# Only something of ours is missing: nothing keeps the goods from the buyer, who is not written to about it.
OURS: Final = frozenset({Cause.UNNUMBERED})
# Somebody holds the parcel, and nobody can compute for how long: a new date is told where a person names one.
HELD: Final = frozenset({Cause.CUSTOMS, Cause.BAD_ADDRESS, Cause.ATTEMPT, Cause.STOPPED})
# Nobody says anything: said only where nothing worse is known of the parcel, the first of them that holds.
_QUIET: Final = (Cause.UNSCANNED, Cause.SILENT, Cause.SLOW)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long."""

    unscanned: timedelta
    silence: timedelta
    lost: timedelta
    pickup: timedelta
    uncollected: timedelta
    unnumbered: timedelta


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a parcel. `handed_over_at`: while it waits for its carrier, when it was made. `late_from`: when it becomes
    likely that it breaks its promise. `listened_at`: when somebody last listened, None where nobody does. `told`: the causes whose
    buyers have been told a new date. `is_tracked`: by the way that it goes.
    """

    status: Status
    reason: Reason
    since: datetime | None
    handed_over_at: datetime
    first_scan_at: datetime | None
    last_at: datetime | None
    due_at: datetime | None
    late_from: datetime | None
    has_number: bool
    listened_at: datetime | None
    is_waiting: bool = False
    is_tracked: bool = True
    told: frozenset[Cause] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """`since` names the episode: the last thing that was said, or for what is slow the promise that it endangers."""

    cause: Cause
    since: datetime


@dataclass(frozen=True, slots=True)
class _Begin:
    """Wrong from `at` on, and before `until` where that is known."""

    since: datetime
    at: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.at <= now and (self.until is None or now < self.until)


_OVER: Final = Status.DELIVERED
# Its silence has other reasons: it waits for the buyer, or goes the other way.
_NEAR: Final = frozenset({Status.READY_FOR_PICKUP, Status.RETURNING, Status.RETURNED})
_AT_THE_DOOR: Final = _NEAR | {Status.OUT_FOR_DELIVERY}
_BEFORE: Final = frozenset({Status.NOT_FOUND, Status.LABEL_CREATED})
_WRONG_ADDRESS: Final = frozenset({Reason.BAD_ADDRESS, Reason.MOVED})
_BROKEN: Final = frozenset({Reason.DAMAGED, Reason.DESTROYED})
_ASKED_FOR: Final = frozenset({Reason.INFO_REQUIRED, Reason.HELD_FOR_PAYMENT})
# What an exception says beside these is a case of its own, or is seen by the silence that follows.
_SAID_ELSEWHERE: Final = _WRONG_ADDRESS | _BROKEN | _ASKED_FOR | {Reason.LOST, Reason.DELAYED}

_BEFOREHAND: Final = timedelta(days=1)

Rule = Callable[[Seen, Limits], _Begin | None]


def _lost(seen: Seen, limits: Limits) -> _Begin | None:
    """Said to be, or not heard of for many weeks."""
    if seen.reason is Reason.LOST:
        return _now(seen)
    if not seen.has_number or seen.status in _NEAR | {Status.CANCELLED} or seen.is_waiting:
        return None
    return _later(seen.last_at or seen.handed_over_at, limits.lost)


def _damaged(seen: Seen, _limits: Limits) -> _Begin | None:
    return _now(seen) if seen.reason in _BROKEN else None


def _returned(seen: Seen, _limits: Limits) -> _Begin | None:
    return _now(seen) if seen.status is Status.RETURNED else None


def _returning(seen: Seen, _limits: Limits) -> _Begin | None:
    return _now(seen) if seen.status is Status.RETURNING else None


def _customs(seen: Seen, _limits: Limits) -> _Begin | None:
    is_held = seen.status in {Status.CUSTOMS, Status.EXCEPTION}
    return _now(seen) if is_held and seen.reason in _ASKED_FOR else None


def _bad_address(seen: Seen, _limits: Limits) -> _Begin | None:
    is_held = seen.status in {Status.ATTEMPT_FAILED, Status.EXCEPTION}
    return _now(seen) if is_held and seen.reason in _WRONG_ADDRESS else None


def _attempt(seen: Seen, _limits: Limits) -> _Begin | None:
    is_other = seen.reason not in _WRONG_ADDRESS
    return _now(seen) if seen.status is Status.ATTEMPT_FAILED and is_other else None


def _pickup(seen: Seen, limits: Limits) -> _Begin | None:
    return _later(seen.since, limits.pickup) if seen.status is Status.READY_FOR_PICKUP else None


def _stopped(seen: Seen, _limits: Limits) -> _Begin | None:
    """Held for a reason of its own; or called off, though its goods are not here any more."""
    is_held = seen.status is Status.EXCEPTION and seen.reason not in _SAID_ELSEWHERE
    return _now(seen) if is_held or seen.status is Status.CANCELLED else None


def _unscanned(seen: Seen, limits: Limits) -> _Begin | None:
    """Said to be handed over, and no carrier has touched it."""
    is_waited_for = seen.has_number and seen.first_scan_at is None and seen.status in _BEFORE
    return _later(seen.handed_over_at, limits.unscanned) if is_waited_for and not seen.is_waiting else None


def _uncollected(seen: Seen, limits: Limits) -> _Begin | None:
    """It stands ready, and nobody has said that its carrier has it."""
    return _later(seen.handed_over_at, limits.uncollected) if seen.is_waiting else None


def _unnumbered(seen: Seen, limits: Limits) -> _Begin | None:
    """Its way is tracked, and nobody has told its number. After the day on which it was to arrive the number helps nobody any more."""
    if seen.has_number or seen.is_waiting or not seen.is_tracked:
        return None
    until = seen.due_at or seen.handed_over_at + limits.lost
    return _Begin(seen.handed_over_at, seen.handed_over_at + limits.unnumbered, until)


def _silent(seen: Seen, limits: Limits) -> _Begin | None:
    is_underway = seen.first_scan_at is not None and seen.status not in _NEAR
    return _later(seen.last_at, limits.silence) if is_underway else None


def _slow(seen: Seen, _limits: Limits) -> _Begin | None:
    """Where nobody scans, an arrival is not heard of either."""
    is_underway = seen.first_scan_at is not None and seen.status not in _AT_THE_DOOR
    if not is_underway or seen.due_at is None or seen.late_from is None:
        return None
    # Whoever was told that somebody holds it, and no day, hears of one before the old one has passed.
    latest = seen.due_at - _BEFOREHAND if seen.told & HELD else seen.due_at
    return _Begin(seen.due_at, min(seen.late_from, latest))


def _now(seen: Seen) -> _Begin | None:
    return _Begin(seen.since, seen.since) if seen.since else None


def _later(since: datetime | None, limit: timedelta) -> _Begin | None:
    return _Begin(since, since + limit) if since else None


_RULES: Final[Mapping[Cause, Rule]] = {
    Cause.LOST: _lost,
    Cause.DAMAGED: _damaged,
    Cause.RETURNED: _returned,
    Cause.RETURNING: _returning,
    Cause.CUSTOMS: _customs,
    Cause.BAD_ADDRESS: _bad_address,
    Cause.ATTEMPT: _attempt,
    Cause.PICKUP: _pickup,
    Cause.STOPPED: _stopped,
    Cause.UNSCANNED: _unscanned,
    Cause.SILENT: _silent,
    Cause.SLOW: _slow,
    Cause.UNCOLLECTED: _uncollected,
    Cause.UNNUMBERED: _unnumbered,
}


def troubles(seen: Seen, limits: Limits, *, now: datetime) -> list[Found]:
    """What is wrong at this moment, the worst first."""
    begins = {cause: begin for cause, begin in _begins(seen, limits).items() if begin.holds(now)}
    begun = {cause: begin.since for cause, begin in begins.items() if not _is_unheard(cause, begin, seen)}
    # What is ours to do is said beside anything else.
    ours = [Found(cause, begun.pop(cause)) for cause in sorted(OURS & begun.keys())]
    return [*_of_goods(seen, begun), *ours]


def is_to_be_asked(seen: Seen, limits: Limits, *, now: datetime) -> bool:
    """Nobody has listened since the silence became too long: whoever does may break it, or make it a case."""
    return any(begin.holds(now) and _is_unheard(cause, begin, seen) for cause, begin in _begins(seen, limits).items())


def _is_unheard(cause: Cause, begin: _Begin, seen: Seen) -> bool:
    """Silence says something only where somebody has listened since it became too long. That it is lost may have been said."""
    is_silence = cause in _QUIET or (cause is Cause.LOST and seen.reason is not Reason.LOST)
    return is_silence and (seen.listened_at is None or seen.listened_at < begin.at)


def _of_goods(seen: Seen, begun: Mapping[Cause, datetime]) -> list[Found]:
    loud = [Found(cause, since) for cause, since in begun.items() if cause not in _QUIET]
    if loud:
        is_told = all(found.cause in HELD & seen.told for found in loud)
        # Those who were told that somebody holds it were told no day, or one that has come near: it does not pass in silence.
        return [*loud, Found(Cause.SLOW, begun[Cause.SLOW])] if is_told and Cause.SLOW in begun else loud
    quiet = [Found(cause, begun[cause]) for cause in _QUIET if cause in begun]
    # Who was told a new date because of one of them hears of the other once that date is in danger.
    return [found for place, found in enumerate(quiet) if place == 0 or quiet[0].cause in seen.told]


def next_look(seen: Seen, limits: Limits, *, now: datetime) -> datetime | None:
    """When something may be wrong that is not yet, or over, if nothing is heard until then. None: nothing more can be."""
    moments = (
        (begin.at, begin.until)
        for begin in _begins(seen, limits).values()
        if begin.until is None or begin.at < begin.until
    )
    return min((moment for both in moments for moment in both if moment is not None and moment > now), default=None)


def _begins(seen: Seen, limits: Limits) -> dict[Cause, _Begin]:
    if seen.status is _OVER:
        return {}
    begins = {cause: rule(seen, limits) for cause, rule in _RULES.items()}
    return {cause: begin for cause, begin in begins.items() if begin is not None}
