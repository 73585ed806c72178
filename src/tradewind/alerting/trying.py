"""Trying somebody out who is told: as far as the other side step by step, then a message, and what was answered to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.models import Note, Receiver
from tradewind.alerting.ports import robot_of
from tradewind.alerting.receiving import send_test
from tradewind.alerting.sending import opened
from tradewind.core.deliveries import run_now
from tradewind.core.panels import Step
from tradewind.core.work import NeedsAttention

_LETTER: Final = gettext_noop("A letter to {place} leaves within seconds. The page Messages says what became of it.")
_TAKEN: Final = gettext_noop("The robot took the test message. It answered: {said}. Look into the group.")
_REFUSED: Final = gettext_noop("The robot did not take the test message: {said}")
_WAITS: Final = gettext_noop("The test message is on its way. Look below in a minute.")


def try_out(receiver: Receiver, *, now: Callable[[], datetime]) -> list[Step]:
    """Not to be called inside a transaction: it asks the outside."""
    robot = robot_of(receiver.way)
    if robot is None:
        send_test(receiver=receiver, at=now())
        return [Step(_LETTER, {"place": receiver.staff.email if receiver.staff else ""})]
    try:
        steps = robot.reach(opened(receiver)[0])
    except NeedsAttention as problem:
        return [Step(_REFUSED, {"said": str(problem)}, is_good=False)]
    if not all(step.is_good for step in steps):
        return steps
    note, delivery = send_test(receiver=receiver, at=now())
    if delivery is not None:
        run_now(delivery, now=now)
    note.refresh_from_db(fields=["state"])
    last = note.tries.order_by("-pk").first()
    if last is None or note.state == Note.State.WAITING:
        return [*steps, Step(_WAITS)]
    is_good = note.state == Note.State.SENT
    return [*steps, Step(_TAKEN if is_good else _REFUSED, {"said": last.text}, is_good=is_good)]
