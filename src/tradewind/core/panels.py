"""What an owner sets on a page while the shop runs: declared as data, checked, with every change on record and a way back.

Values in the open, secrets sealed. A secret goes in and never comes out again: neither to the page nor to the audit trail. What
the environment names goes before what the page holds, and cannot be changed there. Nothing is remembered by a process: whoever
reads, reads what holds now.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.db import transaction

from tradewind.core import setting_rows
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.panel_parts import Part, WrongPart, check_part
from tradewind.core.sealing import CannotOpen, seal, unseal
from tradewind.core.trail import write_audit

Values = dict[str, str]


class Outdated(Exception):
    """Somebody else has changed the panel since the page was made."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a trial found: a message with its facts. After one that is not good, nothing more was tried. `is_advice`:
    it works, and could be better.
    """

    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_good: bool = True
    is_advice: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A button that tries something out. `run` is given the values and the e-mail address of whoever asks, and raises WrongPart.

    Where it does not take what is typed, it works with what is saved.
    """

    name: str
    label: str
    run: Callable[[Values, str], list[Step]]
    takes_typed: bool = True


def anything(_values: Values) -> None:
    """A check that is content with what the parts say themselves."""


def no_more(_values: Values) -> Values:
    """Of a panel whose parts are all typed."""
    return {}


