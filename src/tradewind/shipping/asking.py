"""Asking trackers about parcels of which they say nothing for too long, and letting count what was ahead of its time.

A tracker that does not answer says nothing about its parcels: they are asked about again soon, and nobody calls them silent meanwhile.
One parcel that cannot be understood keeps no other from being heard.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from tradewind.core.each_alone import Round
from tradewind.core.http import AnswerTooLarge
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.schedule import every
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.shipping.following import follow_elsewhere, note_not_followed, watched
from tradewind.shipping.hearing import follow_time, next_question
from tradewind.shipping.models import Parcel
from tradewind.shipping.notices import hear_all
from tradewind.shipping.parcels import number_key
from tradewind.shipping.ports import ParcelTold, Tracker, Watched, tracker_with_account
from tradewind.shipping.tracker_states import note_answer, note_failure

log = structlog.get_logger(__name__)
# Of one turn: other jobs wait meanwhile.
_BATCHES: Final = 3
_AHEAD: Final = 100
# Whoever gave no answer is asked again after this.
_AGAIN: Final = timedelta(minutes=30)
_NOT_SET: Final = "it is not set up any more"
_NOT_UNDERSTOOD: Final = (UnreadableNotice, AnswerTooLarge, ArithmeticError, LookupError, TypeError, ValueError)


@every(timedelta(minutes=5), name="shipping.ask_about_silent")
def ask_about_silent(now: datetime) -> int:
    """A notice may be late or lost, the parcel goes on. Costs by what is due. Returns how many were asked about."""
    asked, deaf = 0, set[str]()
    for _ in range(_BATCHES):
        parcels = _take_silent(now, but=deaf)
        if not parcels:
            break
        code = parcels[0].tracker
        if _ask_about(code, parcels, now):
            asked += len(parcels)
        else:
            deaf.add(code)
    return asked


def _take_silent(now: datetime, *, but: set[str]) -> list[Parcel]:
    """A batch of those whose time has come, all with one tracker; their next time is written down before anybody asks."""
    due = Parcel.objects.filter(ask_at__lte=now, watch=Parcel.Watch.WATCHED).exclude(tracker__in=but)
    first = due.order_by("ask_at", "id").first()
    if first is None:
        return []
    tracker = tracker_with_account(first.tracker)
    with transaction.atomic():
        held = due.filter(tracker=first.tracker).order_by("ask_at", "id").select_for_update(skip_locked=True)
        parcels = list(held[: tracker.batch if tracker else 1])
        for parcel in parcels:
            Parcel.objects.filter(pk=parcel.pk).update(ask_at=next_question(parcel, now))
    return parcels


def _ask_about(code: str, parcels: Sequence[Parcel], now: datetime) -> bool:
    """False where nobody answered: they are asked about again soon, or told to the tracker that is used now."""
    tracker = tracker_with_account(code)
    if tracker is None and follow_elsewhere(code):
        note_answer(code, at=now)
        return False
    try:
        if tracker is None:
            raise NeedsAttention(_NOT_SET)
        told, lost = _look(tracker, watched(parcels, tracker))
    except (TryAgain, Refused, NeedsAttention) as problem:
        log.warning("the tracker does not answer", tracker=code, problem=str(problem))
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels]).update(ask_at=now + _AGAIN)
        note_failure(code, problem, at=now)
        return False
    note_answer(code, at=now)
    _note_unanswered(parcels, told, lost, now)
    with Round() as parcels_told:
        # Whatever is heard, and be it nothing, says itself that somebody has listened: of what fails nobody has heard.
        heard = [each for each in told if not each.problem]
        parcels_told.each(heard, lambda each: len(hear_all([each], source=code, at=now)))
    return True


def _note_unanswered(parcels: Sequence[Parcel], told: Sequence[ParcelTold], lost: set[str], now: datetime) -> None:
    """Of a number with two carriers it is enough if one is told of."""
    answered = {number_key(each.number) for each in told if not each.problem} | lost
    why = {number_key(each.number): each.problem for each in told}
    problems = {parcel.pk: why.get(parcel.number_key, "") for parcel in parcels if parcel.number_key not in answered}
    if problems:
        note_not_followed(problems, at=now)


def _look(tracker: Tracker, asked: Sequence[Watched]) -> tuple[list[ParcelTold], set[str]]:
    """What is told, and the numbers whose answer nobody understands: then each is asked about alone."""
    try:
        return tracker.look(asked), set()
    except _NOT_UNDERSTOOD as problem:
        log.warning("an answer was not understood", tracker=tracker.code, numbers=len(asked), problem=repr(problem))
        if len(asked) == 1:
            return [], {asked[0].number}
    told, lost = list[ParcelTold](), set[str]()
    for each in asked:
        more, unread = _look(tracker, [each])
        told += more
        lost |= unread
    return told, lost


@every(timedelta(minutes=1), name="shipping.follow_time")
def let_time_pass(now: datetime) -> int:
    """Events that were ahead of their time count from then on."""
    due = list(Parcel.objects.filter(next_at__lte=now).order_by("next_at", "id").values_list("pk", flat=True)[:_AHEAD])
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
