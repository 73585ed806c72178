"""Asking trackers about parcels of which they say nothing for too long, and letting count what was ahead of its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from tradewind.core.schedule import every
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.shipping.following import watched
from tradewind.shipping.hearing import follow_time, next_question
from tradewind.shipping.models import Parcel
from tradewind.shipping.notices import hear_all
from tradewind.shipping.ports import Tracker, tracker_named

log = structlog.get_logger(__name__)
# Of one turn: other jobs wait meanwhile.
_BATCHES: Final = 3
_AHEAD: Final = 100


@every(timedelta(minutes=5), name="shipping.ask_about_silent")
def ask_about_silent(now: datetime) -> int:
    """A notice may be late or lost, the parcel goes on. Costs by what is due. Returns how many were asked about."""
    asked = 0
    for _ in range(_BATCHES):
        tracker, parcels = _take_silent(now)
        if tracker is None:
            break
        try:
            told = tracker.look(watched(parcels, tracker))
        except (TryAgain, Refused, NeedsAttention) as problem:
            log.warning("the tracker does not answer", tracker=tracker.code, problem=str(problem))
            break
        for each in told:
            hear_all([each], source=tracker.code, at=now)
        asked += len(parcels)
    return asked


def _take_silent(now: datetime) -> tuple[Tracker | None, Sequence[Parcel]]:
    """A batch of those whose time has come, all with one tracker; their next time is written down before anybody asks."""
    due = Parcel.objects.filter(ask_at__lte=now, watch=Parcel.Watch.WATCHED).order_by("ask_at", "id")
    first = due.first()
    if first is None:
        return None, []
    tracker = tracker_named(first.tracker)
    with transaction.atomic():
        held = due.filter(tracker=first.tracker).select_for_update(skip_locked=True)
        parcels = list(held[: tracker.batch])
        for parcel in parcels:
            Parcel.objects.filter(pk=parcel.pk).update(ask_at=next_question(parcel, now))
    return (tracker, parcels) if parcels else (None, [])


@every(timedelta(minutes=1), name="shipping.follow_time")
def let_time_pass(now: datetime) -> int:
    """Events that were ahead of their time count from then on."""
    due = list(Parcel.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", flat=True)[:_AHEAD])
    for pk in due:
        follow_time(parcel_id=pk, at=now)
    return len(due)
