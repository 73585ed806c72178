"""What all providers have in common in their words."""

import hashlib
import json
import re
from email.utils import parseaddr
from typing import Any, Final

from tradewind.connectors.smtp.composing import reachable
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.work import Refused
from tradewind.lib.text import printable
from tradewind.messaging.ports import OutgoingMail

# Of RFC 3463, as mail servers say it.
_STATUS: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_LONGEST: Final = 500


def status_in(words: str, *, digit: str) -> str:
    """The first that goes with the meaning, "5" or "4"; empty where the words name none."""
    return next((found for found in _STATUS.findall(words) if found.startswith(digit)), "")


def event_of(body: bytes) -> dict[str, Any]:
    """One event a notice. Raises UnreadableNotice."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise UnreadableNotice(f"{type(problem).__name__}: {problem}") from problem
    if not isinstance(told, dict):
        raise UnreadableNotice("it is not one event")
    return told


def text_of(event: dict[str, Any], name: str) -> str:
    """One line; empty where there is nothing, or something else than text."""
    value = event.get(name)
    return " ".join(printable(value).split())[:_LONGEST] if isinstance(value, str) else ""


def digest_of(body: bytes) -> str:
    """For events without a number of their own: the same bytes are the same event."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def sender_of(mail: OutgoingMail) -> tuple[str, str]:
    """The name and the address. Raises Refused."""
    shown, address = parseaddr(mail.sender)
    return shown, plain(address)


def plain(address: str) -> str:
    """With the domain in ASCII. Raises Refused for what their interfaces take for no address."""
    written = reachable(address)
    if not written.isascii():
        raise Refused("bad-address", f"{address!r} is not an address that a mail provider takes")
    return written
