"""Reading one mail: what it is, whom it is from, and for a bounce which address failed, how, and for which mail of ours.

Reports of RFC 3464 are believed first, then the fields that mail servers write into headers and text, then what flufl.bounce
knows, then the words for people, then the addressee of the mail that came back.
"""

import logging
import re
from typing import Final

from tradewind.messaging.incoming.cleaning import cleaned
from tradewind.messaging.incoming.free_text import named_in, without_original
from tradewind.messaging.incoming.mail import EMPTY, NO_MAIL, UNREADABLE, Bounce, Kind, Original, Outcome, ReadMail
from tradewind.messaging.incoming.opening import BROKEN, Opened, address_of, addresses_in, open_mail
from tradewind.messaging.incoming.reports import Reported, reported_in
from tradewind.messaging.incoming.ses_notices import bounces_of, complained_of, id_in, is_from_amazon, notice_in
from tradewind.messaging.incoming.signs import (
    comes_from_a_daemon,
    is_answer,
    is_by_machine,
    is_complaint,
    is_office,
    looks_returned,
    may_be_returned,
)
from tradewind.messaging.incoming.verdicts import judge, says_that_it_waits

_IDS: Final = re.compile(r"<([^<>\s]{1,250}@[^<>\s]{1,250})>")
_OTHERS_READ: Final = 300_000
_WORDS_KEPT: Final = 500
_AROUND: Final = 6_000
_HEADERS: Final = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Received",
    "Return-Path",
    "MIME-Version",
    "Content-Type",
)
_MOST_IDS: Final = 50
_TO: Final = (
    "to",
    "cc",
    "bcc",
    "x-original-to",
    "x-rcpt-to",
    "x-envelope-to",
    "apparently-to",
    "delivered-to",
    "envelope-to",
)


def read_mail(raw: bytes, *, written_to: str = "") -> ReadMail:
    """`written_to`: to whom the letter went that came back, where that is known before it is read.

    Never raises: what cannot be read is quarantined, with the reason.
    """
    if not raw.strip(b"\0 \t\r\n"):
        return ReadMail(Outcome.QUARANTINED, problem=EMPTY)
    try:
        opened = open_mail(raw)
        return cleaned(_understood(opened, raw, written_to))
    except BROKEN as problem:
        return ReadMail(Outcome.QUARANTINED, problem=f"{UNREADABLE} {type(problem).__name__}")


def _understood(opened: Opened, raw: bytes, written_to: str) -> ReadMail:
    outcome, returned = Outcome.MESSAGE, dict(opened.returned)
    bounces: tuple[Bounce, ...] = ()
    complained: list[str] = []
    if not _is_mail(opened, raw):
        return ReadMail(Outcome.QUARANTINED, problem=NO_MAIL)
    notice = notice_in(opened.text) if is_from_amazon(opened) else {}
    if notice:
        bounces, complained = tuple(bounces_of(notice)), complained_of(notice)
        returned = {"message-id": id_in(notice)}
        outcome = Outcome.BOUNCE if bounces else Outcome.COMPLAINT if complained else Outcome.MESSAGE
    elif is_complaint(opened):
        outcome, complained = Outcome.COMPLAINT, _complained(opened)
    else:
        bounces, returned, is_report = _bounces(opened, raw, written_to)
        if bounces or is_report:
            outcome = Outcome.BOUNCE
        elif is_answer(opened) or _is_good_news(opened):
            outcome = Outcome.AUTO_REPLY
    return ReadMail(
        outcome,
        sender=address_of(opened.header("From")),
        subject=opened.header("Subject"),
        message_id=opened.header("Message-ID").strip("<> "),
        addressees=tuple(_addressees(opened)),
        bounces=bounces,
        complained=tuple(complained),
        original=_original(opened, returned),
        is_by_machine=bool(notice) or outcome is Outcome.COMPLAINT or is_by_machine(opened),
    )


def _is_mail(opened: Opened, raw: bytes) -> bool:
    """With a header that every mail has, or at least words that a person can read."""
    if any(opened.head.get(name) is not None for name in _HEADERS):
        return True
    front = raw[:4_000]
    return sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in front) == 0 and bool(opened.text.strip())  # noqa: PLR2004


def _bounces(opened: Opened, raw: bytes, written_to: str) -> tuple[tuple[Bounce, ...], dict[str, str], bool]:
    """The addresses that failed, the headers of the mail given back, and whether it is a report though it names nobody."""
    text = opened.text if "@" in opened.text or not opened.html else f"{opened.text}\n{opened.html}"
    words, below = without_original(text)
    returned = opened.returned or below
    groups = reported_in(opened.status)
    if groups and all(group.has_arrived for group in groups):
        return (), returned, False
    looks = looks_returned(opened, words or text)
    if not groups and looks:
        groups = [group for group in reported_in(text) if group.recipient]
    failed = [group for group in groups if not group.has_arrived]
    told = _told(opened, words, returned, raw, written_to) if looks or failed else {}
    found = [bounce for group in failed if (bounce := _from_report(group, told, words)) is not None]
    if not found and not looks and may_be_returned(opened, words):
        # Only in a form of words that flufl.bounce knows: people write about deliveries that failed as well.
        known = _known_to_flufl(raw) or _those(written_to)
        told = {each.address: each.words for each in named_in(words, ours=(), known=known) if each.address in known}
        told = {**dict.fromkeys(known, ""), **told}
        looks = bool(known)
    if not found and looks:
        found = _from_words(told, words, opened)
    return tuple(_once(found)), returned, bool(found) or (looks and _is_sure(opened))


