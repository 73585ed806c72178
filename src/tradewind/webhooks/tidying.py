"""What is forgotten by rule: what was said long ago, with its tries. What still waits stays."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.keeping import kept
from tradewind.core.schedule import every
from tradewind.webhooks.models import HookMessage

KEEP: Final = timedelta(days=30)
_kept: Final = kept("notices", usual=KEEP, between=(1, 365))
# In short transactions, each with the tries of its messages.
BATCH: Final = 1000
BATCHES: Final = 50


@every(timedelta(hours=1), name="webhooks.forget_messages")
def forget_messages(now: datetime) -> int:
    """Returns how many."""
    old = HookMessage.objects.filter(created_at__lt=now - _kept()).exclude(state=HookMessage.State.WAITING)
    gone = 0
    for _ in range(BATCHES):
        with transaction.atomic():
            ids = list(old.order_by("created_at", "id").values_list("pk", flat=True)[:BATCH])
            HookMessage.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        if len(ids) < BATCH:
            break
    return gone
