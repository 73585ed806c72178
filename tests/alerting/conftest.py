"""A robot that posts to nobody, with answers as the test says; who answers for alerts; and a receiver that hears of everything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import pytest

from tests.console.making import make_staff
from tradewind.alerting import ports
from tradewind.alerting.kinds import KINDS
from tradewind.alerting.models import Receiver
from tradewind.alerting.ports import Card
from tradewind.alerting.receiving import Place, Rules, add
from tradewind.core.models import Staff
from tradewind.core.panels import Step

ADDRESS = "https://robot.example/hook/abcd1234"


@dataclass
class RobotOfTests:
    """Fills the port. `answers` are raised or returned, one a call; then it is well."""

    code: str = "tests"
    title: str = "Robot of tests"
    a_minute: int = 20
    largest: int = 100
    posted: list[tuple[Card, str, str]] = field(default_factory=list)
    answers: list[BaseException | str] = field(default_factory=list)

    def read(self, address: str, secret: str) -> str:  # noqa: ARG002  # as the port has it
        return address

    def fits(self, card: Card) -> bool:
        return len(card.lines) <= self.largest

    def reach(self, address: str) -> list[Step]:  # noqa: ARG002  # as the port has it
        return [Step("Reached.")]

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:  # noqa: ARG002  # as the port has it
        answer = self.answers.pop(0) if self.answers else "0 ok"
        if isinstance(answer, BaseException):
            raise answer
        self.posted.append((card, address, secret))
        return answer


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> RobotOfTests:
    made = RobotOfTests()
    monkeypatch.setitem(ports._robots, made.code, made)
    return made


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


Listen = Callable[..., Receiver]


@pytest.fixture
def listen(robot: RobotOfTests, owner: Staff, now: datetime) -> Listen:
    """A receiver by the robot, with other rules where the test gives them."""

    def make(name: str = "Group", *, place: Place | None = None, **rules: Any) -> Receiver:
        usual = {"language": "en", "zone": "Asia/Shanghai", "kinds": KINDS, "group_minutes": 10, "most_an_hour": 6}
        where = place or Place(robot.code, ADDRESS, "secret")
        return add(rules=Rules(name=name, **(usual | rules)), place=where, answers=owner, by="test", at=now)

    return make


NIGHT = {"quiet_from": time(23), "quiet_until": time(8)}
