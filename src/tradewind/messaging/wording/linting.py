"""What letters must not say whatever the taste: pleas for good reviews, gifts for them, ways around the channel, stiff salutations.

The words are data (`manners.toml`), each rule with its reason and with what to do instead.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).with_name("manners.toml")
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class BadManners(Exception):
    """These words may not go out. `rule` names why, `what` is what was found."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(f"{rule}: {what}")
        self.rule = rule
        self.what = what


@dataclass(frozen=True, slots=True)
class Rule:
    """It is broken where something of each list stands in the words. Patterns of all languages are tried on every text: a French
    letter that asks for "5 stars" asks for them. `reason` and `instead` are in the languages of the console.
    """

    name: str
    reason: Mapping[str, str]
    instead: Mapping[str, str]
    lists: tuple[re.Pattern[str], ...]

    def found_in(self, text: str) -> str:
        """The offending words, or nothing."""
        found = [pattern.search(text) for pattern in self.lists]
        return " … ".join(match[0] for match in found if match) if all(found) else ""

    def is_begun_in(self, text: str) -> bool:
        """Something of some of its lists stands there, so that another sentence may hold the rest."""
        found = [bool(pattern.search(text)) for pattern in self.lists]
        return any(found) and not all(found)


def check_manners(words: str) -> None:
    """Raises BadManners with the first rule that is broken."""
    text = plain(words)
    for rule in rules():
        if what := rule.found_in(text):
            raise BadManners(rule.name, what)


def check_company(words: str, others: Iterable[str]) -> None:
    """What is not said in one sentence may not be said in two of the same letter: a gift here, a review there. Raises BadManners."""
    text = plain(words)
    begun = [rule for rule in rules() if rule.is_begun_in(text)]
    for other in others if begun else ():
        for rule in begun:
            if what := rule.found_in(f"{text} {plain(other)}"):
                raise BadManners(rule.name, what)


def plain(words: str) -> str:
    """As it is read: wide signs narrow, no signs that nobody sees, no capitals, one space."""
    text = _HIDDEN.sub("", unicodedata.normalize("NFKC", words)).casefold()
    return " ".join(text.split())


@cache
def rules() -> tuple[Rule, ...]:
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    shared: Mapping[str, Mapping[str, Sequence[str]]] = data["words"]
    return tuple(_rule(each, shared) for each in data["rule"])


def rule_of(name: str) -> Rule:
    return next(rule for rule in rules() if rule.name == name)


def _rule(each: Mapping[str, Any], shared: Mapping[str, Mapping[str, Sequence[str]]]) -> Rule:
    lists = tuple(_pattern(shared[name]) for name in each["all"])
    return Rule(each["name"], each["reason"], each["instead"], lists)


def _pattern(by_language: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    every = [pattern for patterns in by_language.values() for pattern in patterns]
    return re.compile("|".join(f"(?:{pattern})" for pattern in every))
