"""WeCom's markdown and its codes. Pure.

Facts: a markdown text has at most 4096 bytes of UTF-8; a robot takes 20 messages a minute; an answer has status 200 and its
own `errcode` (developer.work.weixin.qq.com/document/path/91770, and its answers as users of it report them; November 2026).
"""

from datetime import timedelta
from typing import Any, Final

from tradewind.alerting.ports import Card
from tradewind.alerting.robots import Codes, plain

LARGEST: Final = 4096
A_MINUTE: Final = 20
_MINUTE: Final = timedelta(minutes=1)
CODES: Final = Codes(
    busy={-1: timedelta(seconds=30), 45009: _MINUTE, 45033: _MINUTE},
    person={93000: "The robot is not there any more: add it to the group again, and type its address anew."},
)


def text_of(card: Card) -> str:
    lines = [f"**{plain(card.title)}**"]
    lines += [f"> [{plain(line.words)}]({line.address})" for line in card.lines]
    lines += [plain(card.more)] if card.more else []
    return "\n".join([*lines, f"[{plain(card.open.words)}]({card.open.address})"])


def body_of(card: Card) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": text_of(card)}}
