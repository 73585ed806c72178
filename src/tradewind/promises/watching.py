"""Watching promises. Each round reads only what is due, however many promises are open."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.facts import SYSTEM, record
from tradewind.core.schedule import every
from tradewind.promises.events import PromiseBroken
from tradewind.promises.models import Promise

BATCH: Final = 500


@every(timedelta(minutes=1), name="promises.note_broken")
def note_broken(now: datetime) -> int:
    """Promises whose time has passed with nothing that kept them are broken. Returns how many."""
    due = Promise.objects.filter(state=Promise.State.MADE, due_at__lte=now).order_by("due_at", "id")
    if not due.exists():
        return 0
    with transaction.atomic():
        promises = list(due.select_for_update(skip_locked=True)[:BATCH])
        for promise in promises:
            Promise.objects.filter(pk=promise.pk).update(state=Promise.State.BROKEN, settled_at=now)
            happened = PromiseBroken(promise.pk, promise.subject_id, promise.buyer_id, promise.kind)
            record(happened, by=SYSTEM, at=now)
    return len(promises)
