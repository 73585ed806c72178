"""Posting a message to a robot: tried at once, then after growing pauses for about six hours. Then it stands as failed, somebody is
asked for a hand, and what comes next is tried anew.

A robot cannot be asked what it has posted. A call that was cut off is made again, and the message says so on its page.
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.db import transaction

from tradewind.alerting.composing import card_of
from tradewind.alerting.models import Note, NoteTry, Receiver
from tradewind.alerting.ports import Robot, robot_of
from tradewind.alerting.reaching import drop, may_leave
from tradewind.core import deliveries, todos
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.models import Delivery
from tradewind.core.sealing import CannotOpen, unseal
from tradewind.core.work import NeedsAttention, Refused, TryAgain

SEND: Final = "alerts.send"
FAILED: Final = "alert.robot_failing"
LOOK_WITHIN: Final = timedelta(days=1)
PAUSES: Final = tuple(timedelta(seconds=each) for each in (10, 60, 300, 900, 1_800, 3_600, 3_600, 3_600, 3_600, 3_600))
_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = 500


class RobotCourier:
    """Calls the robot of a receiver."""

    kind = SEND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        note = _note_of(delivery)
        if note is None or not may_leave(note):
            return {"outcome": "dropped"}
        at = deliveries.taken_at(delivery)
        robot = robot_of(note.receiver.way)
        if robot is None:
            raise NeedsAttention(f"No robots called {note.receiver.way} are known here.")
        _keep_its_pace(robot, note.receiver, at)
        try:
            return {"outcome": "sent", "said": _post(robot, note, at)}
        except TryAgain as problem:
            if note.is_test or delivery.tries > len(PAUSES):
                raise Refused("gave up", str(problem)) from problem
            pause = max(PAUSES[delivery.tries - 1], problem.after)
            raise type(problem)(pause, str(problem)) from problem

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        """Nobody can be asked."""
        with transaction.atomic():
            Note.objects.filter(pk=delivery.payload["note"]).update(is_uncertain=True)
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        note = _note_of(delivery)
        if note is None:
            return
        if result["outcome"] != "sent":
            drop(note)
            return
        Note.objects.filter(pk=note.pk).update(state=Note.State.SENT, sent_at=now)
        Receiver.objects.filter(pk=note.receiver_id).update(failing_since=None)
        todos.settle_by_fact(FAILED, subject=("alert_receiver", note.receiver_id), at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002  # the row keeps it
        note = _note_of(delivery)
        if note is None:
            return
        Note.objects.filter(pk=note.pk).update(state=Note.State.FAILED)
        if note.is_test:  # whoever tried it out reads the answer
            return
        Receiver.objects.filter(pk=note.receiver_id, failing_since=None).update(failing_since=now)
        todos.ask_for_hand(
            FAILED,
            subject=("alert_receiver", note.receiver_id),
            account_id=None,
            due_at=now + LOOK_WITHIN,
            at=now,
            facts={"name": note.receiver.name},
        )


def register_courier() -> None:
    deliveries.register(RobotCourier())


def set_going(note: Note, *, at: datetime) -> Delivery:
    """In the caller's transaction."""
    subject = ("alert_receiver", note.receiver_id)
    return deliveries.plan(SEND, key_of(note), {"note": note.pk}, at=at, subject=subject)


def key_of(note: Note) -> str:
    return f"{SEND}:{note.pk}:{note.sendings}"


def _note_of(delivery: Delivery) -> Note | None:
    """None where the receiver was removed meanwhile."""
    found = Note.objects.select_related("receiver__staff", "receiver__created_by")
    return found.filter(pk=delivery.payload["note"]).first()


def _keep_its_pace(robot: Robot, receiver: Receiver, at: datetime) -> None:
    """Of all that is posted to it, tests and repeats as well. Raises TryAgain."""
    lately = NoteTry.objects.filter(note__receiver=receiver, at__gt=at - _MINUTE).count()
    if lately >= robot.a_minute:
        raise TryAgain(_MINUTE, f"{lately} messages in a minute are as many as it takes")


def _post(robot: Robot, note: Note, at: datetime) -> str:
    """What was answered, on record with how long it took, as is why there was no answer."""
    address, secret = opened(note.receiver)
    begun, said, is_good = monotonic(), "", False
    try:
        said = robot.post(card_of(note), address=address, secret=secret, at=at)
        is_good = True
    except (TryAgain, OutcomeUnknown, Refused, NeedsAttention) as problem:
        said = str(problem)
        raise
    finally:
        took = int((monotonic() - begun) * 1000)
        with transaction.atomic():
            NoteTry.objects.create(note=note, at=at, took_ms=took, is_good=is_good, text=said[:_LONGEST])
    return said


def opened(receiver: Receiver) -> tuple[str, str]:
    """Its address and its secret. Raises NeedsAttention."""
    try:
        secret = unseal(receiver.sealed_secret) if receiver.sealed_secret else ""
        return unseal(receiver.sealed_address), secret
    except CannotOpen:
        words = f"The address of {receiver.name} was sealed by another installation. Type it anew under Alerts."
        raise NeedsAttention(words) from None