def _told(opened: Opened, words: str, returned: dict[str, str], raw: bytes, written_to: str) -> dict[str, str]:
    """The addresses that the text for people is about, and what it says of each."""
    known = _recipients_of(returned) or _those(written_to)
    ours = [*_addressees(opened), address_of(opened.header("From"))]
    told = {each.address: each.words for each in named_in(words, ours=ours, known=known)}
    failed = addresses_in(opened.header("X-Failed-Recipients"))
    if failed:
        by_small = {address.lower(): said for address, said in told.items()}
        return {address: by_small.get(address.lower(), words) for address in failed}
    return told or dict.fromkeys(_known_to_flufl(raw), "") or dict.fromkeys(known[:1], "")


def _those(address: str) -> list[str]:
    return [address] if address else []


def _from_report(group: Reported, told: dict[str, str], words: str) -> Bounce | None:
    recipient = group.recipient
    if not recipient and len(told) == 1:
        recipient = next(iter(told))
    if not recipient:
        return None
    said = next(
        (said for address, said in told.items() if address.lower() in {recipient.lower(), group.written_to.lower()}), ""
    )
    verdict = judge(group.words, status=group.status, action=group.action, around=said or words[:_AROUND])
    return Bounce(
        recipient,
        verdict.kind,
        verdict.status,
        verdict.reason,
        " ".join((group.words or said).split())[:_WORDS_KEPT],
        group.written_to,
        is_waiting="delay" in group.action,
    )


def _from_words(told: dict[str, str], words: str, opened: Opened) -> list[Bounce]:
    subject = opened.header("Subject")
    is_waiting = says_that_it_waits(words[:_OTHERS_READ]) or "delay" in subject.lower()
    around = f"{subject}\n{words}"[:_AROUND]
    found = []
    for address, said in told.items():
        verdict = judge(said, action="delayed" if is_waiting else "failed", around=around)
        shown = " ".join((said or around).split())[:_WORDS_KEPT]
        found.append(Bounce(address, verdict.kind, verdict.status, verdict.reason, shown, is_waiting=is_waiting))
    return found


def _once(bounces: list[Bounce]) -> list[Bounce]:
    """Each address once; a hard failure outweighs a soft one."""
    kept: dict[str, Bounce] = {}
    for bounce in bounces:
        known = kept.get(bounce.recipient.lower())
        if known is None or (known.kind is Kind.SOFT and bounce.kind is Kind.HARD):
            kept[bounce.recipient.lower()] = bounce
    return list(kept.values())


def _known_to_flufl(raw: bytes) -> list[str]:
    from email import message_from_bytes

    from flufl.bounce import all_failures

    # It writes what it stumbles over to its own log, and then raises it.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)
    try:
        temporary, permanent = all_failures(message_from_bytes(raw[:_OTHERS_READ]))
    except BROKEN:  # what it stumbles over it raises; then it knows nothing
        return []
    return sorted({each.decode("utf-8", "replace") for each in (*temporary, *permanent) if b"@" in each})


def _is_sure(opened: Opened) -> bool:
    return comes_from_a_daemon(opened) and (is_office(opened) or bool(opened.status or opened.returned))


def _is_good_news(opened: Opened) -> bool:
    """A report that a mail has arrived."""
    return bool(opened.status.strip())


def _addressees(opened: Opened) -> list[str]:
    return addresses_in(
        " ".join(opened.header(name) for name in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"))
    )


def _recipients_of(returned: dict[str, str]) -> list[str]:
    return addresses_in(" ".join(returned.get(name, "") for name in _TO))


def _complained(opened: Opened) -> list[str]:
    lines = opened.feedback.splitlines()
    said = [line for line in lines if line.lower().startswith(("original-rcpt-to:", "removal-recipient:"))]
    named = " ".join(
        (*said, opened.header("X-HmXmrOriginalRecipient"), opened.returned.get("x-hmxmroriginalrecipient", ""))
    )
    return addresses_in(named) or _recipients_of(opened.returned)


def _original(opened: Opened, returned: dict[str, str]) -> Original:
    """Ids in the order in which they are to be tried: of the mail given back first, then those that the report refers to."""
    places = (
        returned.get("message-id", ""),
        opened.header("In-Reply-To"),
        opened.header("References"),
        *(line for line in opened.text[:20_000].splitlines() if "message-id" in line.lower()),
    )
    ids = dict.fromkeys(found for place in places for found in _IDS.findall(place))
    given_back = tuple(_IDS.findall(places[0]))[:_MOST_IDS]
    return Original(tuple(ids)[:_MOST_IDS], given_back, tuple(_recipients_of(returned)))


def text_of(raw: bytes, longest: int = 20_000) -> str:
    """What a mail says to people, as plain text; empty for what cannot be read."""
    try:
        opened = open_mail(raw)
    except BROKEN:  # it stands there to be taken away as a file
        return ""
    return (opened.text.strip() or opened.html.strip())[:longest]
