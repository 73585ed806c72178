"""Having parcels followed: each with a number is told to the tracker that the seller has, in batches."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.reach import Reach
from tradewind.core.rows import hold_all
from tradewind.core.schedule import every
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.core.trail import write_audit
from tradewind.shipping.carriers import tracker_code_of
from tradewind.shipping.hearing import next_question
from tradewind.shipping.letting_go import StopCourier
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_queries import unfollowed
from tradewind.shipping.parcels import number_key
from tradewind.shipping.ports import Enrolled, Tracker, Watched, tracker_in_use, tracker_named

WATCH: Final = "tracking.watch"
# What asks for a hand while a tracker refuses some.
UNFOLLOWED: Final = "parcel.unfollowed"
_ALL: Final = ("parcels", 0)
_LOOK_WITHIN: Final = timedelta(days=1)
# Of one turn: other jobs wait meanwhile.
_BATCHES: Final = 3
# Of those that another tracker followed: as many as are told to the new one between two turns.
_MOVED: Final = 500
# Limits of a day end at a midnight that nobody tells us.
_LATER: Final = timedelta(hours=3)
_NOT_ANSWERED: Final = "no answer about this number"
_NO_NUMBER: Final = "this number has neither letters nor digits"


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
        # The same parcels may be told anew, after their carrier was put right: the time keeps the two apart.
        digest = hashlib.sha256(f"{now.isoformat()}:{ids}".encode()).hexdigest()[:24]
        payload = {"tracker": tracker.code, "parcels": ids}
        delivery = deliveries.plan(WATCH, f"{WATCH}:{digest}", payload, at=now)
        asked = {"watch": Parcel.Watch.ASKED, "tracker": tracker.code, "watch_problem": "", "asked_in": delivery.pk}
        Parcel.objects.filter(pk__in=ids).update(**asked)
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
        parcels = list(_asked_in(delivery).order_by("pk"))
        asked = watched(parcels, tracker)
        answers = _by_number(tracker.watch(asked)) if asked else {}
        problems = {str(parcel.pk): _problem(parcel, answers) for parcel in parcels}
        return {"problems": problems, "later": [parcel.pk for parcel in parcels if _is_for_now(parcel, answers)]}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # telling again is asking
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        for pk, problem in sorted(result["problems"].items(), key=lambda pair: int(pair[0])):
            parcel = _asked_in(delivery).select_for_update().filter(pk=int(pk)).first()
            if parcel is None:
                continue
            parcel.watch = Parcel.Watch.REFUSED if problem else Parcel.Watch.WATCHED
            parcel.watch_problem = problem
            parcel.ask_at = next_question(parcel, now)
            parcel.save(update_fields=["watch", "watch_problem", "ask_at"])
        _plan_again(delivery, result.get("later", []), now)
        note_unfollowed(at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        hold_all(Parcel, _asked_in(delivery).values_list("pk", flat=True))
        _asked_in(delivery).update(watch=Parcel.Watch.REFUSED, watch_problem=str(problem)[:300])
        note_unfollowed(at=now)


def _plan_again(delivery: Delivery, parcels: list[int], now: datetime) -> None:
    """Once a limit may have been lifted. Whoever has them told before that leaves this call nothing to tell."""
    left = list(_asked_in(delivery).filter(pk__in=parcels).values_list("pk", flat=True))
    if left:
        payload = {"tracker": delivery.payload["tracker"], "parcels": left}
        again = deliveries.plan(WATCH, f"{WATCH}:{delivery.pk}:again", payload, at=now + _LATER)
        Parcel.objects.filter(pk__in=left).update(asked_in=again.pk)


def tell_again(*, reach: Reach, by: str, at: datetime) -> int:
    """Have those told once more that were refused: the account has been topped up, or the tracker is another. Returns how many."""
    with transaction.atomic():
        refused = reach.of(unfollowed(Parcel.objects.filter(replaced_at=None)), field="order__account_id")
        hold_all(Parcel, refused.values_list("pk", flat=True))
        told = refused.update(watch=Parcel.Watch.WANTED, watch_problem="")
        if told:
            write_audit("parcels.told_again", subject=("parcels", None), by=by, at=at, after={"parcels": told})
    return told


def follow_elsewhere(code: str) -> bool:
    """Have those told to the tracker that is used now which another one followed that the seller has left, some in each turn. False
    where there is no other.
    """
    tracker = tracker_in_use()
    if tracker is None or tracker.code == code:
        return False
    left = Parcel.objects.filter(watch=Parcel.Watch.WATCHED, tracker=code, ask_at__isnull=False, replaced_at=None)
    some = list(left.order_by("pk").values_list("pk", flat=True)[:_MOVED])
    with transaction.atomic():
        hold_all(Parcel, some)
        left.filter(pk__in=some).update(watch=Parcel.Watch.WANTED, ask_at=None)
    return True


def note_not_followed(problems: Mapping[int, str], *, at: datetime) -> None:
    """Parcels of which their tracker says, when it is asked, that it does not look for them, by key: whose problem it gives wait for a
    hand, and the others are told to it again. Nobody has listened to them.
    """
    with transaction.atomic():
        hold_all(Parcel, problems)
        for parcel in Parcel.objects.filter(pk__in=problems, watch=Parcel.Watch.WATCHED).order_by("pk"):
            parcel.watch_problem = problems[parcel.pk][:300]
            parcel.watch = Parcel.Watch.REFUSED if parcel.watch_problem else Parcel.Watch.WANTED
            parcel.ask_at = None
            parcel.save(update_fields=["watch", "watch_problem", "ask_at"])
        note_unfollowed(at=at)


def note_unfollowed(*, at: datetime) -> None:
    """Ask for a hand while there are any, once for all. In the caller's transaction."""
    if unfollowed(Parcel.objects.filter(replaced_at=None)).exists():
        ask_for_hand(UNFOLLOWED, subject=_ALL, account_id=None, due_at=at + _LOOK_WITHIN, at=at)
    else:
        settle_by_fact(UNFOLLOWED, subject=_ALL, at=at)


