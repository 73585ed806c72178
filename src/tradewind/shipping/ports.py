"""What shipping needs from outside: somebody who follows parcels over many carriers. Connectors implement it, wiring fills the slots.

Errors across the port are core.work's TryAgain, Refused and NeedsAttention, and core.inbox's two of `read_notice`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tradewind.shipping.tracking_states import Meaning


class NoSuchTracker(LookupError):
    """No slot is filled under this code."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A parcel to follow. `carrier` is the provider's own code, empty where it shall find out; `ref` is ours and comes back."""

    number: str
    carrier: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the provider answered about one number. `code` and `words` say why not, where it is not `is_watched`. `is_for_now`: only
    because a limit is used up, so that it is told again later.
    """

    number: str
    is_watched: bool
    code: str = ""
    words: str = ""
    is_for_now: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `code` is the provider's own name of it; `minutes_east` is the zone of the place, None where nobody said. Where
    `is_local`, `at` is what the clock of the place showed, written as if it were UTC.
    """

    at: datetime
    meaning: Meaning
    code: str
    place: str = ""
    words: str = ""
    carrier: str = ""
    minutes_east: int | None = None
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class ParcelTold:
    """All that the provider knows of one number. `undated`: events that say no time, and so cannot be placed. `problem`: why it does
    not look for this number, which is then no answer about the parcel.
    """

    number: str
    events: tuple[Told, ...] = ()
    ref: str = ""
    carrier: str = ""
    undated: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TrackingNotice:
    """A signed message. It may be about nothing that we follow, as a provider's trial is."""

    external_id: str
    parcels: tuple[ParcelTold, ...] = ()


class Tracker(Protocol):
    @property
    def code(self) -> str:
        """Under which name parcels, notices and slots know it."""

    @property
    def batch(self) -> int:
        """How many numbers one call takes."""

    def is_set(self) -> bool:
        """Has the seller an account with it?"""

    def watch(self, parcels: Sequence[Watched]) -> list[Enrolled]:
        """Follow these, a batch at most. Who is followed already stays so: that is no error."""

    def look(self, parcels: Sequence[Watched]) -> list[ParcelTold]:
        """What is known now of a batch at most. Those that it does not follow, or not any more, are left out."""

    def stop(self, parcels: Sequence[Watched]) -> None:
        """Follow them no longer. Those that it does not follow are no error."""

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> TrackingNotice:
        """Verify the signature over the raw bytes and read them. Raises BadSignature, UnreadableNotice."""


_slots: dict[str, Tracker] = {}


def fill(tracker: Tracker) -> None:
    _slots[tracker.code] = tracker


def tracker_named(code: str) -> Tracker:
    """Raises NoSuchTracker."""
    try:
        return _slots[code]
    except KeyError:
        raise NoSuchTracker(code) from None


def tracker_with_account(code: str) -> Tracker | None:
    """None where the seller has no account with it any more."""
    tracker = _slots.get(code)
    return tracker if tracker is not None and tracker.is_set() else None


def tracker_in_use() -> Tracker | None:
    """The first, in the order of wiring, with which the seller has an account."""
    return next((tracker for tracker in _slots.values() if tracker.is_set()), None)
