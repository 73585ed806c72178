"""What messaging needs from outside: somebody who carries mail. Wiring fills the slot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol
from unicodedata import category

from tradewind.core.work import NeedsAttention, TryAgain

# By which core.panels knows the way out.
CONNECTION: Final = "mail"
_UNSAFE: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})


class UnsafeHeader(ValueError):
    """A line break in what becomes a mail header would let its author write headers of their own."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} must be one line without control characters")
        self.name = name


class AskedForSlowness(TryAgain):
    """The other side wants less mail for a while: for this recipient's domain or, `is_from_all`, whomever it is for. `after` is zero
    where it names no time.
    """

    def __init__(self, after: timedelta, words: str, *, is_from_all: bool) -> None:
        super().__init__(after, words)
        self.is_from_all = is_from_all


def is_one_line(text: str) -> bool:
    """Without control characters, separators of lines or paragraphs, and halves of surrogate pairs."""
    return not any(category(sign) in _UNSAFE for sign in text)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person. Raises UnsafeHeader, so that no transport ever sees a broken header.

    `message_id` has no angle brackets; `sender` may carry a name: "Tingyu <hello@tingyu.example>". `returns_to`: where mail
    servers send it back to; empty: to the sender.
    """

    message_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    returns_to: str = ""

    def __post_init__(self) -> None:
        lines = {"Message-ID": self.message_id, "From": self.sender, "To": self.recipient, "Subject": self.subject}
        for name, value in {**lines, **self.headers, "Return-Path": self.returns_to}.items():
            if not is_one_line(name + value):
                raise UnsafeHeader(name)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side has taken the mail over; `response` is what it said, often with its queue's number."""

    response: str


class MailTransport(Protocol):
    def send(self, mail: OutgoingMail) -> Accepted:
        """Hand one mail over. Called with no transaction open, from any thread.

        Raises TryAgain (AskedForSlowness), Refused, NeedsAttention; and OutcomeUnknown when the mail may or may not have been taken: it
        must then be sent again under the same Message-ID.
        """


_filled: list[MailTransport] = []


def fill(transport: MailTransport | None) -> None:
    """Put a transport into the slot, or empty it."""
    _filled[:] = [transport] if transport is not None else []


def transport() -> MailTransport:
    """Raises NeedsAttention where nothing is wired; the mail waits meanwhile."""
    if _filled:
        return _filled[0]
    raise NeedsAttention("Mail cannot leave: no transport is wired. Nothing is lost meanwhile.")
