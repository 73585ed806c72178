"""Our mail as MIME, and a server's words as our errors. Pure: nothing here opens a connection."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final

from tradewind.connectors.smtp.composing import composed, reachable
from tradewind.connectors.smtp.signing import Signer
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.lib.text import printable
from tradewind.messaging.ports import AskedForSlowness, OutgoingMail

_PERMANENT: Final = 500
_CLOSING: Final = 421
# Most lists wait for five minutes (postgrey, milter-greylist); some name another time.
GREYLISTED: Final = timedelta(minutes=5, seconds=15)
_GREY: Final = re.compile(r"gr[ea]y.?list|postgrey", re.IGNORECASE)
# RFC 3463: x.4.5 is congestion, 4.7.x policy; and how servers say it that give no such number.
_SLOWER: Final = re.compile(
    r"\b4\.7\.\d|\b4\.4\.5\b|too (?:many|fast|much)|rate.?limit|throttl|slow down|temporarily deferred|limit exceeded"
    r"|unusual rate|too frequent",
    re.IGNORECASE,
)
# Policy as well, but about one recipient, or about a name of ours: sent more slowly it is refused as before.
_REFUSES: Final = re.compile(r"\b4\.7\.1\b.*\b(?:rejected|cannot find|denied)\b", re.IGNORECASE | re.DOTALL)
_WAIT: Final = re.compile(r"\b(?:in|after|for)\s+(\d{1,5})\s*(s(?:ec|\b)|m(?:in|\b)|h(?:our|\b))", re.IGNORECASE)
_UNITS: Final = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool


def envelope(mail: OutgoingMail, signer: Signer | None = None) -> Envelope:
    """The mail as bytes with lines ending in CRLF, the same bytes every time. Raises Refused for no address at all."""
    sender, recipient = reachable(mail.returns_to or parseaddr(mail.sender)[1]), reachable(mail.recipient)
    needs_utf8 = not (sender + recipient).isascii()
    content = composed(mail, recipient, is_international=needs_utf8)
    if signer is not None and signer.domain == reachable(parseaddr(mail.sender)[1]).rpartition("@")[2]:
        content = signer.headers(content, at=_dated(mail)) + content
    return Envelope(sender, recipient, content, needs_utf8)


def _dated(mail: OutgoingMail) -> datetime | None:
    """When it was written, which is the same at every try."""
    return parsedate_to_datetime(mail.headers["Date"]) if "Date" in mail.headers else None


def dot_stuffed(content: bytes) -> bytes:
    """As DATA wants it: lines that begin with a dot get another, and the last line ends (RFC 5321, 4.5.2)."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def answer_as_error(code: int, words: bytes | str, *, is_about_all: bool = False) -> TryAgain | Refused:
    """A server's answer that is not the hoped-for one. `is_about_all`: it was given before the server knew for whom the mail is."""
    text = said(words)
    if code >= _PERMANENT:
        return Refused(str(code), text)
    if code <= 0:
        return TryAgain(words=f"an answer that is not SMTP: {text[:200]}")
    answer = f"{code} {text}"
    if _GREY.search(text):
        return TryAgain(_wait_named(text) or GREYLISTED, answer)
    if code == _CLOSING or (_SLOWER.search(text) and not _REFUSES.search(text)):
        return AskedForSlowness(_wait_named(text), answer, is_from_all=is_about_all)
    return TryAgain(words=answer)


def said(words: bytes | str) -> str:
    return printable(words.decode("utf-8", "replace") if isinstance(words, bytes) else words).strip()


def _wait_named(text: str) -> timedelta:
    """As in "try again in 300 seconds"; nothing where no time is named, an hour at most."""
    found = _WAIT.search(text)
    if found is None:
        return timedelta(0)
    return min(int(found[1]) * _UNITS[found[2][0].lower()], timedelta(hours=1))


def trouble_as_error(problem: OSError, server: object) -> TryAgain | Refused | NeedsAttention:
    """What went wrong before the mail was handed over, as one of the three errors that may cross the port."""
    match problem:
        case ssl.SSLCertVerificationError():
            return NeedsAttention(f"The certificate of {server} is not accepted: {problem.verify_message}")
        case smtplib.SMTPAuthenticationError() if problem.smtp_code >= _PERMANENT:
            return NeedsAttention(f"{server} refuses user or password: {problem.smtp_code}")
        case smtplib.SMTPNotSupportedError():
            return NeedsAttention(f"{server} does not offer what is asked of it: {problem}")
        case smtplib.SMTPResponseException() if problem.smtp_code >= _PERMANENT:
            # Before any mail was named: it is us whom it does not want.
            return NeedsAttention(f"{server} does not talk to us: {problem.smtp_code} {said(problem.smtp_error)}")
        case smtplib.SMTPResponseException():
            return answer_as_error(problem.smtp_code, problem.smtp_error, is_about_all=True)
        case _:
            return TryAgain(words=f"{server} cannot be reached: {problem or type(problem).__name__}")
