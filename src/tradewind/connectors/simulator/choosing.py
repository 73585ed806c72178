"""What a tester can make happen to a simulated payment, and which notices follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction

from tradewind.connectors.simulator.mapping import notice_body
from tradewind.connectors.simulator.models import SimulatedMovement, SimulatedPayment
from tradewind.connectors.simulator.sending import plan_notice
from tradewind.core import preferences
from tradewind.lib.refs import new_ref


class Choice(StrEnum):
    PAY = "pay"
    CHALLENGE = "challenge"
    PASS = "pass"  # noqa: S105  # the buyer passes the bank's challenge
    FAIL = "fail"
    DECLINE = "decline"
    PAY_LATE = "pay_late"
    PAY_LOST = "pay_lost"
    PAY_TRIPLED = "pay_tripled"
    CANCEL = "cancel"


State = SimulatedPayment.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """`copies` is how often the notice is sent, all at the same time."""

    state: State
    copies: int = 1
    is_late: bool = False
    problem: str = ""


OUTCOMES: Final[dict[Choice, Outcome]] = {
    Choice.PAY: Outcome(State.PAID),
    Choice.CHALLENGE: Outcome(State.CHALLENGE, copies=0),
    Choice.PASS: Outcome(State.PAID),
    Choice.FAIL: Outcome(State.DECLINED, problem="challenge_failed"),
    Choice.DECLINE: Outcome(State.DECLINED, problem="card_declined"),
    Choice.PAY_LATE: Outcome(State.PAID, is_late=True),
    Choice.PAY_LOST: Outcome(State.PAID, copies=0),
    Choice.PAY_TRIPLED: Outcome(State.PAID, copies=3),
    Choice.CANCEL: Outcome(State.CANCELLED),
}
_IN_CHALLENGE: Final = frozenset({Choice.PASS, Choice.FAIL})


class ChoiceNotOffered(Exception):
    """The page did not offer this: the payment is settled, or not at that step."""


def whole_seconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 86400:  # noqa: PLR2004  # a day
        raise ValueError("must be a number of seconds, a day at most")
    return value


LATE_SECONDS: Final = preferences.Setting(
    "simulator.late_seconds", default=60, parse=whole_seconds, words="How late the simulator's late notices are"
)


def choose(*, ref: str, choice: Choice, at: datetime) -> SimulatedPayment:
    """Let it happen: the books, and the notice that the worker will send. Raises ChoiceNotOffered."""
    outcome = OUTCOMES[choice]
    with transaction.atomic():
        payment = SimulatedPayment.objects.select_for_update().get(ref=ref)
        is_in_challenge = payment.state == State.CHALLENGE
        if payment.state == State.PAID or is_in_challenge != (choice in _IN_CHALLENGE):
            raise ChoiceNotOffered(ref, choice)
        payment.state, payment.scenario, payment.problem = outcome.state, choice, outcome.problem
        payment.save(update_fields=["state", "scenario", "problem"])
        if outcome.state == State.PAID:
            SimulatedMovement.objects.create(payment=payment, external_id=new_ref("MV"), amount=payment.amount, at=at)
        if outcome.copies:
            notice_id = new_ref("N")
            due_at = at + timedelta(seconds=LATE_SECONDS.read() if outcome.is_late else 0)
            plan_notice(notice_id, notice_body(notice_id, payment), copies=outcome.copies, due_at=due_at)
    return payment
