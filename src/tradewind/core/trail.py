"""The audit trail: every change by a person, with before and after."""

from datetime import datetime
from typing import Any

from tradewind.core.models import AuditEntry


def write_audit(
    action: str, *, subject: tuple[str, int | None], by: str, at: datetime, before: Any = None, after: Any = None
) -> None:
    """Append one entry, inside the transaction of the change. `by` is "system" or "staff:ID"."""
    AuditEntry.objects.create(
        action=action, subject_kind=subject[0], subject_id=subject[1], actor=by, at=at, before=before, after=after
    )
