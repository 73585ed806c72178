"""Feishu's card, its codes, and its signature. Pure.

Facts: a robot takes 100 messages a minute and five a second, and asks senders to keep away from full and half hours, when it
answers 11232 under load; a request has at most 20 KB; where it asks for a signature, the body has the moment in seconds, at most
an hour from its own clock, and HMAC-SHA256 over nothing with moment, line feed and secret as key, in base64; an answer has
status 200 and its own `code` (open.feishu.cn, "custom bot usage guide"; November 2026). Card: message card, JSON 1.0.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.alerting.ports import Card, Link
from tradewind.alerting.robots import Codes
from tradewind.lib.text import printable

LARGEST: Final = 20_000
A_MINUTE: Final = 100
_MINUTE: Final = timedelta(minutes=1)
CODES: Final = Codes(
    # 9499 is both "bad request" and, of older robots, "too many requests": what is bad is given up after some tries as well.
    busy=dict.fromkeys((1500, 2200, 9499, 11232, 11233, 99991400), _MINUTE),
    person={
        19001: "The robot is not there any more: add it to the group again, and type its address anew.",
        19021: "Feishu does not take the signature: type the robot's secret anew, and look at this machine's clock.",
        19022: "Feishu takes nothing from this machine's address: allow it in the robot's settings.",
        19024: "The robot asks for words that the message has not: choose the signature in their place.",
    },
)


def sign(secret: str, moment: int) -> str:
    """`moment` in seconds."""
    return base64.b64encode(hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def body_of(card: Card, *, secret: str, at: datetime) -> dict[str, Any]:
    body: dict[str, Any] = {"msg_type": "interactive", "card": card_of(card)}
    if secret:
        moment = int(at.timestamp())
        body |= {"timestamp": str(moment), "sign": sign(secret, moment)}
    return body


def card_of(card: Card) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [
        {"tag": "div", "text": _text(line.words), "extra": _button(Link("→", line.address))} for line in card.lines
    ]
    elements += [{"tag": "div", "text": _text(card.more)}] if card.more else []
    elements.append({"tag": "action", "actions": [_button(card.open, kind="primary")]})
    head = {"title": _text(card.title), "template": "orange" if card.is_bad else "blue"}
    return {"config": {"wide_screen_mode": True}, "header": head, "elements": elements}


def _button(link: Link, *, kind: str = "default") -> dict[str, Any]:
    return {"tag": "button", "text": _text(link.words), "url": link.address, "type": kind}


def _text(words: str) -> dict[str, str]:
    """Plain: names of goods call nobody and link nowhere."""
    return {"tag": "plain_text", "content": printable(words)}
