"""What reading a mail gives."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

# Why a mail was put aside.
EMPTY: Final = "empty"
NO_MAIL: Final = "no_mail"  # neither headers nor a text
UNREADABLE: Final = "unreadable"  # and then the error that a parser raised


class Outcome(StrEnum):
    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    COMPLAINT = "complaint"
    DUPLICATE = "duplicate"  # said by whoever knows what came before, never by reading
    QUARANTINED = "quarantined"


class Kind(StrEnum):
    HARD = "hard"  # it will never arrive there
    SOFT = "soft"  # it did not arrive this time


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that was not reached. `status` as RFC 3463 has it, "5.1.1"; `reason` is a key of `reasons.REASONS` or empty.

    `written_to` is the address of the original mail, where the report tells it: forwarding makes another of it. `is_waiting`: the
    server goes on trying by itself.
    """

    recipient: str
    kind: Kind
    status: str
    reason: str = ""
    words: str = ""
    written_to: str = ""
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Original:
    """What a mail says of the one that it is about: the Message-IDs that it names, of these the ones that stand in what it gives
    back, and the addressees.
    """

    message_ids: tuple[str, ...] = ()
    given_back: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadMail:
    """`sender` is the bare address; `complained` are the addresses whose owners complained, where the report names them. `problem` begins
    with one of the codes above where it is quarantined. `is_by_machine`: what it reports may count against an address; people
    forward and quote the reports of others.
    """

    outcome: Outcome
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    addressees: tuple[str, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    complained: tuple[str, ...] = ()
    original: Original = field(default_factory=Original)
    problem: str = ""
    is_by_machine: bool = False
