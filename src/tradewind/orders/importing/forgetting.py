"""Files of orders go when nobody will ask for them any more. What they did stays on record for ever."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from tradewind.core.files import came_in_just_now, forget_private
from tradewind.core.keeping import FILES
from tradewind.core.schedule import every
from tradewind.orders.import_models import FileEntry, OrderFile

State = OrderFile.State
# One that tells of an erased order waits for a decision no longer than this.
WAITS_FOR: Final = timedelta(days=3)
_PERSONAL: Final = ("first", "rejects")
_UNDECIDED: Final = (State.MAPPING, State.CHECKED)


@every(timedelta(hours=1), name="orders.forget_files")
def forget_files(now: datetime) -> int:
    """Also those that nobody ever decided on. Returns how many went."""
    with transaction.atomic():
        # What the owner says now holds for files that are there as well, where it is less.
        is_old = Q(kept_until__lt=now) | Q(kept_until__isnull=False, created_at__lt=now - FILES())
        over = OrderFile.objects.filter(is_old).exclude(state__in=OrderFile.BUSY)
        held = over.select_for_update(no_key=True).order_by("pk")
        # A file that has just come in stays on the disk for a while, and would then be named by nobody: at a later turn.
        rows = [row for row in held if not _came_in_just_now(row, now)]
        files = {pk for row in rows for pk in (row.file_id, row.rejects_id) if pk}
        for row in rows:
            undecided = row.state in _UNDECIDED
            row.state, row.finished_at = (State.LEFT, now) if undecided else (row.state, row.finished_at)
            _forget_outcome(row)
            row.file = row.rejects = row.kept_until = None
            row.save(update_fields=["state", "finished_at", "outcome", "file", "rejects", "kept_until"])
        FileEntry.objects.filter(file__in=rows, before__isnull=False).update(before=None)
    for file_id in files:
        forget_private(file_id, now=now)
    return len(rows)


def forget_order(order_id: int, *, account_id: int, at: datetime) -> None:
    """What files told of an order that is erased, in the caller's transaction. Files of its account go soon."""
    FileEntry.objects.filter(order_id=order_id, before__isnull=False).update(before=None)
    there = OrderFile.objects.filter(account_id=account_id, kept_until__isnull=False)
    for row in there.select_for_update(no_key=True).order_by("pk"):
        row.has_erased = True
        forget_erased(row, at=at)
        row.save(update_fields=["outcome", "kept_until", "has_erased"])


def forget_erased(row: OrderFile, *, at: datetime) -> None:
    """Where the file may tell of an order that was erased: drop what its row tells, and have the file go at the next turn
    of the schedule if it is decided on, else within days. The caller holds the row, and saves it.
    """
    if not row.has_erased or row.kept_until is None:
        return
    _forget_outcome(row)
    if row.state in _UNDECIDED:
        row.kept_until = min(row.kept_until, at + WAITS_FOR)
    elif row.state not in OrderFile.BUSY:
        row.kept_until = min(row.kept_until, at)


def _forget_outcome(row: OrderFile) -> None:
    row.outcome = {key: value for key, value in row.outcome.items() if key not in _PERSONAL}


def _came_in_just_now(row: OrderFile, now: datetime) -> bool:
    return any(came_in_just_now(file, now=now) for file in (row.file, row.rejects) if file is not None)
