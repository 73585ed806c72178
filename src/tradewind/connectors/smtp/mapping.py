"""Our mail as MIME, and a server's words as our errors. Pure: nothing here opens a connection."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from hashlib import sha256
from typing import Final

from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.lib.text import printable
from tradewind.messaging.ports import OutgoingMail

# Seven bits: not every server on the way takes eight, and the parts are small.
_PLAIN: Final = policy.SMTP.clone(cte_type="7bit")
_INTERNATIONAL: Final = policy.SMTPUTF8
_PERMANENT: Final = 500
_CLOSING: Final = 421
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool


def envelope(mail: OutgoingMail) -> Envelope:
    """The mail as bytes with lines ending in CRLF, the same bytes every time. Raises Refused for no address at all."""
    sender, recipient = _reachable(mail.returns_to or parseaddr(mail.sender)[1]), _reachable(mail.recipient)
    needs_utf8 = not (sender + recipient).isascii()
    content = mime(mail, recipient, _INTERNATIONAL if needs_utf8 else _PLAIN).as_bytes()
    return Envelope(sender, recipient, _LINE_END.sub(b"\r\n", content), needs_utf8)


def mime(mail: OutgoingMail, recipient: str, rules: "EmailPolicy[EmailMessage]") -> EmailMessage:
    """Text, with HTML as the better alternative."""
    message = EmailMessage(policy=rules)
    message["Message-ID"] = f"<{mail.message_id}>"
    message["From"] = mail.sender
    message["To"] = recipient
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    # Last, because the parts take away every header that begins with "Content-".
    for name, value in mail.headers.items():
        message[name] = value
    # Not random, so that a repeated mail is the same mail to the last byte.
    message.set_boundary(f"=_{sha256(mail.message_id.encode()).hexdigest()[:32]}")
    return message


def dot_stuffed(content: bytes) -> bytes:
    """As DATA wants it: lines that begin with a dot get another, and the last line ends (RFC 5321, 4.5.2)."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def answer_as_error(code: int, words: bytes | str) -> TryAgain | Refused:
    """A server's answer that is not the hoped-for one. 421 closes the line, whatever stood before."""
    text = printable(words.decode("utf-8", "replace") if isinstance(words, bytes) else words).strip()
    if code >= _PERMANENT:
        return Refused(str(code), text)
    return TryAgain(words=f"{code} {text}" if code > 0 else f"an answer that is not SMTP: {text[:200]}")


def trouble_as_error(problem: OSError, server: object) -> TryAgain | Refused | NeedsAttention:
    """What went wrong before the mail was handed over, as one of the three errors that may cross the port."""
    match problem:
        case ssl.SSLCertVerificationError():
            return NeedsAttention(f"The certificate of {server} is not accepted: {problem.verify_message}")
        case smtplib.SMTPAuthenticationError() if problem.smtp_code >= _PERMANENT:
            return NeedsAttention(f"{server} refuses user or password: {problem.smtp_code}")
        case smtplib.SMTPNotSupportedError():
            return NeedsAttention(f"{server} does not offer what is asked of it: {problem}")
        case smtplib.SMTPResponseException():
            return answer_as_error(problem.smtp_code, problem.smtp_error)
        case _:
            return TryAgain(words=f"{server} cannot be reached: {problem or type(problem).__name__}")


def _reachable(address: str) -> str:
    """With the domain in ASCII, as the name system has it. Raises Refused."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}" if local and domain else _refuse(address)
    except UnicodeError:
        return _refuse(address)


def _refuse(address: str) -> str:
    raise Refused("bad-address", f"{address!r} is not a mail address")
