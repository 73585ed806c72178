"""Postmark: https://postmarkapp.com/developer. Keeps our Message-ID (X-PM-KeepID), and gives back the metadata of a letter with
each notice about it. It knows no key against repetition: what is repeated has the same Message-ID.
"""

from collections.abc import Mapping
from typing import Any, Final

from tradewind.connectors.mailpost.provider import Provider, Request
from tradewind.connectors.mailpost.reading import digest_of, event_of, plain, sender_of, status_in, text_of
from tradewind.core.work import NeedsAttention, Refused
from tradewind.messaging.ports import Accepted, OutgoingMail
from tradewind.messaging.provider_ports import ProviderNotice, What

CODE: Final = "postmark"
STREAM: Final = "outbound"  # for what is not advertising; each server has one of this name
# A value of the metadata has at most as many signs.
_PIECE: Final = 80
_METADATA: Final = "letter"
# Codes that are about the account or the sender, and not about this letter.
_PERSON_NEEDED: Final = frozenset({10, 400, 401, 405, 412, 413, 1101, 1235})
TYPES: Final[Mapping[str, What]] = {
    "HardBounce": What.HARD,
    "BadEmailAddress": What.HARD,
    "ManuallyDeactivated": What.HARD,  # Postmark does not write there any more
    "SoftBounce": What.SOFT,
    "DnsError": What.SOFT,
    "Blocked": What.SOFT,
    "SpamNotification": What.SOFT,  # sorted out, and not by its reader
    "VirusNotification": What.SOFT,
    "DMARCPolicy": What.SOFT,
    "Unknown": What.SOFT,
    "Transient": What.LATE,
    "SpamComplaint": What.COMPLAINT,
    "ChallengeVerification": What.NOTHING,
    "AutoResponder": What.NOTHING,
    "AddressChange": What.NOTHING,
    "OpenRelayTest": What.NOTHING,
    "Unsubscribe": What.NOTHING,
    "Subscribe": What.NOTHING,
    "Unconfirmed": What.NOTHING,  # about somebody who reads Postmark's own letters
    "SMTPApiError": What.NOTHING,  # of letters over SMTP
    "InboundError": What.NOTHING,
    "TemplateRenderingFailed": What.NOTHING,
}


def login(key: str) -> dict[str, str]:
    return {"X-Postmark-Server-Token": key, "Accept": "application/json"}


def request(mail: OutgoingMail) -> Request:
    """Raises Refused."""
    sender_of(mail)
    headers = {name: value for name, value in mail.headers.items() if name not in {"Date", "Reply-To"}}
    headers |= {"Message-ID": f"<{mail.message_id}>", "X-PM-KeepID": "true"}
    told: dict[str, Any] = {
        "From": mail.sender,
        "To": plain(mail.recipient),
        "Subject": mail.subject,
        "TextBody": mail.text,
        "HtmlBody": mail.html,
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
        "Metadata": _metadata(mail.message_id),
        "MessageStream": STREAM,
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    answers_to = mail.headers.get("Reply-To", "")
    return Request("/email", told | ({"ReplyTo": answers_to} if answers_to else {}))


def taken(answer: Mapping[str, Any]) -> Accepted | Refused | NeedsAttention:
    if answer.get("ErrorCode"):
        return not_taken("200", answer)
    return Accepted(f"Postmark {answer.get('MessageID', '')}")


def not_taken(status: str, answer: Mapping[str, Any]) -> Refused | NeedsAttention:
    code, words = answer.get("ErrorCode"), str(answer.get("Message", ""))[:300]
    if code in _PERSON_NEEDED:
        return NeedsAttention(f"Postmark takes no letters: {words} ({code})")
    return Refused(f"postmark-{code or status}", words)


def read(body: bytes) -> ProviderNotice:
    """Raises UnreadableNotice."""
    event = event_of(body)
    name, number = text_of(event, "RecordType"), event.get("ID")
    if name in {"Bounce", "SpamComplaint"}:
        name = text_of(event, "Type") or name
        what = _meaning(name, event)
    else:
        what = What.DELIVERED if name == "Delivery" else What.NOTHING
    metadata = event.get("Metadata")
    words = text_of(event, "Details") or text_of(event, "Description")
    return ProviderNotice(
        # The same address may be told of by several events of one number: a bounce that became a complaint.
        f"{name}:{number}" if isinstance(number, int) and number else digest_of(body),
        what,
        name or "?",
        message_id=_message_id(metadata) if isinstance(metadata, dict) else "",
        recipient=text_of(event, "Email") or text_of(event, "Recipient"),
        status=status_in(words, digit="5" if what is What.HARD else "4"),
        words=words,
    )


def _meaning(name: str, event: Mapping[str, Any]) -> What:
    """Whom Postmark does not write to any more, a repetition does not reach."""
    what = TYPES.get(name, What.NOTHING)
    return What.HARD if what is What.SOFT and event.get("Inactive") is True else what


def _metadata(message_id: str) -> dict[str, str]:
    pieces = range(0, len(message_id), _PIECE)
    return {f"{_METADATA}{number}": message_id[at : at + _PIECE] for number, at in enumerate(pieces)}


def _message_id(metadata: Mapping[str, Any]) -> str:
    pieces = (metadata.get(f"{_METADATA}{number}") for number in range(len(metadata)))
    return "".join(piece for piece in pieces if isinstance(piece, str))


POSTMARK: Final = Provider(
    code=CODE,
    title="Postmark",
    base="https://api.postmarkapp.com",
    account="/server",
    login=login,
    request=request,
    taken=taken,
    not_taken=not_taken,
    read=read,
)
