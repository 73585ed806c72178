"""Connections to the outside that an owner sets up on a page: values in the open, secrets sealed, every change on record.

A secret goes in and never comes out again: neither to the page nor to the audit trail. What the environment names goes before
what the page holds, and cannot be changed there.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.sealing import CannotOpen, seal, unseal
from tradewind.core.trail import write_audit

CHANGED: Final = "connection.changed"
Values = dict[str, str]


class WrongPart(ValueError):
    """A value that cannot be used; `words` is a message with its `values`, to be said in the reader's language."""

    def __init__(self, part: str, words: str, **values: object) -> None:
        super().__init__(f"{part}: {words.format(**values)}")
        self.part = part
        self.words = words
        self.values = values


class Outdated(Exception):
    """Somebody else has changed the connection since the page was made."""


class TestFailed(Exception):
    """The other side could not be reached or said no; the message is what it said."""

    __test__ = False


@dataclass(frozen=True, slots=True)
class Part:
    """One value. `label`, `hint` and the words of `choices` are messages to be said in the reader's language."""

    name: str
    label: str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    is_secret: bool = False
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Connection:
    """Without the parts that are `needed` it is not set up. A secret goes where the parts say that it is `bound` to: where one of them
    changes, it has to be typed anew, or whoever may change the server could have it sent to their own. `check` raises WrongPart. `environment` gives what the installation's environment names, or nothing. `test` tries what is
    given, on behalf of whoever has this e-mail address, and returns what the other side said; it raises TestFailed.
    """

    key: str
    title: str
    purpose: str
    parts: tuple[Part, ...]
    needed: frozenset[str]
    bound: frozenset[str]
    check: Callable[[Values], None]
    environment: Callable[[], Values]
    test: Callable[[Values, str], str]

    @property
    def kind(self) -> str:
        """As the audit trail and the settings name it."""
        return f"connection.{self.key}"

    def has_all(self, values: Values) -> bool:
        """Is it set up with these?"""
        return all(values.get(name) for name in self.needed)

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if part.is_secret)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the page holds. `digest` says which state that is; `locked` are the secrets that nobody can open any more."""

    values: Values
    digest: str
    locked: frozenset[str] = frozenset()


_known: dict[str, Connection] = {}


def declare(connection: Connection) -> None:
    """Once, when the house is wired."""
    _known[connection.key] = connection


def connections() -> list[Connection]:
    return list(_known.values())


def connection_of(key: str) -> Connection | None:
    return _known.get(key)


def read(key: str) -> Values:
    """What holds: the environment's, where it names anything, else the page's. Empty while nothing is set."""
    connection = _known.get(key)
    if connection is None:
        return {}
    return connection.environment() or stored(connection).values


def is_set(key: str) -> bool:
    connection = _known.get(key)
    return connection is not None and connection.has_all(read(key))


def stored(connection: Connection) -> Stored:
    row = SettingValue.objects.filter(key=connection.kind).first()
    return _opened(row.value if row else {})


def change(connection: Connection, typed: Values, *, seen: str, by: str, at: datetime) -> bool:
    """Store what was typed; an empty secret stays as it is, and goes with all the others when every part is empty.

    Returns whether anything changed. Raises WrongPart, and Outdated where `seen` is not the digest of what is stored now.
    """
    with transaction.atomic():
        row, _ = SettingValue.objects.get_or_create(key=connection.kind, defaults={"value": {}, "changed_at": at})
        row = SettingValue.objects.select_for_update().get(pk=row.pk)
        before = _opened(row.value)
        if before.digest != seen:
            raise Outdated
        values = with_kept_secrets(connection, typed, before.values)
        if values:
            connection.check(values)
        if values == before.values:
            return False
        row.value, row.changed_at = _sealed(connection, values), at
        row.save(update_fields=["value", "changed_at"])
        write_audit(
            CHANGED,
            subject=(connection.kind, None),
            by=by,
            at=at,
            before=_shown(connection, before.values),
            after=_shown(connection, values, changed_from=before.values),
        )
    return True


def with_kept_secrets(connection: Connection, typed: Values, kept: Values) -> Values:
    """As they would be stored."""
    given = {name: value.strip() for name, value in typed.items() if value.strip()}
    if not given:
        return {}
    if any(given.get(name) != kept.get(name) for name in connection.bound):
        return given
    return {name: kept[name] for name in connection.secrets if kept.get(name)} | given


def before_of(connection: Connection, entry_id: int) -> Values | None:
    """The open values as they were before a change, for taking it back. Secrets have gone."""
    entry = AuditEntry.objects.filter(pk=entry_id, action=CHANGED, subject_kind=connection.kind).first()
    if entry is None:
        return None
    return {name: value for name, value in (entry.before or {}).items() if name not in connection.secrets}


def _opened(value: dict[str, Any]) -> Stored:
    values, locked = dict(value.get("values", {})), set()
    for name, sealed in value.get("secrets", {}).items():
        try:
            values[name] = unseal(sealed)
        except CannotOpen:
            locked.add(name)
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
    return Stored(values, digest, frozenset(locked))


def _sealed(connection: Connection, values: Values) -> dict[str, Values]:
    return {
        "values": {name: value for name, value in values.items() if name not in connection.secrets},
        "secrets": {name: seal(value) for name, value in values.items() if name in connection.secrets},
    }


def _shown(connection: Connection, values: Values, *, changed_from: Values | None = None) -> Values:
    """For the audit trail: of a secret only that there is one, and that it is a new one."""
    shown = {name: value for name, value in values.items() if name not in connection.secrets}
    for name in connection.secrets & values.keys():
        is_new = changed_from is not None and changed_from.get(name) != values[name]
        shown[name] = "•••• (new)" if is_new else "••••"
    return shown
