"""Connections: the panels that say whom the shop asks outside, and how each of them did when it was last tried step by step.

Every connection has a proxy of its own choice (see core.proxying). A trial that fails says at which step, and what to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import transaction

from tradewind.core.models import SettingValue
from tradewind.core.panels import Panel, Step, Values, in_force, panel_of, panels
from tradewind.lib.text import printable

# The name of the trial that a connection has besides its own.
STEPS: Final = "steps"
Probe = Callable[[Values], list[Step]]


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection(Panel):
    """`probe` goes to the other side step by step and back again, changes nothing there, and does not raise for what it meets. The
    shop works without an optional one. One that nobody uses is not tried by itself.
    """

    family: ClassVar[str] = "connection"

    probe: Probe | None = None
    is_optional: bool = False
    is_used: Callable[[], bool] = _always


@dataclass(frozen=True, slots=True)
class Probed:
    """What the last trial of what is saved found. `failures`: how many in a row, this one included, did not come to their end."""

    at: datetime
    steps: list[Step]
    failures: int

    @property
    def is_good(self) -> bool:
        return self.failures == 0


def connections() -> list[Connection]:
    """Those first without which something does not work."""
    found = [panel for panel in panels() if isinstance(panel, Connection)]
    return sorted(found, key=lambda each: each.is_optional or not each.needed)


def connection_of(key: str) -> Connection | None:
    found = panel_of(key)
    return found if isinstance(found, Connection) else None


def probe(connection: Connection, *, at: datetime) -> Probed:
    """Try what is saved, and note what came of it. Not to be called inside a transaction: it asks the outside."""
    if connection.probe is None:
        raise TypeError(connection.key)
    return note_probe(connection, connection.probe(in_force(connection)), at=at)


def note_probe(connection: Connection, steps: list[Step], *, at: datetime) -> Probed:
    is_good = all(step.is_good for step in steps)
    with transaction.atomic():
        row, _ = SettingValue.objects.get_or_create(key=_row_of(connection), defaults={"value": {}, "changed_at": at})
        row = SettingValue.objects.select_for_update().get(pk=row.pk)
        failures = 0 if is_good else row.value.get("failures", 0) + 1
        told = [
            {"words": step.words, "facts": _plain(step.facts), "is_good": step.is_good, "is_advice": step.is_advice}
            for step in steps
        ]
        row.value, row.changed_at = {"failures": failures, "steps": told}, at
        row.save(update_fields=["value", "changed_at"])
    return Probed(at, steps, failures)


def forget_probe(connection: Connection) -> None:
    """It was changed: what was found says nothing any more, and it is tried anew within minutes."""
    with transaction.atomic():
        SettingValue.objects.filter(key=_row_of(connection)).delete()


def last_probes() -> dict[str, Probed]:
    """By the keys of connections, of those that are set up."""
    by_row = {_row_of(each): each for each in connections()}
    return {
        each.key: Probed(row.changed_at, [Step(**step) for step in row.value["steps"]], row.value["failures"])
        for row in SettingValue.objects.filter(key__in=by_row)
        for each in [by_row[row.key]]
        if each.has_all(in_force(each))
    }


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """As the database takes them: the other side may have said anything."""
    return {name: printable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}


def _row_of(connection: Connection) -> str:
    return f"probed.{connection.key}"
