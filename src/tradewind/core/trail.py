"""The audit trail: every change by a person, with before and after."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tradewind.core.models import AuditEntry
from tradewind.core.rows import insert_each


def write_audit(
    action: str, *, subject: tuple[str, int | None], by: str, at: datetime, before: Any = None, after: Any = None
) -> None:
    """Append one entry, inside the transaction of the change. `by` is "system" or "staff:ID"."""
    AuditEntry.objects.create(
        action=action, subject_kind=subject[0], subject_id=subject[1], actor=by, at=at, before=before, after=after
    )


def write_audits(action: str, *, kind: str, changes: Iterable[tuple[int, Any, Any]], by: str, at: datetime) -> None:
    """Append an entry for each (subject, before, after) of a change of many, inside its transaction."""
    names = ("action", "subject_kind", "subject_id", "actor", "at", "before", "after")
    rows = ((action, kind, subject_id, by, at, before, after) for subject_id, before, after in changes)
    insert_each(AuditEntry, names, rows)
