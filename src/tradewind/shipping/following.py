"""Having parcels followed: told to a tracker in batches, let go again, and asked about where it says nothing for too long."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction

from tradewind.core import deliveries
from tradewind.core.each_alone import Round
from tradewind.core.models import Delivery
from tradewind.core.schedule import every
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.shipping.carriers import tracker_code_of
from tradewind.shipping.hearing import follow_time, next_question
from tradewind.shipping.models import Parcel
from tradewind.shipping.notices import hear_all
from tradewind.shipping.parcels import STOP
from tradewind.shipping.ports import Tracker, Watched, tracker_in_use, tracker_named

log = structlog.get_logger(__name__)
WATCH: Final = "tracking.watch"
# Of one turn: other jobs wait meanwhile.
_BATCHES: Final = 3
_AHEAD: Final = 100
# After a parcel could not be looked at.
_AGAIN: Final = timedelta(hours=1)


@every(timedelta(minutes=1), name="shipping.have_followed")
def plan_watching(now: datetime) -> int:
    """Commit to telling the tracker about those that nobody follows yet. Returns how many."""
    tracker = tracker_in_use()
    planned = 0
    for _ in range(_BATCHES if tracker else 0):
        count = _plan_batch(tracker, now) if tracker else 0
        planned += count
        if not count:
            break
    return planned


def _plan_batch(tracker: Tracker, now: datetime) -> int:
    wanted = Parcel.objects.filter(watch=Parcel.Watch.WANTED, replaced_at=None).order_by("id")
    if not wanted.exists():
        return 0
    with transaction.atomic():
        ids = list(wanted.select_for_update(skip_locked=True).values_list("pk", flat=True)[: tracker.batch])
        if not ids:
            return 0
        Parcel.objects.filter(pk__in=ids).update(watch=Parcel.Watch.ASKED, tracker=tracker.code, watch_problem="")
        # The same parcels may be told anew, after their carrier was put right: the time keeps the two apart.
        digest = hashlib.sha256(f"{now.isoformat()}:{ids}".encode()).hexdigest()[:24]
        payload = {"tracker": tracker.code, "parcels": ids}
        deliveries.plan(WATCH, f"{WATCH}:{digest}", payload, at=now)
    return len(ids)


def register_courier() -> None:
    """Make the worker able to tell trackers about parcels. Called once, by wiring."""
    deliveries.register(WatchCourier())
    deliveries.register(StopCourier())


class WatchCourier:
    """Tells a tracker about parcels. To be told twice is no harm, so that an uncertain call is simply made again."""

    kind = WATCH

    def call(self, delivery: Delivery) -> dict[str, Any]:
        tracker = tracker_named(delivery.payload["tracker"])
        parcels = list(Parcel.objects.filter(pk__in=delivery.payload["parcels"]).exclude(tracking_number=""))
        answers = tracker.watch([_watched(parcel, tracker) for parcel in parcels]) if parcels else []
        by_number = {answer.number: answer for answer in answers}
        told = {}
        for parcel in parcels:
            answer = by_number.get(parcel.tracking_number)
            problem = f"{answer.code} {answer.words}".strip() if answer else "no answer about this number"
            told[str(parcel.pk)] = "" if answer and answer.is_watched else problem[:300]
        return {"problems": told}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # telling again is asking
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002  # as the port says
        for pk, problem in sorted(result["problems"].items(), key=lambda pair: int(pair[0])):
            parcel = Parcel.objects.select_for_update().get(pk=int(pk))
            parcel.watch = Parcel.Watch.REFUSED if problem else Parcel.Watch.WATCHED
            parcel.watch_problem = problem
            parcel.ask_at = next_question(parcel, now)
            parcel.save(update_fields=["watch", "watch_problem", "ask_at"])

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002  # as the port says
        asked = Parcel.objects.filter(pk__in=delivery.payload["parcels"], watch=Parcel.Watch.ASKED)
        asked.update(watch=Parcel.Watch.REFUSED, watch_problem=str(problem)[:300])


class StopCourier:
    """Tells a tracker that a label was replaced: who pays by the number of parcels pays for it no longer."""

    kind = STOP

    def call(self, delivery: Delivery) -> dict[str, Any]:
        parcel = Parcel.objects.get(pk=delivery.payload["parcel"])
        if parcel.tracking_number:  # emptied meanwhile, with all that is the buyer's
            tracker = tracker_named(parcel.tracker)
            tracker.stop([_watched(parcel, tracker)])
        return {}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # stopping twice is stopping
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        """The parcel has been let go already."""

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """Its notices move nothing, followed or not."""


@every(timedelta(minutes=5), name="shipping.ask_about_silent")
def ask_about_silent(now: datetime) -> int:
    """A notice may be late or lost, the parcel goes on. Costs by what is due. Returns how many were asked about."""
    asked = 0
    for _ in range(_BATCHES):
        tracker, parcels = _take_silent(now)
        if tracker is None:
            break
        try:
            told = tracker.look([_watched(parcel, tracker) for parcel in parcels])
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
    with Round() as parcels:
        parcels.each(
            due,
            lambda pk: follow_time(parcel_id=pk, at=now),
            push_back=lambda pk, _: _note_later(pk, now),
        )
    return len(due)


def _note_later(parcel_id: int, now: datetime) -> None:
    """It would stand at the head of each round."""
    Parcel.objects.filter(pk=parcel_id).update(next_at=now + _AGAIN)


def _watched(parcel: Parcel, tracker: Tracker) -> Watched:
    return Watched(parcel.tracking_number, tracker_code_of(parcel.carrier, tracker.code), parcel.ref)
