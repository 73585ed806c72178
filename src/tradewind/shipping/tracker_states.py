"""Whether trackers answer: kept for each, so that somebody hears of one that does not, and of none that was slow once."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.core.work import NeedsAttention
from tradewind.shipping.models import TrackerState

DEAF: Final = "tracker.deaf"
_SUBJECT: Final = "tracker"
# Whoever is away comes back, mostly; who takes no key does not.
PATIENCE: Final = timedelta(hours=6)
_LOOK_WITHIN: Final = timedelta(hours=4)


def note_answer(code: str, *, at: datetime) -> None:
    """It has answered, or nobody waits for its answers any more."""
    with transaction.atomic():
        for row in TrackerState.objects.filter(code=code, failing_since__isnull=False).select_for_update():
            row.failing_since, row.problem = None, ""
            row.save(update_fields=["failing_since", "problem"])
            settle_by_fact(DEAF, subject=(_SUBJECT, row.pk), at=at)


def note_failure(code: str, problem: Exception, *, at: datetime) -> None:
    """Ask for a hand, at once where only a person can help, else once it has been away for long."""
    with transaction.atomic():
        TrackerState.objects.get_or_create(code=code)
        row = TrackerState.objects.select_for_update().get(code=code)
        row.failing_since = row.failing_since or at
        row.problem = str(problem)[:300]
        row.save(update_fields=["failing_since", "problem"])
        if isinstance(problem, NeedsAttention) or at - row.failing_since >= PATIENCE:
            ask_for_hand(DEAF, subject=(_SUBJECT, row.pk), account_id=None, due_at=at + _LOOK_WITHIN, at=at)


def failing_trackers() -> list[TrackerState]:
    return list(TrackerState.objects.filter(failing_since__isnull=False).order_by("failing_since", "id"))
