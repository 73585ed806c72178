"""Upkeep: what the core forgets by rule, so that tables of work stay small. Facts, audit and ledgers stay for ever."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.models import Delivery, InboxItem, Reaction, WorkItem
from tradewind.core.schedule import every

# Raw content from outside may hold personal data and expires; a finished delivery's payload as well.
KEEP: Final = {Reaction: timedelta(days=7), InboxItem: timedelta(days=90), Delivery: timedelta(days=365)}
BATCH: Final = 5000


@every(timedelta(hours=1), name="core.forget_finished_work")
def forget_finished_work(now: datetime) -> int:
    """Delete rows of work that were finished long ago. Returns how many."""
    gone = 0
    for kind, keep in KEEP.items():
        shut = kind._default_manager.filter(
            state__in=[WorkItem.State.DONE, WorkItem.State.DROPPED], finished_at__lt=now - keep
        )
        with transaction.atomic():
            ids = list(shut.order_by("finished_at", "id").values_list("pk", flat=True)[:BATCH])
            gone += kind._default_manager.filter(pk__in=ids).delete()[0]
    return gone
