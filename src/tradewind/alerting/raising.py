"""Writing down that somebody is to be told of something, once: in the transaction of its cause, or of the look that found it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.alerting.kinds import NOT_BY_MAIL, kind_of_todo
from tradewind.alerting.letters import MOMENT
from tradewind.alerting.models import Alert, Receiver
from tradewind.core.models import Todo

# What was asked for longer ago is on Today, and nobody waits for it to be told.
LOOK_BACK: Final = timedelta(days=1)
MOST: Final = 500


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
    return any(kind in receiver.kinds and not (receiver.is_mail and kind in NOT_BY_MAIL) for receiver in listening())


def listening() -> list[Receiver]:
    """Those that are on and whose people may still log in."""
    rows = Receiver.objects.filter(is_active=True).select_related("staff", "created_by").order_by("pk")
    return [row for row in rows if not row.has_left]


def raise_todos(receivers: Iterable[Receiver], *, now: datetime) -> int:
    """What a person was asked to do since the last look. In whatever order it was committed, nothing is passed over: not what is
    new is looked for, but what has not been raised.
    """
    asked = Todo.objects.filter(state=Todo.State.OPEN, created_at__gt=now - LOOK_BACK).order_by("-pk")[:MOST]
    things = [
        Thing(
            key=f"todo:{row.pk}",
            kind=kind_of_todo(row.kind),
            subject=(row.subject_kind, row.subject_id),
            since=row.created_at,
            account_id=row.account_id,
            facts={"todo": row.pk},
        )
        for row in asked
        # Of a letter of ours that failed no letter is written: it would only fail again.
        if row.facts.get("moment") != MOMENT
    ]
    there = set(Alert.objects.filter(key__in=[thing.key for thing in things]).values_list("receiver_id", "key"))
    wanted = [(receiver, thing) for receiver in receivers for thing in things if _hears(receiver, thing)]
    return _write([(receiver, thing) for receiver, thing in wanted if (receiver.pk, thing.key) not in there])


def _hears(receiver: Receiver, thing: Thing) -> bool:
    """A robot that fails is not told that it fails: it would only fail again."""
    is_about_itself = thing.subject == ("alert_receiver", receiver.pk)
    is_meant = thing.kind in receiver.kinds and not (receiver.is_mail and thing.kind in NOT_BY_MAIL)
    return (
        is_meant
        and not is_about_itself
        and thing.since >= receiver.hears_since
        and receiver.reach.holds(thing.account_id)
    )


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