def watched(parcels: Iterable[Parcel], tracker: Tracker) -> list[Watched]:
    """As the tracker is told of them: each number once, however many go under it, written as numbers are compared."""
    told: dict[tuple[str, str], Watched] = {}
    for parcel in parcels:
        carrier = tracker_code_of(parcel.carrier, tracker.code)
        if parcel.number_key:
            told.setdefault((parcel.number_key, carrier), Watched(parcel.number_key, carrier, parcel.ref))
    return list(told.values())


def _asked_in(delivery: Delivery) -> QuerySet[Parcel]:
    """Those of which nothing has changed since they were told about, or given up. Before this was written down, it was not known."""
    mine = Q(asked_in=delivery.pk) | Q(asked_in=None)
    rows = Parcel.objects.filter(mine, pk__in=delivery.payload["parcels"], replaced_at=None)
    return rows.filter(watch__in=[Parcel.Watch.ASKED, Parcel.Watch.REFUSED])


def _by_number(answers: Iterable[Enrolled]) -> dict[str, Enrolled]:
    """Of a number with two carriers it is enough if one is followed: its notices are heard by the number."""
    found: dict[str, Enrolled] = {}
    for answer in answers:
        key = number_key(answer.number)
        if answer.is_watched or key not in found:
            found[key] = answer
    return found


def _problem(parcel: Parcel, answers: dict[str, Enrolled]) -> str:
    """Empty where it is followed."""
    if not parcel.number_key:
        return _NO_NUMBER
    answer = answers.get(parcel.number_key)
    if answer is None:
        return _NOT_ANSWERED
    return "" if answer.is_watched else f"{answer.code} {answer.words}".strip()[:300]


def _is_for_now(parcel: Parcel, answers: dict[str, Enrolled]) -> bool:
    answer = answers.get(parcel.number_key)
    return answer is not None and answer.is_for_now
