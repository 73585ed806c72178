"""Forgetting what came in by mail: raw bytes go by rule, what came of them stays."""

from datetime import datetime, timedelta

from django.db.models import Q

from tradewind.core.files import came_in_just_now, forget_private
from tradewind.core.keeping import FILES
from tradewind.core.schedule import every
from tradewind.messaging.received_models import FOR_PEOPLE, ReceivedMail


@every(timedelta(hours=1), name="messaging.forget_received")
def forget_received(now: datetime) -> int:
    """Forget the bytes of what was erased, and of what machines wrote after the time for files; what came of it stays. Returns
    how many.
    """
    is_old = Q(received_at__lt=now - FILES()) & ~Q(outcome__in=FOR_PEOPLE)
    over = ReceivedMail.objects.filter(Q(is_erased=True) | is_old, file__isnull=False).select_related("file")
    # One that has just come in stays on the disk for a while, and would then be named by nobody: at a later turn.
    rows = [
        row for row in over.order_by("pk")[:2000] if row.file is not None and not came_in_just_now(row.file, now=now)
    ]
    ReceivedMail.objects.filter(pk__in=[row.pk for row in rows]).update(file=None)
    for file_id in {row.file_id for row in rows if row.file_id is not None}:
        forget_private(file_id, now=now)
    return len(rows)