def nothing(_values: Values) -> Step:
    """The summary of a panel that says nothing."""
    return Step("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Without the parts that are `needed` it is not set up. `check` raises WrongPart. `environment` gives what the installation's
    environment names: those parts are fixed, empty ones as well. `complete` gives the parts that are made, of what is saved.
    """

    family: ClassVar[str] = "setting"

    key: str
    title: str
    purpose: str
    parts: tuple[Part, ...]
    needed: frozenset[str] = frozenset()
    check: Callable[[Values], None] = anything
    environment: Callable[[], Values] = dict
    complete: Callable[[Values], Values] = no_more
    trials: tuple[Trial, ...] = ()
    # What holds now, in one line.
    summary: Callable[[Values], Step] = nothing

    @property
    def kind(self) -> str:
        """As the audit trail and the table of settings name it."""
        return f"{self.family}.{self.key}"

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if part.is_secret)

    @property
    def defaults(self) -> Values:
        return {part.name: part.default for part in self.parts if part.default}

    def has_all(self, values: Values) -> bool:
        """Is it set up with these?"""
        return all(values.get(name) for name in self.needed)

    def trial(self, name: str) -> Trial | None:
        return next((trial for trial in self.trials if trial.name == name), None)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the page holds. `digest` says which state that is; `locked` are the secrets that nobody can open any more."""

    values: Values
    digest: str
    locked: frozenset[str] = frozenset()


_known: dict[str, Panel] = {}


def declare(panel: Panel) -> None:
    """Once, when the house is wired."""
    _known[panel.key] = panel


def panels() -> list[Panel]:
    return list(_known.values())


def panel_of(key: str) -> Panel | None:
    return _known.get(key)


def read(key: str) -> Values:
    """What holds, without what is empty. Of a panel that nobody has declared: nothing."""
    panel = _known.get(key)
    return in_force(panel) if panel else {}


def in_force(panel: Panel) -> Values:
    """The environment's, else the page's, else what was declared. Secrets of the page go to no server of the environment."""
    named = panel.environment()
    held = stored(panel).values
    lost = {part.name for part in panel.parts if part.is_secret and part.bound & named.keys()}
    kept = {name: value for name, value in held.items() if name not in lost}
    return {name: value for name, value in (panel.defaults | kept | named).items() if value}


def is_set(key: str) -> bool:
    panel = _known.get(key)
    return panel is not None and panel.has_all(in_force(panel))


def stored(panel: Panel) -> Stored:
    return _opened(setting_rows.value_of(panel.kind) or {})


def change(panel: Panel, typed: Values, *, seen: str, by: str, at: datetime) -> bool:
    """Store what was typed; an empty secret stays as it is, and goes with all the others when every part is empty.

    Returns whether anything changed. Raises WrongPart, and Outdated where `seen` is not the digest of what is stored now.
    """
    fixed = panel.environment()
    with transaction.atomic():
        row, _ = SettingValue.objects.get_or_create(key=panel.kind, defaults={"value": {}, "changed_at": at})
        row = SettingValue.objects.select_for_update().get(pk=row.pk)
        before = _opened(row.value)
        if before.digest != seen:
            raise Outdated
        values = with_kept_secrets(panel, typed, before.values)
        # What the environment names now stays stored as it was: it holds again when the environment is silent.
        values = {name: value for name, value in values.items() if name not in fixed}
        values |= {name: value for name, value in before.values.items() if name in fixed}
        if values:
            check(panel, panel.defaults | values | fixed)
            values |= panel.complete(values)
        stay = _stay_sealed(panel, typed, before, fixed)
        if values == before.values and stay == before.locked:
            return False
        sealed = _sealed(panel, values)
        sealed["secrets"] |= {name: row.value["secrets"][name] for name in stay - values.keys()}
        row.value, row.changed_at = sealed, at
        row.save(update_fields=["value", "changed_at"])
        setting_rows.forget()
        write_audit(
            f"{panel.family}.changed",
            subject=(panel.kind, None),
            by=by,
            at=at,
            before=_shown(panel, before.values),
            after=_shown(panel, values, changed_from=before.values),
        )
    return True


def with_kept_secrets(panel: Panel, typed: Values, kept: Values) -> Values:
    """As they would be stored: without what is empty or as declared, with the secrets that still go where they went."""
    given = _given(panel, typed)
    if not given:
        return {}
    still = {
        part.name: kept[part.name]
        for part in panel.parts
        if part.is_secret and kept.get(part.name) and all(given.get(name) == kept.get(name) for name in part.bound)
    }
    return still | given


def _given(panel: Panel, typed: Values) -> Values:
    """Without what is empty or as declared."""
    given = {name: value.strip() for name, value in typed.items()}
    return {name: value for name, value in given.items() if value and value != panel.defaults.get(name)}


def _stay_sealed(panel: Panel, typed: Values, before: Stored, fixed: Values) -> frozenset[str]:
    """Of the secrets that nobody can open now, those that no change concerns: under the right key they hold again."""
    given = _given(panel, typed)
    same = {
        part.name
        for part in panel.parts
        if given and not given.get(part.name) and all(given.get(it) == before.values.get(it) for it in part.bound)
    }
    return before.locked & (same | fixed.keys())


def check(panel: Panel, values: Values) -> None:
    """By what each part says of itself, then by the panel's own rule. Raises the first WrongPart."""
    for wrong in problems(panel, values):
        raise wrong


def problems(panel: Panel, values: Values) -> list[WrongPart]:
    """All that is wrong, one for each part, so that nobody has to save again for every one of them. What the environment names
    keeps nobody from changing the rest.
    """
    fixed = panel.environment().keys()
    found: dict[str, WrongPart] = {}
    checks = [partial(check_part, part, values[part.name]) for part in panel.parts if values.get(part.name)]
    for each in (*checks, partial(panel.check, values)):
        try:
            each()
        except WrongPart as wrong:
            if wrong.part not in fixed:
                found.setdefault(wrong.part, wrong)
    return list(found.values())


def before_of(panel: Panel, entry_id: int) -> Values | None:
    """The open values as they were before a change, for taking it back. Secrets have gone."""
    entry = AuditEntry.objects.filter(pk=entry_id, action=f"{panel.family}.changed", subject_kind=panel.kind).first()
    if entry is None:
        return None
    names = {part.name for part in panel.parts if not part.is_secret}
    return {name: value for name, value in (entry.before or {}).items() if name in names}


def _opened(value: dict[str, Any]) -> Stored:
    values, locked = dict(value.get("values", {})), set()
    for name, sealed in value.get("secrets", {}).items():
        try:
            values[name] = unseal(sealed)
        except CannotOpen:
            locked.add(name)
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
    return Stored(values, digest, frozenset(locked))


def _sealed(panel: Panel, values: Values) -> dict[str, Values]:
    return {
        "values": {name: value for name, value in values.items() if name not in panel.secrets},
        "secrets": {name: seal(value) for name, value in values.items() if name in panel.secrets},
    }


def _shown(panel: Panel, values: Values, *, changed_from: Values | None = None) -> Values:
    """For the audit trail, with what is declared: of a secret only that there is one, and that it is a new one."""
    shown = {name: value for name, value in (panel.defaults | values).items() if name not in panel.secrets}
    for name in panel.secrets & values.keys():
        is_new = changed_from is not None and changed_from.get(name) != values[name]
        shown[name] = "•••• (new)" if is_new else "••••"
    return shown
