"""Writing down that somebody is to be told of something, once: in the transaction of its cause, or of the look that found it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tradewind.alerting.kinds import NOT_BY_MAIL, kind_of_todo
from tradewind.alerting.letters import MOMENT
from tradewind.alerting.models import Alert, Receiver, TodoPosition
from tradewind.core.models import Todo

# What was asked for longer ago is on Today, and nobody waits for it to be told.
LOOK_BACK: Final = timedelta(days=1)
BATCH: Final = 500
# Longer than any transaction that asks for a hand.
SETTLED: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody is told of. `key` is the same whenever the same thing is raised again."""

    key: str
    kind: str
    subject: tuple[str, int]
    since: datetime
    account_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def raise_alert(thing: Thing) -> int:
    """Returns how many will be told of it."""
    return _write([(receiver, thing) for receiver in listening() if _hears(receiver, thing)])


def is_heard(kind: str) -> bool:
    """Is anybody told of this now?"""
    return any(_wants(receiver, kind) and receiver.may_hear(kind, None) for receiver in listening())


def listening() -> list[Receiver]:
    """Those that are on. What a robot would hear whose person has left is kept for whoever takes it over; a colleague's mail
    nobody takes over.
    """
    rows = Receiver.objects.filter(is_active=True).select_related("staff", "created_by").order_by("pk")
    return [row for row in rows if not (row.is_mail and row.has_left)]


def raise_todos(receivers: Sequence[Receiver], *, now: datetime) -> int:
    """What a person was asked to do since the last look, however much it is, in short transactions. In whatever order it was
    committed, nothing is passed over: what was written lately is looked at once more. Returns how many are told of something new.
    """
    position, _ = TodoPosition.objects.get_or_create(pk=1, defaults={"seen_at": now})
    open_ones = Todo.objects.filter(state=Todo.State.OPEN, created_at__gt=now - LOOK_BACK).order_by("pk")
    raised, last = 0, position.done
    while rows := list(open_ones.filter(pk__gt=last)[:BATCH]):
        with transaction.atomic():
            raised += _raise(rows, receivers)
        last = rows[-1].pk
    if now - position.seen_at >= SETTLED:
        position.done, position.seen, position.seen_at = position.seen, max(position.seen, last), now
        with transaction.atomic():
            position.save()
    return raised


def _raise(rows: Iterable[Todo], receivers: Sequence[Receiver]) -> int:
    things = [
        Thing(
            key=f"todo:{row.pk}",
            kind=kind_of_todo(row.kind),
            subject=(row.subject_kind, row.subject_id),
            since=row.created_at,
            account_id=row.account_id,
            facts={"todo": row.pk},
        )
        for row in rows
        # Of a letter of ours that failed no letter is written: it would only fail again.
        if row.facts.get("moment") != MOMENT
    ]
    there = set(Alert.objects.filter(key__in=[thing.key for thing in things]).values_list("receiver_id", "key"))
    wanted = [(receiver, thing) for receiver in receivers for thing in things if _hears(receiver, thing)]
    return _write([(receiver, thing) for receiver, thing in wanted if (receiver.pk, thing.key) not in there])


def _hears(receiver: Receiver, thing: Thing) -> bool:
    """A robot that fails is not told that it fails: it would only fail again. Whoever takes over from somebody who has left may
    see more than they did: then it is asked when it is told.
    """
    is_about_itself = thing.subject == ("alert_receiver", receiver.pk)
    return (
        _wants(receiver, thing.kind)
        and not is_about_itself
        and thing.since >= receiver.hears_since
        and (receiver.has_left or receiver.may_hear(thing.kind, thing.account_id))
    )


def _wants(receiver: Receiver, kind: str) -> bool:
    return kind in receiver.kinds and not (receiver.is_mail and kind in NOT_BY_MAIL)


def _write(wanted: list[tuple[Receiver, Thing]]) -> int:
    rows = [
        Alert(
            receiver=receiver,
            key=thing.key,
            kind=thing.kind,
            subject_kind=thing.subject[0],
            subject_id=thing.subject[1],
            account_id=thing.account_id,
            facts=thing.facts,
            created_at=thing.since,
        )
        for receiver, thing in wanted
    ]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
