"""Reading promises."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from tradewind.core.reach import Reach
from tradewind.promises.models import Promise


def promises_about(kind: str, subject_id: int) -> list[Promise]:
    """All promises about a subject, oldest first."""
    return list(Promise.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("pk"))


def open_promise(kind: Promise.Kind, order_id: int) -> Promise | None:
    """The promise of this kind that an order has open, if any."""
    return Promise.objects.filter(
        kind=kind, subject_kind="order", subject_id=order_id, state=Promise.State.MADE
    ).first()


def owed(
    reach: Reach, *, kinds: Collection[Promise.Kind], since: datetime | None = None, until: datetime
) -> QuerySet[Promise]:
    """What is owed within these moments, open or broken, the longest due first."""
    rows = reach.of(Promise.objects.filter(is_owed=True, kind__in=kinds, due_at__lt=until))
    return (rows.filter(due_at__gte=since) if since else rows).order_by("due_at", "pk")


def at_risk(reach: Reach, *, since: datetime) -> QuerySet[Promise]:
    """What is open and said to break, from this due time on."""
    risky = Promise.objects.filter(is_owed=True, at_risk_since__isnull=False, due_at__gte=since)
    return reach.of(risky).order_by("due_at", "pk")
