"""Amazon SES tells of bounces and complaints as JSON, which may come as a mail instead of a call."""

import json
import re
from typing import Any, Final

from tradewind.messaging.incoming.mail import Bounce
from tradewind.messaging.incoming.opening import Opened, address_of
from tradewind.messaging.incoming.verdicts import judge

_LISTS: Final = (("bounce", "bouncedRecipients"), ("complaint", "complainedRecipients"))
_MOST: Final = 5_000
_SENDER: Final = "no-reply@sns.amazonaws.com"
# Below each notice that it mails it says how to hear no more of them.
_FOOTER: Final = re.compile(r"\s*(--\s.{0,2000})?", re.DOTALL)


def is_from_amazon(opened: Opened) -> bool:
    """Sent by its notification service, as far as headers tell: people show each other such notices too."""
    return bool(opened.header("X-Amz-Sns-Message-Type")) or address_of(opened.header("From")).lower() == _SENDER


def notice_in(text: str) -> dict[str, Any]:
    """The notice that a mail's text consists of, in another's envelope or bare; empty where there is none."""
    text = " ".join(text.split("\n")).strip()
    if not text.startswith("{") or "ecipients" not in text:
        return {}
    try:
        found, end = json.JSONDecoder().raw_decode(text)
        inner = found.get("Message")
        found = json.loads(inner) if isinstance(inner, str) else found
    except (ValueError, RecursionError):
        return {}
    if not _FOOTER.fullmatch(text[end:]) or not isinstance(found, dict):
        return {}
    return found if any(isinstance(found.get(kind), dict) for kind, _ in _LISTS) else {}


def id_in(notice: dict[str, Any]) -> str:
    """The Message-ID of the mail that a notice is about, in its brackets."""
    mail = notice.get("mail")
    if not isinstance(mail, dict):
        return ""
    common, headers = mail.get("commonHeaders"), mail.get("headers")
    named = [common.get("messageId")] if isinstance(common, dict) else []
    rows = [row for row in (headers[:_MOST] if isinstance(headers, list) else []) if isinstance(row, dict)]
    named += [row.get("value") for row in rows if str(row.get("name")).lower() == "message-id"]
    return " ".join(f"<{str(each).strip('<> ')}>" for each in named if each)


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
