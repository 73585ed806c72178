"""What alerting needs of others: robots that post to a group, and the words of to-dos, which the console has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tradewind.core.panels import Step
from tradewind.core.queries import TodoRow


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is posted, in the words of the reader. `more` says that there is more than the lines; `open` leads to all of it."""

    title: str
    lines: tuple[Link, ...]
    more: str
    open: Link
    is_bad: bool = True


class WrongRobot(Exception):
    """What was typed cannot be a robot of this company. `part`: address or secret; the words say what would."""

    def __init__(self, part: str, words: str) -> None:
        super().__init__(f"{part}: {words}")
        self.part = part
        self.words = words


class Robot(Protocol):
    """The group robots of one company."""

    @property
    def code(self) -> str: ...

    @property
    def title(self) -> str:
        """A message for gettext."""

    @property
    def a_minute(self) -> int:
        """How many messages it takes in a minute."""

    def read(self, address: str, secret: str) -> str:
        """The address as it is called. Raises WrongRobot."""

    def fits(self, card: Card) -> bool:
        """Does the company take a message as long as this?"""

    def reach(self, address: str) -> list[Step]:
        """As far as the certificate of whoever is called at this address; nothing is posted."""

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:
        """What was answered. With no transaction open. Raises TryAgain, Refused, NeedsAttention, OutcomeUnknown."""


class Told(Protocol):
    """A to-do in words, with the page that helps."""

    @property
    def id(self) -> int: ...

    @property
    def words(self) -> str: ...

    @property
    def address(self) -> str: ...


class TellTodos(Protocol):
    """In the language that is spoken."""

    def __call__(self, rows: Sequence[TodoRow], *, now: datetime) -> Sequence[Told]: ...


_robots: dict[str, Robot] = {}
_telling: list[TellTodos] = []


def fill(robot: Robot) -> None:
    _robots[robot.code] = robot


def robots() -> list[Robot]:
    return list(_robots.values())


def robot_of(code: str) -> Robot | None:
    return _robots.get(code)


def tell_todos_with(telling: TellTodos) -> None:
    _telling[:] = [telling]


def told_todos(rows: Sequence[TodoRow], *, now: datetime) -> Sequence[Told]:
    return _telling[0](rows, now=now)
