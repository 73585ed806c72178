"""What a person is asked to do, what the worker does in a minute, and what came of it."""

from datetime import datetime, timedelta

from django.db import transaction

from tests.alerting.conftest import RobotOfTests
from tradewind.alerting.telling import tell_everybody
from tradewind.core import todos
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import ShopAccount, Todo
from tradewind.core.reacting import run_reactions

MINUTE = timedelta(minutes=1)


def ask(number: int, at: datetime, *, kind: str = "order.buyer_wrote", account: ShopAccount | None = None) -> Todo:
    with transaction.atomic():
        return todos.ask_for_hand(
            kind,
            subject=("order", number),
            account_id=account.pk if account else None,
            due_at=at + timedelta(days=1),
            at=at,
        )


def go(at: datetime) -> None:
    """What the worker does in a minute."""
    while run_reactions(now=lambda: at):
        pass
    tell_everybody(at)
    deliver(at)


def deliver(at: datetime) -> None:
    while run_deliveries(now=lambda: at):
        pass


def lines(robot: RobotOfTests) -> list[list[str]]:
    return [[line.words for line in card.lines] for card, _, _ in robot.posted]
