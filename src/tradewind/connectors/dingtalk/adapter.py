"""The port of robots over DingTalk."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting import connecting, robots
from tradewind.alerting.ports import Card, WrongRobot
from tradewind.connectors.dingtalk import mapping
from tradewind.connectors.dingtalk.connection import BASE, CONNECTION, KEY
from tradewind.core.panels import Step

_ADDRESS: Final = re.compile(re.escape(BASE) + r"/robot/send\?access_token=([0-9A-Za-z]{8,128})")
_SECRET: Final = re.compile(r"SEC[0-9A-Za-z]{8,128}")
_WRONG: Final = gettext_noop(
    "Please paste the whole address that DingTalk shows for the robot: https://oapi.dingtalk.com/robot/send?access_token=…"
)
_WRONG_SECRET: Final = gettext_noop(
    "The secret begins with SEC. It stands under the signature, in the robot's security."
)


@dataclass(frozen=True, slots=True)
class DingTalkRobot:
    """`base` is for tests."""

    base: str = BASE
    code: str = KEY
    title: str = CONNECTION.title
    a_minute: int = mapping.A_MINUTE

    def read(self, address: str, secret: str) -> str:
        """The secret may be empty: a robot can ask for a word in its place, and “Tradewind” stands in every message."""
        found = _ADDRESS.fullmatch(address.strip())
        if found is None:
            raise WrongRobot("address", _WRONG)
        if secret and not _SECRET.fullmatch(secret):
            raise WrongRobot("secret", _WRONG_SECRET)
        return found[0]

    def fits(self, card: Card) -> bool:
        return robots.size_of(mapping.body_of(card)) <= mapping.LARGEST

    def reach(self, address: str) -> list[Step]:
        return connecting.reach(CONNECTION, address)

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:
        key = address.rpartition("=")[2]
        url = mapping.signed_url(address.replace(BASE, self.base, 1), secret, at)
        return robots.post(robots.Call("DingTalk", KEY, url, key, mapping.body_of(card)), mapping.CODES)
