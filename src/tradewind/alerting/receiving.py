"""Who is told: adding them, changing their rules, switching them on and off, trying them out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from tradewind.alerting.composing import NAME
from tradewind.alerting.kinds import KINDS
from tradewind.alerting.models import Alert, Note, Receiver
from tradewind.alerting.ports import WrongRobot, robot_of
from tradewind.alerting.reaching import is_within_reach
from tradewind.alerting.robots import tail_of
from tradewind.alerting.sending import FAILED, key_of, set_going
from tradewind.alerting.telling import plan_note
from tradewind.core import todos
from tradewind.core.models import Delivery, Staff
from tradewind.core.sealing import CannotOpen, seal, unseal
from tradewind.core.trail import write_audit
from tradewind.core.words import colon, say

MOST: Final = 30
_TRIAL: Final = gettext_noop("This is a test. Alerts arrive here.")
_TRIAL_TITLE: Final = gettext_noop("A test")


class TooMany(Exception):
    """More than anybody can look after."""


class NameTaken(Exception):
    """Another one has this name: nobody could tell them apart."""

    def __init__(self, other: Receiver) -> None:
        super().__init__(other.name)
        self.other = other


class SwitchedOff(Exception):
    """Nothing is sent to a receiver that is off: switch it on first."""


class OutOfReach(Exception):
    """Whom it would be told may not see all of it any more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What they are told, in which language, and when. Quiet hours and the hour of figures as the clock of `zone` shows them."""

    name: str
    language: str
    zone: str
    kinds: Sequence[str]
    quiet_from: time | None = None
    quiet_until: time | None = None
    is_woken: bool = False
    group_minutes: int = 10
    most_an_hour: int = 6
    figures_at: time | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A robot's company with its address and secret, or "mail" with somebody of the staff."""

    way: str
    address: str = ""
    secret: str = ""
    staff: Staff | None = None


def add(*, rules: Rules, place: Place, answers: Staff, by: str, at: datetime) -> Receiver:
    """Raises WrongRobot, NameTaken, TooMany."""
    sealed = _sealed(place)
    with transaction.atomic():
        # Whoever counts holds the row of who answers: of two at once, the second counts the first.
        Staff.objects.select_for_update().get(pk=answers.pk)
        if Receiver.objects.count() >= MOST:
            raise TooMany(MOST)
        with _naming(rules.name):
            made = Receiver.objects.create(
                way=place.way,
                staff=place.staff,
                created_by=answers,
                created_at=at,
                hears_since=at,
                **_columns(rules),
                **sealed,
            )
        told = _shown(made) | {"way": place.way}
        write_audit("alert.receiver_added", subject=("alert_receiver", made.pk), by=by, at=at, after=told)
    return made


def is_same(receiver: Receiver, place: Place) -> bool:
    """Is this what somebody adds once more?"""
    if place.staff is not None or receiver.is_mail:
        return place.staff is not None and receiver.staff_id == place.staff.pk
    return receiver.way == place.way and _opens(receiver.sealed_address) == place.address.strip()


def add_again(*, receiver: Receiver, rules: Rules, place: Place, answers: Staff, by: str, at: datetime) -> None:
    """What is the same: a second click changes nothing; what was typed anew holds, a new secret as well.

    Raises WrongRobot, NameTaken.
    """
    is_old = place.staff is not None or _opens(receiver.sealed_secret) == place.secret
    change(receiver=receiver, rules=rules, answers=answers, to=None if is_old else place, by=by, at=at)


def change(*, receiver: Receiver, rules: Rules, answers: Staff, to: Place | None = None, by: str, at: datetime) -> None:
    """Without an address in `to`, it stays as it is, with its secret. Of a robot whose person has left, `answers` takes the place.

    Raises WrongRobot, NameTaken.
    """
    sealed = _sealed(to) if to is not None and to.address else {}
    if to is not None and to.secret and not to.address:
        raise WrongRobot("address", gettext_noop("A new secret needs the address once more: neither is ever shown."))
    with transaction.atomic():
        held = Receiver.objects.select_for_update().get(pk=receiver.pk)
        before = _shown(held)
        for name, value in (_columns(rules) | sealed).items():
            setattr(held, name, value)
        after = _shown(held) | ({"address": "•••• (new)"} if sealed else {})
        if held.staff_id is None and not held.created_by.is_active:
            held.created_by = answers
            after["answers"] = answers.pk
        if before == after:
            return
        with _naming(rules.name):
            held.save()
        write_audit(
            "alert.receiver_changed", subject=("alert_receiver", held.pk), by=by, at=at, before=before, after=after
        )


