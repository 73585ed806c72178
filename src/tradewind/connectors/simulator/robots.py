"""A simulated robot: it posts to nobody. What it was given stands among what was sent, on the page of whoever is told.

How it answers follows from the end of its address, so that it can be chosen: “-gone”, “-busy”; anything else is taken.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.ports import Card, WrongRobot
from tradewind.core.panels import Step
from tradewind.core.work import NeedsAttention, TryAgain

CODE: Final = "simulator"
BASE: Final = "https://robot.invalid/"
_ADDRESS: Final = re.compile(re.escape(BASE) + r"[a-z0-9-]{1,60}")
_WRONG: Final = gettext_noop("Please write an address like https://robot.invalid/warehouse.")
_REACHED: Final = gettext_noop("Simulated: nobody was called.")
_LARGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class SimulatedRobot:
    code: str = CODE
    title: str = gettext_noop("Simulated robot")
    a_minute: int = 20

    def read(self, address: str, secret: str) -> str:  # noqa: ARG002  # signs nothing
        found = _ADDRESS.fullmatch(address.strip())
        if found is None:
            raise WrongRobot("address", _WRONG)
        return found[0]

    def fits(self, card: Card) -> bool:
        words = (card.title, card.more, *(line.words + line.address for line in (*card.lines, card.open)))
        return sum(len(each.encode()) for each in words) <= _LARGEST

    def reach(self, address: str) -> list[Step]:  # noqa: ARG002  # calls nobody
        return [Step(_REACHED)]

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:  # noqa: ARG002  # posts to nobody
        if address.endswith("-gone"):
            raise NeedsAttention(
                "The robot is not there any more: add it to the group again, and type its address anew."
            )
        if address.endswith("-busy"):
            raise TryAgain(timedelta(minutes=1), "45009 api freq out of limit")
        return "0 ok"
