"""The port of robots over Feishu, and over Lark, which is the same outside China."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting import connecting, robots
from tradewind.alerting.ports import Card, WrongRobot
from tradewind.connectors.feishu import mapping
from tradewind.connectors.feishu.connection import BASE, CONNECTION, KEY
from tradewind.core.panels import Step

_ABROAD: Final = "https://open.larksuite.com"
_ADDRESS: Final = re.compile(
    f"(?:{re.escape(BASE)}|{re.escape(_ABROAD)})" + r"/open-apis/bot/v2/hook/([0-9A-Za-z-]{8,80})"
)
_AROUND: Final = 200  # bytes of what stands around the card, signature included
_WRONG: Final = gettext_noop(
    "Please paste the whole address that Feishu shows for the robot: https://open.feishu.cn/open-apis/bot/v2/hook/…"
)
_WRONG_SECRET: Final = gettext_noop("The secret consists of Latin letters and digits alone.")


@dataclass(frozen=True, slots=True)
class FeishuRobot:
    """`base` is for tests."""

    base: str = ""
    code: str = KEY
    title: str = CONNECTION.title
    a_minute: int = mapping.A_MINUTE

    def read(self, address: str, secret: str) -> str:
        found = _ADDRESS.fullmatch(address.strip())
        if found is None:
            raise WrongRobot("address", _WRONG)
        if secret and not (secret.isascii() and secret.isalnum()):
            raise WrongRobot("secret", _WRONG_SECRET)
        return found[0]

    def fits(self, card: Card) -> bool:
        return robots.size_of(mapping.card_of(card)) <= mapping.LARGEST - _AROUND

    def reach(self, address: str) -> list[Step]:
        return connecting.reach(CONNECTION, address)

    def post(self, card: Card, *, address: str, secret: str, at: datetime) -> str:
        key = address.rpartition("/")[2]
        url = f"{self.base}{address[address.index('/open-apis') :]}" if self.base else address
        body = mapping.body_of(card, secret=secret, at=at)
        return robots.post(robots.Call("Feishu", KEY, url, key, body), mapping.CODES, field="code", words="msg")
