"""Brevo: https://developers.brevo.com. It gives letters a Message-ID of its own; ours goes along in X-Mailin-custom, which comes back
with each notice. The same letter again within half an hour is refused by its idempotencyKey: then the first one was taken.
"""

import json
from collections.abc import Mapping
from email.header import Header
from email.utils import parseaddr
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from tradewind.connectors.mailpost.provider import Provider, Request
from tradewind.connectors.mailpost.reading import digest_of, event_of, plain, sender_of, status_in, text_of
from tradewind.core.work import NeedsAttention, Refused
from tradewind.messaging.ports import Accepted, OutgoingMail
from tradewind.messaging.provider_ports import ProviderNotice, What

CODE: Final = "brevo"
_OURS: Final = "X-Mailin-custom"
_TAKEN_BEFORE: Final = "duplicate_parameter"
# Answers to a bad request that are about the account, and not about this letter.
_PERSON_NEEDED: Final = frozenset(
    {"not_enough_credits", "unauthorized", "permission_denied", "account_under_validation"}
)
# Brevo drops a name that has both such signs and others than ASCII.
_SPECIAL: Final = frozenset('()<>[]:;@\\,."')
EVENTS: Final[Mapping[str, What]] = {
    "delivered": What.DELIVERED,
    "hard_bounce": What.HARD,
    "invalid_email": What.HARD,
    "soft_bounce": What.SOFT,
    "blocked": What.SOFT,  # for the recipient or the sender: Brevo does not say which
    "error": What.SOFT,
    "deferred": What.LATE,
    "spam": What.COMPLAINT,
    "complaint": What.COMPLAINT,
    "request": What.NOTHING,
    "sent": What.NOTHING,
    "opened": What.NOTHING,
    "unique_opened": What.NOTHING,
    "proxy_open": What.NOTHING,
    "unique_proxy_open": What.NOTHING,
    "click": What.NOTHING,
    "unsubscribed": What.NOTHING,
    "unsubscribe": What.NOTHING,
}


def login(key: str) -> dict[str, str]:
    return {"api-key": key, "Accept": "application/json"}


def request(mail: OutgoingMail) -> Request:
    """Raises Refused."""
    shown, address = sender_of(mail)
    headers = {name: value for name, value in mail.headers.items() if name not in {"Date", "Reply-To"}}
    told: dict[str, Any] = {
        "sender": {"email": address} | ({"name": _named(shown)} if shown else {}),
        "to": [{"email": plain(mail.recipient)}],
        "subject": mail.subject,
        "textContent": mail.text,
        "htmlContent": mail.html,
    }
    if answers_to := mail.headers.get("Reply-To", ""):
        # Without its name, which Brevo sends as raw bytes.
        told["replyTo"] = {"email": plain(parseaddr(answers_to)[1])}
    told["headers"] = headers | {_OURS: mail.message_id}
    # Of all that is sent: a letter that was refused for its sender and goes out under another is another one.
    key = uuid5(NAMESPACE_URL, json.dumps(told, sort_keys=True))
    told["headers"] |= {"idempotencyKey": str(key)}
    return Request("/smtp/email", told)


def taken(answer: Mapping[str, Any]) -> Accepted:
    return Accepted(f"Brevo {answer.get('messageId', '')}")


def not_taken(status: str, answer: Mapping[str, Any]) -> Accepted | Refused | NeedsAttention:
    code, words = str(answer.get("code", "")), str(answer.get("message", ""))[:300]
    if code == _TAKEN_BEFORE:
        return Accepted("Brevo had taken it before")
    if code in _PERSON_NEEDED:
        return NeedsAttention(f"Brevo takes no letters: {words} ({code})")
    return Refused(f"brevo-{code or status}", words)


def read(body: bytes) -> ProviderNotice:
    """It gives no number to an event. Raises UnreadableNotice."""
    event = event_of(body)
    name, words = text_of(event, "event"), text_of(event, "reason")
    what = EVENTS.get(name, What.NOTHING)
    return ProviderNotice(
        digest_of(body),
        what,
        name or "?",
        message_id=text_of(event, _OURS),
        recipient=text_of(event, "email"),
        status=status_in(words, digit="5" if what is What.HARD else "4"),
        words=words,
    )


def _named(shown: str) -> str:
    is_dropped = not shown.isascii() and _SPECIAL & set(shown)
    return Header(shown, "utf-8", maxlinelen=10_000).encode() if is_dropped else shown


BREVO: Final = Provider(
    code=CODE,
    title="Brevo",
    base="https://api.brevo.com/v3",
    account="/account",
    login=login,
    request=request,
    taken=taken,
    not_taken=not_taken,
    read=read,
)
