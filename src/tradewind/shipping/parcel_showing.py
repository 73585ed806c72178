"""A parcel as pages show it: a line of steps, and what was said about it in the reader's language and in the hour of the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from babel.dates import format_time
from django.db.models import Prefetch
from django.utils.translation import gettext_noop

from tradewind.core.words import locale_of, say
from tradewind.promises.wording import day_words
from tradewind.shipping.arriving import is_awaited
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.models import Parcel, ParcelLine, TrackingEvent
from tradewind.shipping.parcel_contents import IN_TURN, newest_of
from tradewind.shipping.tracking_states import TROUBLE, Status
from tradewind.shipping.tracking_words import party_words, status_words

# A page shows so many of a parcel's events, the newest.
MOST: Final = 200
_HANDED_OVER: Final = gettext_noop("Handed over")
_FIRST_SCAN: Final = gettext_noop("First scan")
_ARRIVALS: Final[Mapping[str, str]] = {
    Parcel.Teller.STAFF: gettext_noop("It is there, as staff say; no carrier has said so."),
    Parcel.Teller.BUYER: gettext_noop("It is there, as the buyer says; no carrier has said so."),
    Parcel.Teller.PROGRAM: gettext_noop("It is there, as a program of the shop says; no carrier has said so."),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One step on a parcel's way. `at` is None where it is still to come."""

    words: str
    at: datetime | None
    is_trouble: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One event in words. `when` is the hour of the place where that is known; `carriers_words` as they were written."""

    at: datetime
    when: str
    words: str
    place: str
    carriers_words: str
    is_understood: bool
    code: str
    carrier: str
    is_carriers: bool


@dataclass(frozen=True, slots=True)
class ParcelShown:
    parcel: Parcel
    lines: list[ParcelLine]
    state: str
    answers: str  # who answers for it
    arrival: str  # by whose word it is there, where no carrier says so
    tone: str
    stops: list[Stop]
    said: list[Said]
    url: str

    @property
    def is_awaited(self) -> bool:
        """May somebody say that it has arrived?"""
        return is_awaited(self.parcel)


def parcels_shown(order_id: int, language: str) -> list[ParcelShown]:
    """All parcels of an order, in turn. Three statements."""
    events = TrackingEvent.objects.order_by("-at", "-id")
    lines = ParcelLine.objects.select_related("line").order_by("line__position")
    rows = Parcel.objects.filter(order_id=order_id).prefetch_related(
        Prefetch("events", events), Prefetch("lines", lines)
    )
    return [_shown(parcel, language) for parcel in rows.order_by(*IN_TURN)]


def standing(shown: Iterable[ParcelShown]) -> Parcel | None:
    """Of these parcels the one whose label counts, the newest of several: the same as `queries.handover_of`."""
    return newest_of(each.parcel for each in shown)


def tone_of(parcel: Parcel) -> str:
    """wait, good, bad or plain."""
    if Status(parcel.status) in TROUBLE or parcel.is_contradicted:
        return "bad"
    if parcel.status == Status.DELIVERED:
        return "good"
    return "wait" if parcel.status in {Status.NOT_FOUND, Status.LABEL_CREATED} else "plain"


def _shown(parcel: Parcel, language: str) -> ParcelShown:
    events = list(parcel.events.all())
    return ParcelShown(
        parcel=parcel,
        lines=list(parcel.lines.all()),
        state=status_words(parcel.status, parcel.reason, language),
        answers=party_words(parcel.party, language),
        arrival=say(language, _ARRIVALS[parcel.arrival_told_by]) if parcel.arrival_told_by else "",
        tone=tone_of(parcel),
        stops=_stops(parcel, events, language),
        said=[_said(event, language) for event in events[:MOST]],
        url="" if parcel.replaced_at else tracking_url(parcel.carrier, parcel.tracking_number),
    )


def _stops(parcel: Parcel, events: Iterable[TrackingEvent], language: str) -> list[Stop]:
    """What lies behind, where it is now if that is no usual step, and what is still to come."""
    first: dict[str, datetime] = {}
    for event in events:
        if event.claims and event.at <= (parcel.last_at or event.at):
            first[event.status] = min(first.get(event.status, event.at), event.at)
    at_last = Status.READY_FOR_PICKUP if Status.READY_FOR_PICKUP in first else Status.OUT_FOR_DELIVERY
    stops = [
        Stop(say(language, _HANDED_OVER), None if parcel.is_waiting else parcel.handed_over_at),
        Stop(say(language, _FIRST_SCAN), parcel.first_scan_at),
    ]
    stops += [Stop(status_words(each, "", language), first[each]) for each in (Status.CUSTOMS,) if each in first]
    if Status(parcel.status) in TROUBLE:
        return [*stops, Stop(status_words(parcel.status, parcel.reason, language), parcel.since, is_trouble=True)]
    is_there = parcel.status == Status.DELIVERED
    # Nobody scans every step: what lies before one that was reached was reached as well.
    is_scanned = is_there and not parcel.arrival_told_by
    reached = first.get(at_last) or (parcel.delivered_at if is_scanned else None)
    stops.append(Stop(status_words(at_last, "", language), reached))
    stops.append(Stop(status_words(Status.DELIVERED, "", language), parcel.delivered_at if is_there else None))
    return stops


def _said(event: TrackingEvent, language: str) -> Said:
    zone = timezone(timedelta(minutes=event.minutes_east)) if event.minutes_east is not None else None
    local = event.at.astimezone(zone) if zone else event.at
    hour = format_time(local.time(), "HH:mm", locale=locale_of(language))
    return Said(
        at=event.at,
        when=f"{day_words(local.date(), language)}{_between(language)}{hour}{'' if zone else ' UTC'}",
        words=status_words(event.status, event.reason, language),
        place=event.place,
        carriers_words=event.words,
        is_understood=event.claims,
        code=event.code,
        carrier=event.carrier,
        is_carriers=event.source not in Parcel.Teller.values,
    )


def _between(language: str) -> str:
    """A day and its hour: where letters are wide, a space is enough."""
    return " " if language in ("zh", "ja") else ", "