def switch(*, receiver: Receiver, on: bool, by: str, at: datetime) -> None:
    """On or off; again is nothing. What happens while it is off is not told later."""
    with transaction.atomic():
        moved = Receiver.objects.filter(pk=receiver.pk, is_active=not on)
        if not moved.update(is_active=on, failing_since=None, **({"hears_since": at} if on else {})):
            return
        Alert.objects.filter(receiver=receiver, is_done=False).update(is_done=True)
        subject = ("alert_receiver", receiver.pk)
        write_audit("alert.receiver_switched", subject=subject, by=by, at=at, after={"is_active": on})
        todos.settle_by_fact(FAILED, subject=subject, at=at)


def remove(*, receiver: Receiver, by: str, at: datetime) -> None:
    """With its log. What was on its way is not sent any more."""
    with transaction.atomic():
        subject = ("alert_receiver", receiver.pk)
        write_audit("alert.receiver_removed", subject=subject, by=by, at=at, before=_shown(receiver))
        todos.settle_by_fact(FAILED, subject=subject, at=at)
        Receiver.objects.filter(pk=receiver.pk).delete()


def send_test(*, receiver: Receiver, at: datetime) -> tuple[Note, Delivery | None]:
    """A message that says that it is none, at any hour. With what has to be called now, where it is a robot."""
    language = receiver.language
    body = {
        "title": f"{NAME}{colon(language)}{say(language, _TRIAL_TITLE)}",
        "lines": [[say(language, _TRIAL), "/console/"]],
        "more": 0,
        "is_bad": False,
    }
    with transaction.atomic():
        note = plan_note(receiver, body, at=at, is_test=True)
        return note, Delivery.objects.filter(key=key_of(note)).first()


def send_again(*, note: Note, at: datetime) -> None:
    """With all its tries anew. Raises SwitchedOff, OutOfReach."""
    with transaction.atomic():
        rows = Note.objects.select_for_update(of=("self",))
        held = rows.select_related("receiver__staff", "receiver__created_by").get(pk=note.pk)
        if not held.receiver.is_active or held.receiver.is_mail:
            raise SwitchedOff(held.receiver.name)
        if held.state == Note.State.WAITING:
            return
        if held.state == Note.State.DROPPED or not (held.is_test or is_within_reach(held)):
            raise OutOfReach(held.receiver.name)
        held.state, held.sendings = Note.State.WAITING, held.sendings + 1
        held.save(update_fields=["state", "sendings"])
        set_going(held, at=at)


def _sealed(place: Place) -> dict[str, Any]:
    """Raises WrongRobot."""
    if place.staff is not None:
        return {}
    robot = robot_of(place.way)
    if robot is None:
        raise WrongRobot("way", gettext_noop("Please choose who is told."))
    address = robot.read(place.address, place.secret)
    return {
        "sealed_address": seal(address),
        "sealed_secret": seal(place.secret) if place.secret else "",
        "tail": tail_of(address),
    }


def _opens(sealed: str) -> str | None:
    """None where another installation has sealed it."""
    try:
        return unseal(sealed) if sealed else ""
    except CannotOpen:
        return None


def _columns(rules: Rules) -> dict[str, Any]:
    return asdict(rules) | {"kinds": [kind for kind in KINDS if kind in rules.kinds]}


def _shown(receiver: Receiver) -> dict[str, Any]:
    """For the audit trail: never an address or a secret."""
    shown = {name: getattr(receiver, name) for name in Rules.__slots__}
    return {name: value.isoformat("minutes") if isinstance(value, time) else value for name, value in shown.items()}


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Of two who take a name at the same moment, the constraint decides. Raises NameTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        other = Receiver.objects.filter(name=name).first()
        if other is not None:
            raise NameTaken(other) from None
        raise
