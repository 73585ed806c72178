"""What a failure amounts to: its status, and whether the address is lost or was only not reached this time."""

import re
from dataclasses import dataclass
from typing import Final

from tradewind.messaging.incoming.mail import Kind
from tradewind.messaging.incoming.reasons import REASONS, reason_of

_STATUS: Final = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?![\w]|\.\d)")
# "550 5.1.1", "550-5.7.26", "550-'5.7.1", "(#5.1.1)": the server's own answer, in which a gateway may wrap another.
_ANSWERED: Final = re.compile(r"(?:(?<!\d)[245]\d\d[ -]\s*['\"(#]{0,2}|#\s?)([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")
_REPLY: Final = re.compile(
    r"(?<![\w.\-:/])([45][0-5]\d)(?=[ \-]+(?!\d)\S|\s*$|[:;,)\]])|(?:code|error|status|smtp)\W{0,4}([45][0-5]\d)\b",
    re.IGNORECASE,
)
# A server that took the address and refuses the mail that follows filters: phones in Japan are set so by their owners.
_AFTER_DATA: Final = re.compile(
    r"in reply to (end of )?data|>>> ?data\s+<<< ?5|smtp command\s*\n\s*data\b|after data\b|end of data\b|\(data\b|\[data\]",
    re.IGNORECASE,
)
_LONGEST: Final = 6_000
_WAITING: Final = re.compile(
    r"will (keep|continue|be (re)?tr|try|re-?try)|still (being )?(try|attempt|retr)|not yet been delivered|has been delayed|delivery (is )?delayed|no action is required|warning message only|do not (need|have) to resend|wird weiter|継続|再送",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: Kind
    status: str
    reason: str


def judge(words: str, *, status: str = "", action: str = "", around: str = "") -> Verdict:
    """`words` are about this address, `around` what the report says besides, for where they explain nothing.

    `status` and `action` are the fields of RFC 3464, as written.
    """
    words, around = words[:_LONGEST], around[:_LONGEST]
    is_delayed = "delay" in action.lower()
    given = _best_status(words, status)
    reason = reason_of(words, given)
    if not reason or (not given and not reason_of(words, "")):
        given = given or _best_status(around, "")
        reason = reason_of(words, given, around)
    if reason == "unknown_user" and ".1." not in given and _AFTER_DATA.search(f"{words}\n{around}"):
        reason = "policy"
    found = REASONS.get(reason)
    final = _of_class(given, "4") if is_delayed and given else given
    if not final:
        final = _derived(f"{words}\n{around}", reason, is_delayed=is_delayed)
    is_lost = found is not None and found.kind is Kind.HARD and not is_delayed and final.startswith("5")
    return Verdict(Kind.HARD if is_lost else Kind.SOFT, final, reason)


def says_that_it_waits(text: str) -> bool:
    """Whether a report without fields is a warning: the server goes on trying."""
    return _WAITING.search(text) is not None


def _best_status(words: str, field: str) -> str:
    """The field's, unless it says nothing and the words have a telling one."""
    own = _STATUS.search(field)
    stated = own.group() if own and own.group(1) != "2" else ""
    if stated and not stated.endswith(".0.0"):
        return stated
    answered = [code for code in _ANSWERED.findall(words) if not code.startswith("2")]
    named = [match.group() for match in _STATUS.finditer(words) if match.group(1) != "2"]
    for code in (*answered, *named):
        if not code.endswith(".0.0"):
            return str(code)
    return stated or next(iter((*answered, *named)), "")


def _of_class(status: str, first: str) -> str:
    return first + status[1:]


def _derived(text: str, reason: str, *, is_delayed: bool) -> str:
    found = REASONS.get(reason)
    reply = _REPLY.search(text)
    code = next(filter(None, reply.groups()), "") if reply else ""
    is_temporary = is_delayed or code.startswith("4")
    if found is None:
        return "4.0.0" if is_temporary else "5.0.0"
    return found.temporary if is_temporary else found.permanent
