"""What the API forgets by rule: answers that were kept for a repeated request."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.api.models import StoredAnswer
from tradewind.api.once import KEPT
from tradewind.core.schedule import every

BATCH: Final = 2000
BATCHES: Final = 50


@every(timedelta(hours=1), name="api.forget_answers")
def forget_answers(now: datetime) -> int:
    """Delete answers that are older than they are promised to be kept. Returns how many."""
    old = StoredAnswer.objects.filter(created_at__lt=now - KEPT)
    gone = 0
    # In short transactions: a program that writes all day leaves more than one of them should hold.
    for _ in range(BATCHES):
        with transaction.atomic():
            ids = list(old.order_by("created_at", "id").values_list("pk", flat=True)[:BATCH])
            gone += StoredAnswer.objects.filter(pk__in=ids).delete()[0]
        if len(ids) < BATCH:
            break
    return gone
