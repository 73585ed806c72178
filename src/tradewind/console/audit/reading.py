"""The audit trail as pages show it: page by page, narrowed by who, what, about what and when."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from tradewind.console.audit.naming import PAGES, act_words, kind_words
from tradewind.console.timeline import actor_names
from tradewind.core.models import AuditEntry, Staff

PAGE: Final = 50
_SHOWN: Final = 300
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Empty does not narrow. The period is half-open."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    subject_id: int = 0
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry. `fields` are what differs: name, before, after; empty texts where there was nothing."""

    id: int
    at: datetime
    by: str
    act: str
    kind: str
    subject_id: int | None
    address: str
    fields: Sequence[tuple[str, str, str]]

    @property
    def key(self) -> Key:
        return self.at, self.id


def changes(filters: AuditFilters, *, after: Key | None = None, size: int = PAGE) -> tuple[list[Change], Key | None]:
    """The newest first, and where to go on from. Two statements."""
    found = _matching(filters)
    if after is not None:
        at, pk = after
        # The first condition looks redundant: it lets both databases start in the index at the right place.
        found = found.filter(Q(at__lte=at), Q(at__lt=at) | Q(pk__lt=pk))
    rows = list(found.order_by("-at", "-pk")[: size + 1])
    shown = _shown(rows[:size])
    return shown, shown[-1].key if len(rows) > size else None


def changes_about(kind: str, subject_id: int = 0, *, most: int = 20) -> list[Change]:
    """The latest of one thing, newest first; without a number of the one thing of its kind."""
    return changes(AuditFilters(kind=kind, subject_id=subject_id), size=most)[0]


def actors() -> dict[str, str]:
    """Everybody who may have changed something, by name: not read from the trail, which only grows."""
    people = {f"staff:{pk}" for pk in Staff.objects.values_list("pk", flat=True)}
    return dict(sorted(actor_names(people).items(), key=lambda each: each[1]))


def _matching(filters: AuditFilters) -> QuerySet[AuditEntry]:
    exact: dict[str, Any] = {
        "actor": filters.actor,
        "action": filters.action,
        "subject_kind": filters.kind,
        "subject_id": filters.subject_id,
        "at__gte": filters.since,
        "at__lt": filters.until,
    }
    return AuditEntry.objects.filter(**{name: value for name, value in exact.items() if value})


def _shown(rows: Sequence[AuditEntry]) -> list[Change]:
    names = actor_names({row.actor for row in rows})
    return [
        Change(
            id=row.pk,
            at=row.at,
            by=names.get(row.actor, row.actor),
            act=act_words(row.action),
            kind=kind_words(row.subject_kind),
            subject_id=row.subject_id,
            address=_address(row),
            fields=tuple(_differences(row.before, row.after)),
        )
        for row in rows
    ]


def _address(row: AuditEntry) -> str:
    family, _, key = row.subject_kind.partition(".")
    if key and family in {"setting", "connection"}:
        return reverse(f"console:{family}", kwargs={"key": key})
    page, part = PAGES.get(row.subject_kind, ("", ""))
    if not page or (part and row.subject_id is None):
        return ""
    return reverse(page, kwargs={part: row.subject_id} if part else {})


def _differences(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    old, new = _by_name(before), _by_name(after)
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield name, _words(old.get(name)), _words(new.get(name))


def _by_name(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {} if value is None else {"": value}


def _words(value: Any) -> str:
    if value is None or value == "":
        return ""
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"
