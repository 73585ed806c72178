"""What became of the shop's profile: who changed which field, from what, to what. Read from the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tradewind.console.shop.reading import fields_of
from tradewind.console.timeline import actor_names
from tradewind.core.models import AuditEntry
from tradewind.core.preferences import WrongValue
from tradewind.markets.shop import SHOP

MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    by: str
    fields: Sequence[tuple[str, str, str]]  # field, before, after


def profile_changes() -> list[Change]:
    """The latest, newest first: two statements."""
    entries = AuditEntry.objects.filter(action="setting.changed", after__has_key=SHOP.key).order_by("-at", "-id")[:MOST]
    names = actor_names({entry.actor for entry in entries})
    return [
        Change(
            entry.at,
            names.get(entry.actor, entry.actor),
            _between((entry.before or {}).get(SHOP.key), (entry.after or {}).get(SHOP.key)),
        )
        for entry in entries
    ]


def _between(before: Any, after: Any) -> list[tuple[str, str, str]]:
    old, new = _fields(before), _fields(after)
    names = [name for name in {**old, **new} if name not in {"registrations", "accounts"}]
    return [(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name, "") != new.get(name, "")]


def _fields(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    try:
        return fields_of(SHOP.parsed(value))
    except WrongValue:  # an older form of the profile: it stays in the audit trail, we only cannot lay it out
        return {}
