"""Reading promises."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from tradewind.core.reach import Reach
from tradewind.promises.ending import PASSED
from tradewind.promises.models import Promise


def promises_about(kind: str, subject_id: int) -> list[Promise]:
    """All promises about a subject, oldest first."""
    return list(Promise.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("pk"))


def open_promise(kind: Promise.Kind, order_id: int) -> Promise | None:
    """The promise of this kind that an order has open, if any."""
    return Promise.objects.filter(
        kind=kind, subject_kind="order", subject_id=order_id, state=Promise.State.MADE
    ).first()


def replaced_by(promise: Promise) -> Promise | None:
    """The promise that this one took the place of."""
    return Promise.objects.filter(pk=promise.replaces_id).first() if promise.replaces_id else None


def owed(
    reach: Reach, *, kinds: Collection[Promise.Kind], since: datetime | None = None, until: datetime
) -> QuerySet[Promise]:
    """What is owed within these moments, open or broken, the longest due first."""
    rows = reach.of(Promise.objects.filter(is_owed=True, kind__in=kinds, due_at__lt=until))
    return (rows.filter(due_at__gte=since) if since else rows).order_by("due_at", "pk")


def at_risk(reach: Reach, *, since: datetime) -> QuerySet[Promise]:
    """What is open and said to break, from this due time on. Those that only special notices hit are handled together, there."""
    risky = Promise.objects.filter(is_owed=True, is_feared_alone=True, due_at__gte=since)
    return reach.of(risky).order_by("due_at", "pk")


def promise_list(  # noqa: PLR0913  # each narrows the list, and all are named where it is called
    reach: Reach,
    *,
    state: Promise.State,
    size: int,
    kind: str = "",
    due_before: datetime | None = None,
    is_at_risk: bool | None = None,
    after: tuple[datetime, int] | None = None,
) -> list[Promise]:
    """In one state by due time, from after this key on."""
    rows = reach.of(Promise.objects.all())
    if state == Promise.State.MADE and (kind or is_at_risk):
        # Of what is owed it is what has not passed: by the index of a kind, or of what is feared, nobody walks all that is open.
        rows = rows.filter(is_owed=True).exclude(state__in=PASSED)
    else:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if due_before is not None:
        rows = rows.filter(due_at__lt=due_before)
    if is_at_risk is not None:
        rows = rows.filter(at_risk_since__isnull=not is_at_risk)
    if after is not None:
        due_at, pk = after
        rows = rows.filter(Q(due_at__gt=due_at) | Q(pk__gt=pk), due_at__gte=due_at)
    return list(rows.order_by("due_at", "pk")[:size])
