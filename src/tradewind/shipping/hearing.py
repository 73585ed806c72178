"""What is said about a parcel: kept once, put in order, and turned into its state, its facts and the promise that it keeps.

Whoever tells may repeat itself and come late. Events are known by all that was said; the state is computed from all of them
(shipping.tracking_states); each milestone is recorded once.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM, record
from tradewind.lib.clock import format_moment
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.moving import move
from tradewind.orders.states import OrderState
from tradewind.promises.ending import break_unseen, settle_again
from tradewind.promises.making import keep
from tradewind.promises.models import Promise
from tradewind.shipping.event_times import clocks_of
from tradewind.shipping.events import (
    OrderDelivered,
    ParcelDelivered,
    ParcelFirstScanned,
    ParcelInTrouble,
    ParcelMoved,
)
from tradewind.shipping.models import Parcel, TrackingEvent
from tradewind.shipping.ports import Told
from tradewind.shipping.silences import longest_silence
from tradewind.shipping.tracking_states import (
    FINAL,
    TROUBLE,
    Event,
    Meaning,
    Milestone,
    ParcelState,
    Party,
    Reason,
    Status,
    state_of,
)
from tradewind.shipping.trouble_looking import FIRST_SCAN, next_look_after

_FOLLOWED: Final = (
    "status",
    "reason",
    "party",
    "since",
    "last_at",
    "next_at",
    "first_scan_at",
    "delivered_at",
    "arrival_told_by",
    "is_contradicted",
    "ask_at",
    "listened_at",
    "told",
    "look_at",
    "longest_silence",
)
# Told once as well, though they are no states of their own.
_RELEASED, _ASKED = "released", "asked"
_SAID_BY_CUSTOMS: Final = {Reason.RELEASED: _RELEASED, Reason.INFO_REQUIRED: _ASKED}
# Told by the first scan, or by nothing at all.
_NO_FACT: Final = frozenset({Status.NOT_FOUND, Status.PICKED_UP})
SILENCE: Final = timedelta(days=1)
LONG_SILENCE: Final = timedelta(days=3)
# Clocks differ, and labels are sometimes made before the order is written down.
_EARLIER: Final = timedelta(days=1)
_OLD_NEWS: Final = timedelta(days=14)
# So long after it was handed over nobody asks any more.
HORIZON: Final = timedelta(days=120)


def hear(*, parcel_id: int, told: Iterable[Told], source: str, at: datetime) -> int:
    """Keep what is new and let the parcel follow. Returns how many events were new. Of a label that was replaced: none."""
    # No savepoint of its own within the caller's transaction: whatever goes wrong here undoes all of it.
    with transaction.atomic(savepoint=False):
        order, parcel = _locked(parcel_id)
        if parcel.replaced_at is not None or order.erased_at is not None:
            return 0
        known, happened = _events_of(parcel_id), clocks_of(order.pk)
        since = order.placed_at - _EARLIER
        said = (_row(parcel, each, source, at, happened_at=happened(each), since=since) for each in told)
        rows = {row.digest: row for row in said}
        fresh = [row for digest, row in rows.items() if digest not in known]
        parcel.listened_at = max(parcel.listened_at or at, at)
        if fresh:
            TrackingEvent.objects.bulk_create(fresh)
            _follow(order, parcel, [*known.values(), *map(_event, fresh)], at)
        else:
            # That nothing is new may be what a case has waited for.
            parcel.look_at = at if parcel.delivered_at is None else parcel.look_at
            parcel.save(update_fields=["listened_at", "look_at"])
    return len(fresh)


def follow_time(*, parcel_id: int, at: datetime) -> None:
    """Let count what was ahead of its time when it was told."""
    with transaction.atomic():
        order, parcel = _locked(parcel_id)
        _follow(order, parcel, _events_of(parcel_id).values(), at)


def next_question(parcel: Parcel, now: datetime) -> datetime | None:
    """When to ask about it if nobody says anything until then; None: nothing more is expected."""
    # Where only people say that it is there, its carrier has yet to.
    is_over = Status(parcel.status) in FINAL and not parcel.arrival_told_by
    if parcel.watch != Parcel.Watch.WATCHED or is_over:
        return None
    if now - parcel.handed_over_at > HORIZON:
        return None
    last = max(parcel.last_at or parcel.handed_over_at, parcel.handed_over_at)
    return now + (LONG_SILENCE if now - last > _OLD_NEWS else SILENCE)


def _locked(parcel_id: int) -> tuple[Order, Parcel]:
    """The order first, as whoever changes its parcels does."""
    orders = Order.objects.select_for_update().only("state", "buyer_id", "erased_at", "placed_at")
    order = orders.get(pk__in=Parcel.objects.filter(pk=parcel_id).values("order_id"))
    return order, Parcel.objects.select_for_update().get(pk=parcel_id)


def _row(
    parcel: Parcel, told: Told, source: str, at: datetime, *, happened_at: datetime, since: datetime
) -> TrackingEvent:
    """Known by its time as it was told, by whatever clock it is read. Numbers are given again: what was said before the order is about
    another parcel, is shown to staff and claims nothing.
    """
    code, place, words, carrier = (
        _clean(text, most)
        for text, most in ((told.code, 60), (told.place, 200), (told.words, 1000), (told.carrier, 60))
    )
    said = "\x1f".join((format_moment(told.at), code, place, words, carrier))
    return TrackingEvent(
        parcel=parcel,
        digest=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32],
        at=happened_at,
        minutes_east=told.minutes_east,
        status=told.meaning.status,
        reason=told.meaning.reason,
        party=told.meaning.party,
        claims=told.meaning.claims and happened_at >= since,
        code=code,
        place=place,
        words=words,
        carrier=carrier,
        source=source,
        heard_at=at,
    )


def _clean(text: str, most: int) -> str:
    """Without what a database does not take."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:most]


