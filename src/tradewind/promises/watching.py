"""Watching promises. Each round reads only what is due, however many promises are open."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM, record_many
from tradewind.core.schedule import every
from tradewind.promises.events import PromiseBroken, PromiseNotKnown, PromiseReleased
from tradewind.promises.models import Promise
from tradewind.promises.ports import fates_of
from tradewind.promises.risking import end_risks

BATCH: Final = 500
# One round goes on while there is more, up to here; the next comes in a minute.
_ROUNDS: Final = 20


@every(timedelta(minutes=1), name="promises.note_broken")
def note_broken(now: datetime) -> int:
    """Promises whose time has passed with nothing that kept them are broken, where anybody could see that. Returns how many ended."""
    noted = 0
    for _ in range(_ROUNDS):
        some = _note_some(now)
        noted += some
        if some < BATCH:
            break
    return noted


def _note_some(now: datetime) -> int:
    """A batch in one transaction. Several workers take different rows, and a row that somebody keeps is left to them."""
    due = Promise.objects.filter(state=Promise.State.MADE, due_at__lte=now).order_by("due_at", "id")
    # Looked for in their order: PostgreSQL would otherwise come to expect that anything it reads is due, and read a million.
    if not due.values_list("pk")[:1]:
        return 0
    with transaction.atomic():
        promises = list(due.select_for_update(skip_locked=True)[:BATCH])
        fates = fates_of(promises)
        for state in (Promise.State.BROKEN, Promise.State.UNKNOWN, Promise.State.RELEASED):
            some = [promise.pk for promise in promises if fates.get(promise.pk, Promise.State.BROKEN) == state]
            is_owed = state != Promise.State.RELEASED
            Promise.objects.filter(pk__in=some).update(state=state, settled_at=now, is_owed=is_owed)
        end_risks(promises, at=now)
        record_many((_fact(each, fates.get(each.pk)) for each in promises), by=SYSTEM, at=now)
    return len(promises)


def _fact(promise: Promise, fate: Promise.State | None) -> object:
    if fate == Promise.State.UNKNOWN:
        return PromiseNotKnown(promise.pk, promise.order_id, promise.kind)
    if fate == Promise.State.RELEASED:
        return PromiseReleased(promise.pk, promise.order_id, promise.kind)
    return PromiseBroken(promise.pk, promise.order_id, promise.buyer_id, promise.kind)
