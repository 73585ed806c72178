"""Files of orders go when nobody will ask for them any more. What they did stays on record for ever."""

from datetime import datetime, timedelta

from django.db import transaction

from tradewind.core.files import forget_private
from tradewind.core.schedule import every
from tradewind.orders.import_models import FileEntry, OrderFile

State = OrderFile.State
_PERSONAL = ("first", "rejects")


@every(timedelta(hours=6), name="orders.forget_files")
def forget_files(now: datetime) -> int:
    """Also those that nobody ever decided on. Returns how many went."""
    with transaction.atomic():
        over = OrderFile.objects.filter(kept_until__lt=now).exclude(state__in=OrderFile.BUSY)
        rows = list(over.select_for_update(no_key=True).order_by("pk"))
        files = {pk for row in rows for pk in (row.file_id, row.rejects_id) if pk}
        for row in rows:
            undecided = row.state in {State.MAPPING, State.CHECKED}
            row.state, row.finished_at = (State.LEFT, now) if undecided else (row.state, row.finished_at)
            row.outcome = {key: value for key, value in row.outcome.items() if key not in _PERSONAL}
            row.file = row.rejects = row.kept_until = None
            row.save(update_fields=["state", "finished_at", "outcome", "file", "rejects", "kept_until"])
        FileEntry.objects.filter(file__in=rows, before__isnull=False).update(before=None)
    for file_id in files:
        forget_private(file_id, now=now)
    return len(rows)


def forget_order(order_id: int, *, account_id: int, at: datetime) -> None:
    """What files told of an order that is erased, in the caller's transaction. Files of its account that are done with go
    at the next turn of the schedule, within hours.
    """
    FileEntry.objects.filter(order_id=order_id, before__isnull=False).update(before=None)
    there = OrderFile.objects.filter(account_id=account_id, kept_until__isnull=False)
    for row in there.select_for_update(no_key=True).order_by("pk"):
        row.outcome = {key: value for key, value in row.outcome.items() if key not in _PERSONAL}
        if row.state not in {*OrderFile.BUSY, State.MAPPING, State.CHECKED}:
            row.kept_until = at
        row.save(update_fields=["outcome", "kept_until"])
