"""What the words of a sentence must be, before any taste: its variables, one line, no markup, no longer than fits."""

import re
from enum import StrEnum
from string import Formatter
from typing import Final

from tradewind.messaging.ports import is_one_line
from tradewind.messaging.wording.finding import Sentence

LONGEST: Final = 1_000
# What is filled in comes on top, and a subject is cut by most mailboxes long before.
LONGEST_SUBJECT: Final = 120
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);|\]\(|\*\*|```")


class Fault(StrEnum):
    BRACES = "braces"
    UNKNOWN = "unknown"
    MISSING = "missing"
    LINES = "lines"
    MARKUP = "markup"
    LONG = "long"


class WrongWords(Exception):
    """These words cannot go out. `what` names the variables, or how many characters there may be."""

    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(f"{fault}: {what}")
        self.fault = fault
        self.what = what


def check_words(sentence: Sentence, words: str) -> None:
    """Raises WrongWords."""
    if not is_one_line(words):
        raise WrongWords(Fault.LINES)
    longest = LONGEST_SUBJECT if sentence.is_subject else LONGEST
    if len(words) > longest:
        raise WrongWords(Fault.LONG, str(longest))
    if _MARKUP.search(words):
        raise WrongWords(Fault.MARKUP)
    _check_variables(sentence.names, words)


def _check_variables(wanted: frozenset[str], words: str) -> None:
    try:
        parts = [(name, form, turn) for _, name, form, turn in Formatter().parse(words) if name is not None]
    except ValueError as problem:
        raise WrongWords(Fault.BRACES) from problem
    # {ref!r}, {ref:>99999999} and {ref.__class__} are none of ours.
    if "{{" in words or "}}" in words or any(form or turn for _, form, turn in parts):
        raise WrongWords(Fault.BRACES)
    found = {name for name, _, _ in parts}
    if unknown := found - wanted:
        raise WrongWords(Fault.UNKNOWN, _listed(unknown))
    if missing := wanted - found:
        raise WrongWords(Fault.MISSING, _listed(missing))


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
