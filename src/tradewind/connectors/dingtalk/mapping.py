"""DingTalk's markdown, its codes, and its signature. Pure.

Facts: a robot takes 20 messages a minute, and is closed for ten minutes by more; where it asks for a signature, the address
has the moment in milliseconds, at most an hour from its own clock, and HMAC-SHA256 over moment, line feed and secret with the
secret as key, in base64; an answer has status 200 and its own `errcode` (open.dingtalk.com, "custom robot"; November 2026). A
message has at most 20,000 bytes.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus

from tradewind.alerting.ports import Card
from tradewind.alerting.robots import Codes, plain

LARGEST: Final = 20_000
A_MINUTE: Final = 20
_CLOSED: Final = timedelta(minutes=10)
_GONE: Final = "The robot is not there any more: add it to the group again, and type its address anew."
CODES: Final = Codes(
    busy={-1: timedelta(seconds=30), 130101: _CLOSED, 410100: _CLOSED},
    person={
        310000: "The robot's security setting refuses us: type its secret anew, or take away its words and addresses.",
        300001: _GONE,
        400013: "The group is not there any more: add a robot to another, and type its address here.",
        400101: _GONE,
        400102: "The robot is switched off in the group: switch it on there.",
        400106: _GONE,
    },
)


def sign(secret: str, moment: int) -> str:
    """`moment` in milliseconds. As it stands in the address."""
    signed = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(signed))


def signed_url(url: str, secret: str, at: datetime) -> str:
    if not secret:
        return url
    moment = int(at.timestamp() * 1000)
    return f"{url}&timestamp={moment}&sign={sign(secret, moment)}"


def body_of(card: Card) -> dict[str, Any]:
    title = plain(card.title)
    lines = [f"#### {title}", *(f"- [{plain(line.words)}]({line.address})" for line in card.lines)]
    lines += ["", plain(card.more)] if card.more else []
    text = "\n".join([*lines, "", f"[{plain(card.open.words)}]({card.open.address})"])
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
