"""Amazon SES tells of bounces and complaints as JSON, which may come as a mail instead of a call."""

import json
from typing import Any, Final

from tradewind.messaging.incoming.mail import Bounce
from tradewind.messaging.incoming.verdicts import judge

_LISTS: Final = (("bounce", "bouncedRecipients"), ("complaint", "complainedRecipients"))
_MOST: Final = 5_000


def notice_in(text: str) -> dict[str, Any]:
    """The notice in a mail's text, which may stand in another's envelope and above a footer; empty where there is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or "ecipients" not in text:
        return {}
    try:
        found = json.loads(" ".join(text[start : end + 1].split("\n")))
        inner = found.get("Message") if isinstance(found, dict) else None
        found = json.loads(inner) if isinstance(inner, str) else found
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and any(isinstance(found.get(kind), dict) for kind, _ in _LISTS) else {}


def bounces_of(notice: dict[str, Any]) -> list[Bounce]:
    """The addresses that a notice says have bounced."""
    return [_bounce(each) for each in _listed(notice, *_LISTS[0])]


def complained_of(notice: dict[str, Any]) -> list[str]:
    return [str(each["emailAddress"]) for each in _listed(notice, *_LISTS[1])]


def _listed(notice: dict[str, Any], kind: str, name: str) -> list[dict[str, Any]]:
    part = notice.get(kind)
    rows = part.get(name) if isinstance(part, dict) else None
    found = rows if isinstance(rows, list) else []
    return [row for row in found[:_MOST] if isinstance(row, dict) and "@" in str(row.get("emailAddress"))]


def _bounce(row: dict[str, Any]) -> Bounce:
    words = str(row.get("diagnosticCode") or "")
    verdict = judge(words, status=str(row.get("status") or ""), action=str(row.get("action") or ""))
    return Bounce(str(row["emailAddress"]), verdict.kind, verdict.status, verdict.reason, words[:500])
