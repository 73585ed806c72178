"""Facts and who reacts to them.

A fact is a frozen dataclass in its module's `events.py`, declared with `@fact`. Recording one writes it, its subjects
and one row of work per subscriber in the transaction of the change itself: rolled back, none of them exists.
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import connection

from tradewind.core.models import FactRecord, FactSubject, Reaction
from tradewind.core.rows import insert_each, insert_keyed

T = TypeVar("T")
SYSTEM: Final = "system"


class RecordedOutsideTransaction(Exception):
    """A fact without the transaction of its change could survive a change that did not happen."""


class UnknownFact(Exception):
    """A stored fact whose name or version no code declares any more."""


@dataclass(frozen=True, slots=True)
class Declared:
    name: str
    version: int
    about: dict[str, str]
    shape: type[Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a reaction is told beside the fact itself."""

    fact_id: int
    recorded_at: datetime
    now: datetime


Handler = Callable[[Any, Context], None]

_by_type: dict[type[Any], Declared] = {}
_by_name: dict[tuple[str, int], Declared] = {}
_handlers: dict[str, tuple[str, Handler]] = {}
_subscribers: dict[str, list[str]] = {}


def fact(name: str, *, version: int = 1, about: dict[str, str]) -> Callable[[type[T]], type[T]]:
    """Declare a frozen dataclass as a fact. `about` maps the kind of each subject to the field that holds its id."""

    def declare(shape: type[T]) -> type[T]:
        missing = set(about.values()) - {field.name for field in dataclasses.fields(shape)}  # type: ignore[arg-type]  # T is a dataclass
        if missing:
            msg = f"{name} has no field {', '.join(sorted(missing))}"
            raise TypeError(msg)
        declared = Declared(name, version, about, shape)
        if (name, version) in _by_name and _by_name[name, version].shape.__qualname__ != shape.__qualname__:
            msg = f"two facts are called {name} version {version}"
            raise TypeError(msg)
        _by_type[shape] = _by_name[name, version] = declared
        return shape

    return declare


def reaction(shape: type[T], *, name: str) -> Callable[[Callable[[T, Context], None]], Callable[[T, Context], None]]:
    """Subscribe a handler under a stable name. It may change the database only, and commits together with "done"."""

    def subscribe(handler: Callable[[T, Context], None]) -> Callable[[T, Context], None]:
        declared = _by_type[shape]
        if name in _handlers and _handlers[name][1] is not handler:
            msg = f"two reactions are called {name}"
            raise TypeError(msg)
        if name not in _handlers:
            _handlers[name] = (declared.name, handler)
            _subscribers.setdefault(declared.name, []).append(name)
        return handler

    return subscribe


def record(happened: object, *, by: str, at: datetime) -> FactRecord:
    """Write a fact with its subjects and its subscribers' work.

    `by` names who did it: "system", "buyer", or "staff:ID". Raises RecordedOutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction(type(happened).__name__)
    return _write([happened], by=by, at=at)[0]


def record_many(happenings: Iterable[object], *, by: str, at: datetime) -> int:
    """Write facts of a bulk load in three statements. Raises RecordedOutsideTransaction."""
    if not connection.in_atomic_block:
        raise RecordedOutsideTransaction
    return len(_write(list(happenings), by=by, at=at))


def _write(happenings: list[object], *, by: str, at: datetime) -> list[FactRecord]:
    """Many at once in bulk loads, so their rows are written past Django, which takes most of the time."""
    pairs = [(_by_type[type(happened)], _data(happened)) for happened in happenings]
    rows = [
        FactRecord(name=declared.name, version=declared.version, data=data, recorded_at=at, actor=by)
        for declared, data in pairs
    ]
    written = ((row.name, row.version, row.data, at, by) for row in rows)
    for row, key in zip(rows, insert_keyed(FactRecord, _RECORDED, written), strict=True):
        row.pk = key
    subjects = [
        (row.pk, kind, data[field])
        for row, (declared, data) in zip(rows, pairs, strict=True)
        for kind, field in declared.about.items()
        if data[field] is not None
    ]
    insert_each(FactSubject, ("fact", "kind", "subject_id"), subjects)
    work = ((row.pk, handler, at, at, *_UNTOUCHED) for row in rows for handler in _subscribers.get(row.name, []))
    insert_each(Reaction, _TO_DO, work)
    return rows


_RECORDED: Final = ("name", "version", "data", "recorded_at", "actor")
# Of work that nobody has tried yet.
_UNTOUCHED: Final = (Reaction.State.WAITING, 0, 0, "", "", None)
_TO_DO: Final = (
    *("fact", "handler", "due_at", "created_at"),
    *("state", "tries", "failures", "lease", "error", "finished_at"),
)


def _data(happened: object) -> dict[str, Any]:
    """The fields as they are: what is not JSON by itself would not come back as what it was."""
    return {field.name: getattr(happened, field.name) for field in dataclasses.fields(happened)}  # type: ignore[arg-type]  # declared as one


def load(row: FactRecord) -> Any:
    """The fact as its dataclass. Raises UnknownFact when no code declares its name and version."""
    declared = _by_name.get((row.name, row.version))
    if declared is None:
        raise UnknownFact(row.name, row.version)
    return declared.shape(**row.data)


def handler_named(name: str) -> Handler | None:
    """The handler, or None when a newer or older release dropped it: its work then stands as stuck."""
    entry = _handlers.get(name)
    return entry[1] if entry else None


def declared_facts() -> list[Declared]:
    return sorted(_by_name.values(), key=lambda d: (d.name, d.version))


def timeline(kind: str, subject_id: int, *, limit: int = 200) -> list[FactRecord]:
    """The newest `limit` facts about a subject, oldest first."""
    rows = (
        FactSubject.objects.filter(kind=kind, subject_id=subject_id).select_related("fact").order_by("-fact_id")[:limit]
    )
    return [row.fact for row in reversed(rows)]
