"""Bounces that are written for people alone: which addresses they name, and what they say of each."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from tradewind.messaging.incoming.opening import addresses_in, headers_in

_MOST_LINES: Final = 8_000
_MOST_NAMED: Final = 2_000
_LONGEST_LINE: Final = 1_000
_WORDS: Final = 12
_LEADING: Final = 2
_ENOUGH: Final = 3  # headers in a row are the head of the mail given back
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}:(?: |\S|$)")
_TELLING: Final = re.compile(r"(received|message-id|subject|from|return-path):", re.IGNORECASE)
_SEPARATOR: Final = re.compile(
    r"^[\s>*#=_-]*(this is a copy of|(a |the )?copy of (the|your)|below (is|this line)|message headers? follow|(the )?(original|returned|unsent|undelivered|rejected|bounced|included|your) (e-?mail|message|mail|text|header)s?\b.{0,40}(follow|below|headers|attached|-{3,}|:\s*$)|-+ ?(original|returned|unsent|undelivered|rejected|bounced|forwarded|copy|start|begin|included|your|the body|original-)\b.{0,60}(message|mail|header|text|copy).{0,40})",
    re.IGNORECASE,
)
_LEADS: Final = re.compile(
    r"^[\s>*#=\"'(<\[-]*(?:rfc822;\s*)?(?:mailto:)?(?:\d+[.)] )?(?:[45]\d\d[ -](?:[45]\.\d+\.\d+ )?)?(?:(?:rcpt|mail) to:\s*)?<?$",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(recipients?( name| address)?|addressed to|error-for|intended recipient|(target|destination|e-?mail|mail|failed|invalid|bad|undeliverable|rejected)( mail| e-?mail)? ?address(es)?|addressee|user|to|for|rcpt to|delivered to|empfänger|an|destinataire|destinatario|para|à|получатель|кому|收件人|宛先|受信者|送信先|messages? to|mail to|deliver(ed)? (it |the mail |your message |the message |a message )?to)\s*[:：=]?\s*[\"'<(\[]*(smtp:|rfc822;\s*|mailto:)?<?$",
    re.IGNORECASE,
)
# What stands behind such a line is the list; what stands before it is about the mail as a whole.
_LIST: Final = re.compile(
    r"following (e-?mail )?(recipient|address|user|destination|person|people|mailbox)|recipients?.{0,20}(affected|were not|could not|did not)|(did not|not) reach|not (been )?delivered to|not be delivered to|failed (recipients|addresses)|failed to (the following|these) recipient|folgende.{0,20}(empfänger|adresse)|destinataires? suivants?|siguientes? destinatari|seguintes? destinat|seguent[ei] destinatari|следующ\w+ (получател|адрес)|以下.{0,12}(宛先|メールアドレス|收件人|邮箱|地址)",
    re.IGNORECASE,
)
_NO_RECIPIENT: Final = re.compile(
    r"message-?id|(generated|expanded|forwarded) from|contact|assistance|questions?\b|support|in case of|help\b|administrator|reply to|\bfrom\b\s*[:<]|sender|return-path|mailto|queue|reported by|envelope-from|authenticat|mail from|Kontakt|please (send|write|e-?mail)",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"(postmaster|mailer-?daemon|abuse|hostmaster|helpdesk|support|admin\w*|no-?reply|nobody|root)@", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class _Place:
    address: str
    line: int
    weight: int


def without_original(text: str) -> tuple[str, dict[str, str]]:
    """What the report itself says, and the headers of the mail that stands below it."""
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    for number, line in enumerate(lines):
        begins = number if _begins_headers(lines, number) else None
        if begins is None and _SEPARATOR.match(line):
            begins = next(
                (at for at in range(number + 1, min(number + 6, len(lines))) if _begins_headers(lines, at)), None
            )
        if begins is not None and number + begins > 0:
            return "\n".join(lines[:number]), headers_in("\n".join(lines[begins:]))
    return "\n".join(lines), {}


def named_in(text: str, *, ours: Collection[str], known: Collection[str]) -> list[Named]:
    """The addresses that a report says it is about. `ours` wrote or got it; `known` are the original's addressees."""
    lines = text.splitlines()
    places = list(_places(lines))
    own = {address.lower() for address in ours}
    others = [place for place in places if place.address.lower() not in own and not _OFFICE.match(place.address)]
    others = others or [place for place in places if place.address.lower() not in own] or places
    expected = {address.lower() for address in known}
    heaviest = max((place.weight for place in others), default=0)
    meant = [place for place in others if place.weight == heaviest]
    if heaviest < _LEADING and expected & {place.address.lower() for place in meant}:
        meant = [place for place in meant if place.address.lower() in expected]
    return _with_words(meant, lines)


def _places(lines: list[str]) -> Iterable[_Place]:
    is_list = False
    for number, line in enumerate(lines):
        if "@" in line:
            for address in addresses_in(line):
                weight = _weight(line, address)
                yield _Place(address, number, weight + 1 if is_list and weight == _LEADING else weight)
        is_list = is_list or _LIST.search(line) is not None


def _weight(line: str, address: str) -> int:
    """How surely an address in a line is the one that was not reached: 2 leads the line or has its label, 0 is somebody else."""
    before, _, _ = line.partition(address)
    if _LEADS.match(before):
        return _LEADING
    if _NO_RECIPIENT.search(line):
        return 0
    return _LEADING if _LABEL.search(before) else 1


def _with_words(places: list[_Place], lines: list[str]) -> list[Named]:
    first: dict[str, _Place] = {}
    for place in places:
        first.setdefault(place.address.lower(), place)
    starts = sorted({place.line for place in first.values()})
    found = []
    for place in list(first.values())[:_MOST_NAMED]:
        index = bisect_right(starts, place.line)
        following = starts[index] if index < len(starts) else len(lines)
        words = "\n".join(lines[place.line : min(following, place.line + _WORDS)])
        found.append(Named(place.address, words))
    return found


def _begins_headers(lines: list[str], at: int) -> bool:
    if not _HEADER.match(lines[at]):
        return False
    count, telling = 0, False
    for line in lines[at : at + 30]:
        if line[:1] in {" ", "\t"} and count:
            continue
        if not _HEADER.match(line):
            break
        count, telling = count + 1, telling or _TELLING.match(line) is not None
    return telling and (count >= _ENOUGH or lines[at].lower().startswith(("received:", "return-path:")))
