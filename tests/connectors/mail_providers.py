"""Postmark and Brevo as far as we use them: small servers that refuse what their published contracts do not allow."""

import json
import re
from base64 import b64encode
from typing import Any
from uuid import UUID

from tests.connectors.tracking_servers import Answer, Books

KEY = "test-key-of-the-provider"
HOOK_PASSWORD = "five-quiet-lamps-at-sea"
BASIC = f"Basic {b64encode(f'tradewind:{HOOK_PASSWORD}'.encode()).decode()}"
# What may stand in a letter.
POSTMARK_LETTER = {
    *("From", "To", "Cc", "Bcc", "Subject", "Tag", "HtmlBody", "TextBody", "ReplyTo", "Headers", "TrackOpens"),
    *("TrackLinks", "Attachments", "Metadata", "MessageStream"),
}
BREVO_LETTER = {
    *("sender", "to", "bcc", "cc", "htmlContent", "textContent", "subject", "replyTo", "attachment", "headers"),
    *("templateId", "params", "messageVersions", "tags", "scheduledAt", "batchId"),
}
_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")


def postmark(books: Books, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    if headers.get("x-postmark-server-token") != KEY:
        return 401, {}, {"ErrorCode": 10, "Message": "No Account or Server API tokens were supplied."}
    if headers.get("accept") != "application/json":
        return 406, {}, {"ErrorCode": 0, "Message": "Not acceptable."}
    if (method, path) == ("GET", "/server"):
        return 200, {}, {"ID": 1, "Name": "Tingyu"}
    letter = json.loads(body)
    wrong = _wrong_for_postmark(letter)
    if wrong:
        return 422, {}, {"ErrorCode": 300, "Message": wrong}
    number = f"pm-{len(books.known)}"
    books.known[number] = letter
    return 200, {}, {"To": letter["To"], "MessageID": number, "ErrorCode": 0, "Message": "OK"}


def _wrong_for_postmark(letter: dict[str, Any]) -> str:
    if set(letter) - POSTMARK_LETTER:
        return "Unknown field."
    if not _ADDRESS.fullmatch(letter["To"]) or not (letter.get("TextBody") or letter.get("HtmlBody")):
        return "Invalid 'To' address, or nothing to say."
    if any(set(header) != {"Name", "Value"} for header in letter["Headers"]):
        return "A header is a name and a value."
    if any(len(name) > 20 or len(value) > 80 for name, value in letter["Metadata"].items()):
        return "Invalid metadata content."
    if letter.get("TrackLinks") not in {"None", "HtmlAndText", "HtmlOnly", "TextOnly"}:
        return "Invalid TrackLinks."
    return ""


def brevo(books: Books, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    if headers.get("api-key") != KEY:
        return 401, {}, {"code": "unauthorized", "message": "Key not found"}
    if (method, path) == ("GET", "/account"):
        return 200, {}, {"email": "hello@tingyu.example"}
    letter = json.loads(body)
    wrong = _wrong_for_brevo(letter)
    if wrong:
        return 400, {}, {"code": "invalid_parameter", "message": wrong}
    key = letter["headers"]["idempotencyKey"]
    if key in books.known:
        return 400, {}, {"code": "duplicate_parameter", "message": "Duplicate idempotencyKey"}
    books.known[key] = letter
    return 201, {}, {"messageId": f"<{len(books.known)}@smtp-relay.mailin.fr>"}


def _wrong_for_brevo(letter: dict[str, Any]) -> str:
    if set(letter) - BREVO_LETTER:
        return "Unknown field."
    addressed = [letter["sender"], *letter["to"], *([letter["replyTo"]] if "replyTo" in letter else [])]
    if any(set(each) - {"email", "name"} or not _ADDRESS.fullmatch(each["email"]) for each in addressed):
        return "email is not valid"
    if not letter.get("htmlContent"):
        return "htmlContent is missing"
    if not all(isinstance(value, str) and value.isascii() for value in letter["headers"].values()):
        return "headers must be strings"
    try:
        UUID(letter["headers"]["idempotencyKey"])
    except ValueError:
        return "idempotencyKey is not a UUID"
    return ""


def postmark_event(message_id: str, kind: str = "HardBounce", *, to: str = "greta@example.com", **parts: Any) -> bytes:
    """As their documentation shows a bounce."""
    told = {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "ID": 4323372036854775807,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"letter0": message_id[:80], **({"letter1": message_id[80:]} if message_id[80:] else {})},
        "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 user unknown",
        "Email": to,
        "From": "hello@tingyu.example",
        "BouncedAt": "2026-11-23T14:02:05Z",
        "DumpAvailable": False,
        "Inactive": kind == "HardBounce",
        "CanActivate": True,
        "Subject": "Ihre Bestellung",
    }
    return json.dumps(told | parts).encode()


def postmark_delivery(message_id: str, *, to: str = "greta@example.com") -> bytes:
    told = {
        "RecordType": "Delivery",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": to,
        "DeliveredAt": "2026-11-23T14:02:05Z",
        "Details": "250 2.0.0 OK",
        "Metadata": {"letter0": message_id},
        "MessageStream": "outbound",
    }
    return json.dumps(told).encode()


def brevo_event(message_id: str, kind: str = "hard_bounce", *, to: str = "greta@example.com", **parts: Any) -> bytes:
    """As their documentation shows one."""
    told = {
        "event": kind,
        "email": to,
        "id": 1011,
        "date": "2026-11-23 15:02:05",
        "ts": 1795442525,
        "message-id": "<202611231402.1@smtp-relay.mailin.fr>",
        "ts_event": 1795442525,
        "ts_epoch": 1795442525000,
        "subject": "Ihre Bestellung",
        "X-Mailin-custom": message_id,
        "reason": "550 5.1.1 user unknown",
        "template_id": 0,
    }
    return json.dumps(told | parts).encode()
