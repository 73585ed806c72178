"""The port of robots over WeCom."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting import connecting, robots
from tradewind.alerting.ports import Card, WrongRobot
from tradewind.connectors.wecom import mapping
from tradewind.connectors.wecom.connection import BASE, CONNECTION, KEY
from tradewind.core.panels import Step

_ADDRESS: Final = re.compile(re.escape(BASE) + r"/cgi-bin/webhook/send\?key=([0-9A-Za-z-]{8,80})")
_WRONG: Final = gettext_noop(
    "Please paste the whole address that WeCom shows for the robot: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
)
_NO_SECRET: Final = gettext_noop("WeCom's robots have no secret. Please leave this empty.")


@dataclass(frozen=True, slots=True)
class WeComRobot:
    """`base` is for tests."""

    base: str = BASE
    code: str = KEY
    title: str = CONNECTION.title
    a_minute: int = mapping.A_MINUTE

    def read(self, address: str, secret: str) -> str:
        found = _ADDRESS.fullmatch(address.strip())
        if found is None:
            raise WrongRobot("address", _WRONG)
        if secret:
            raise WrongRobot("secret", _NO_SECRET)
        return found[0]

    def fits(self, card: Card) -> bool:
        return len(mapping.text_of(card).encode()) <= mapping.LARGEST

    def reach(self, address: str) -> list[Step]:
        return connecting.reach(CONNECTION, address)

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:  # noqa: ARG002  # nothing is signed
        key = address.rpartition("=")[2]
        url = address.replace(BASE, self.base, 1)
        return robots.post(robots.Call("WeCom", KEY, url, key, mapping.body_of(card)), mapping.CODES)
