"""What is forgotten by rule: what was sent long ago, with its tries. What still waits stays."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Model, QuerySet

from tradewind.alerting.models import Alert, Note
from tradewind.core.schedule import every

KEEP: Final = timedelta(days=90)
BATCH: Final = 1000
BATCHES: Final = 20


@every(timedelta(hours=1), name="alerting.forget")
def forget_alerts(now: datetime) -> int:
    """Returns how many messages and alerts, in short transactions."""
    old = now - KEEP
    return _forget(Alert.objects.filter(created_at__lt=old, is_done=True)) + _forget(
        Note.objects.filter(created_at__lt=old).exclude(state=Note.State.WAITING)
    )


def _forget(rows: "QuerySet[Alert] | QuerySet[Note]") -> int:
    gone = 0
    for _ in range(BATCHES):
        with transaction.atomic():
            ids = list(rows.order_by("created_at", "id").values_list("pk", flat=True)[:BATCH])
            kind: type[Model] = rows.model
            kind._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
        if len(ids) < BATCH:
            break
    return gone
