"""Taking in a mail: kept as it came before anything is decided about it, then read, and followed up once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.buyers.registering import normal_email
from tradewind.core import todos
from tradewind.core.files import keep_private
from tradewind.messaging.answering import put_at_order
from tradewind.messaging.coming_back import Meant, meant_by
from tradewind.messaging.incoming.mail import UNREADABLE, Outcome, ReadMail
from tradewind.messaging.incoming.reading import read_mail
from tradewind.messaging.models import Message
from tradewind.messaging.received_models import FOR_PEOPLE, ReceivedMail
from tradewind.messaging.returning import follow, message_meant

LOOK: Final = "mail.look"
LOOK_WITHIN: Final = timedelta(days=1)
# The to-do about mail that came in has no row of its own to point to; 0 is about all mail that leaves.
_ALL_THAT_CAME: Final = ("mail", 1)
_LONGEST: Final = 254
# What servers and programs add on the way: the same mail by another way has others.
_ADDED: Final = re.compile(
    rb"^(?:received|return-path|delivered-to|x-original-to|envelope-to|delivery-date|x-[\w-]*|arc-[\w-]*|authentication-results|dkim-signature|received-spf|status|content-length|lines):",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """`outcome` says duplicate where `read` cannot know it."""

    row: ReceivedMail
    read: ReadMail
    outcome: str


def take_in(raw: bytes, *, at: datetime) -> Taken:
    """Never refuses a mail. The same one again is kept as a duplicate and changes nothing else."""
    file = keep_private("mail.eml", raw, content_type="message/rfc822", at=at)
    read, meant = _read(raw)
    values = {
        "file": file,
        "outcome": read.outcome.value,
        "sender": _short(read.sender),
        "sender_compared": _short(normal_email(read.sender)),
        "subject": _short(read.subject),
        "message_id": _short(read.message_id),
        "problem": read.problem,
        "received_at": at,
    }
    mark = fingerprint(raw)
    with transaction.atomic():
        row, is_new = ReceivedMail.objects.get_or_create(fingerprint=mark, copy_of=None, defaults=values)
        if not is_new:
            copy = {**values, "outcome": ReceivedMail.Outcome.DUPLICATE, "about": row.about}
            copy["message_id"] = row.message_id
            row = ReceivedMail.objects.create(fingerprint=mark, copy_of=row, **copy)
            return Taken(row, read, row.outcome)
        row.about = message_meant(read, meant)
        row.save(update_fields=["about"])
        came_to_letter = row.about is not None and row.about.pk == meant.letter_id
        follow(row, read, came_to_letter=came_to_letter, at=at)
        is_placed = meant.order_id is not None and put_at_order(row, read, raw, order_id=meant.order_id, at=at)
        if not is_placed and (row.outcome in FOR_PEOPLE or _is_doubtful(read, came_to_letter=came_to_letter)):
            todos.ask_for_hand(LOOK, subject=_ALL_THAT_CAME, account_id=None, due_at=at + LOOK_WITHIN, at=at)
    return Taken(row, read, row.outcome)


def keep_unread(raw: bytes, problem: Exception, *, at: datetime) -> None:
    """Keep a mail whose taking in failed unexpectedly, and put it before a person."""
    file = keep_private("mail.eml", raw, content_type="message/rfc822", at=at)
    why = f"{UNREADABLE} {type(problem).__name__}"
    values = {"file": file, "outcome": ReceivedMail.Outcome.QUARANTINED, "problem": why, "received_at": at}
    with transaction.atomic():
        ReceivedMail.objects.get_or_create(fingerprint=fingerprint(raw), copy_of=None, defaults=values)
        todos.ask_for_hand(LOOK, subject=_ALL_THAT_CAME, account_id=None, due_at=at + LOOK_WITHIN, at=at)


def _read(raw: bytes) -> tuple[ReadMail, Meant]:
    """What came to the address that a letter left from is read anew, with whom that went to: it may name nobody."""
    read = read_mail(raw)
    meant = meant_by(read.addressees)
    letter = Message.objects.filter(pk=meant.letter_id).first() if meant.letter_id else None
    if letter is None:
        return read, Meant(order_id=meant.order_id)
    return read_mail(raw, written_to=letter.recipient), meant


def _is_doubtful(read: ReadMail, *, came_to_letter: bool) -> bool:
    """A bounce that names nobody, or that a person may have written."""
    return read.outcome is Outcome.BOUNCE and not (read.bounces and (read.is_by_machine or came_to_letter))


def fingerprint(raw: bytes) -> str:
    """Of what the author wrote: Message-ID, the other headers and the body, but not what was added on the way."""
    raw = raw.replace(b"\r\n", b"\n")
    head, _, body = raw.partition(b"\n\n")
    lines = re.sub(rb"\n[ \t]+", b" ", head[:1_000_000]).split(b"\n")
    written = sorted(
        b" ".join(line.split())
        for line in lines
        if line.strip() and not _ADDED.match(line) and not line.startswith(b"From ")
    )
    digest = hashlib.sha256(b"\n".join(written) + b"\n\n" + head[1_000_000:])
    digest.update(body.rstrip())
    return digest.hexdigest()


def _short(text: str) -> str:
    return text[:_LONGEST]