def _events_of(parcel_id: int) -> dict[str, Event]:
    """All that was said, by its digest."""
    rows = TrackingEvent.objects.filter(parcel_id=parcel_id)
    return {
        digest: Event(at, Meaning(Status(status), Reason(reason), Party(party), claims), place, words, _person(source))
        for digest, at, status, reason, party, claims, place, words, source in rows.values_list(
            "digest", "at", "status", "reason", "party", "claims", "place", "words", "source"
        )
    }


def _event(row: TrackingEvent) -> Event:
    meaning = Meaning(Status(row.status), Reason(row.reason), Party(row.party), row.claims)
    return Event(row.at, meaning, row.place, row.words, _person(row.source))


def _person(source: str) -> str:
    return source if source in Parcel.Teller.values else ""


def _follow(order: Order, parcel: Parcel, events: Collection[Event], at: datetime) -> None:
    state, told_by = state_of(events, now=at), parcel.arrival_told_by
    parcel.status, parcel.reason, parcel.party = state.status, state.reason, state.party
    parcel.since, parcel.last_at, parcel.next_at = state.since, state.last_at, state.next_at
    parcel.first_scan_at, parcel.delivered_at = state.first_scan_at, state.delivered_at
    parcel.arrival_told_by, parcel.is_contradicted = state.arrival_told_by, state.is_contradicted
    parcel.ask_at = next_question(parcel, at)
    parcel.longest_silence = longest_silence(events, state)
    parcel.look_at = next_look_after(parcel, at)
    _record(order, parcel, state, at)
    parcel.save(update_fields=_FOLLOWED)
    if state.status == Status.DELIVERED:
        note_arrival(order, at=at)
        if told_by and not state.arrival_told_by:
            _settle_by_carrier(order, at=at)
    elif parcel.last_at is not None and parcel.due_at is not None and parcel.due_at <= at:
        # It travels, or went back, after the day on which it was to be there.
        break_unseen(Promise.Kind.DELIVERY, order_id=order.pk, at=at)


def _record(order: Order, parcel: Parcel, state: ParcelState, at: datetime) -> None:
    """What has become true for the first time, at the time at which it did."""
    told = set(parcel.told)
    if state.first_scan_at is not None and FIRST_SCAN not in told:
        told.add(FIRST_SCAN)
        record(ParcelFirstScanned(parcel.pk, order.pk), by=SYSTEM, at=min(state.first_scan_at, at))
    for reached in state.milestones:
        if reached.status in told:
            continue
        told.add(reached.status)
        happened = _fact_of(order, parcel, reached)
        if happened is not None:
            record(happened, by=SYSTEM, at=min(reached.at, at))
        if reached.status is Status.CUSTOMS and reached.reason in _SAID_BY_CUSTOMS:
            told.add(_SAID_BY_CUSTOMS[reached.reason])
    is_asked = state.status is Status.CUSTOMS and state.reason is Reason.INFO_REQUIRED
    for name, reason, moment in (
        (_RELEASED, Reason.RELEASED, state.released_at),
        (_ASKED, Reason.INFO_REQUIRED, state.last_at if is_asked else None),
    ):
        if moment is not None and name not in told:
            told.add(name)
            happened = ParcelMoved(parcel.pk, order.pk, str(Status.CUSTOMS), str(reason))
            record(happened, by=SYSTEM, at=min(moment, at))
    parcel.told = sorted(told)


def _fact_of(order: Order, parcel: Parcel, reached: Milestone) -> object | None:
    if reached.status in _NO_FACT:
        return None
    if reached.status is Status.DELIVERED:
        return ParcelDelivered(parcel.pk, order.pk, order.buyer_id)
    if reached.status in TROUBLE:
        return ParcelInTrouble(
            parcel.pk, order.pk, order.buyer_id, str(reached.status), str(reached.reason), str(reached.party)
        )
    return ParcelMoved(parcel.pk, order.pk, str(reached.status), str(reached.reason))


def note_arrival(order: Order, *, at: datetime) -> None:
    """An order has arrived when all of it has left and every parcel is there that anybody waits for: then its promise is settled. In
    the caller's transaction, of an order that is locked.
    """
    if order.state != OrderState.DISPATCHED or is_still_here(order.pk):
        return
    arrived_at = _all_there_since(order, at)
    if arrived_at is None:
        return
    move(order, OrderState.DELIVERED)
    keep(Promise.Kind.DELIVERY, order_id=order.pk, at=arrived_at, by=SYSTEM)
    record(OrderDelivered(order.pk, order.buyer_id), by=SYSTEM, at=arrived_at)


def _settle_by_carrier(order: Order, *, at: datetime) -> None:
    """People had said when it arrived; the carrier says now that it was another day, and that day counts."""
    arrived_at = _all_there_since(order, at)
    if order.state == OrderState.DELIVERED and arrived_at is not None:
        settle_again(Promise.Kind.DELIVERY, order_id=order.pk, at=arrived_at)


def _all_there_since(order: Order, at: datetime) -> datetime | None:
    """None while a parcel is not there that anybody waits for."""
    parcels: Sequence[Parcel] = list(Parcel.objects.filter(order_id=order.pk, replaced_at=None, refunded_at=None))
    times = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
    if not times or len(times) < len(parcels) or any(parcel.status != Status.DELIVERED for parcel in parcels):
        return None
    return min(max(times), at)


def is_still_here(order_id: int) -> bool:
    """Has some of its goods not left?"""
    goods = OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS).values_list("quantity", "dispatched")
    return any(dispatched < quantity for quantity, dispatched in goods)
