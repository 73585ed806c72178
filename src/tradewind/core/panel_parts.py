"""One value of a panel: what it is called, what may stand there, and what is said of what may not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_noop

_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class WrongPart(ValueError):
    """A value that cannot be used; `words` is a message with its `values`, to be said in the reader's language."""

    def __init__(self, part: str, words: str, **values: object) -> None:
        super().__init__(f"{part}: {words.format(**values)}")
        self.part = part
        self.words = words
        self.values = values


class Kind(StrEnum):
    LINE = "line"
    NUMBER = "number"
    HOUR = "hour"
    LIST = "list"  # one a line


@dataclass(frozen=True, slots=True)
class Part:
    """One value. `label`, `hint` and the words of `choices` are messages to be said in the reader's language.

    A secret goes where other parts say: where one of those that it is `bound` to changes, it has to be typed anew, or whoever may
    change the server could have it sent to their own. `is_twice`: typed twice, because nobody could look it up again. `is_made`:
    nobody types it, the panel makes it when it is saved.
    """

    name: str
    label: str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    is_secret: bool = False
    longest: int = 200
    kind: Kind = Kind.LINE
    default: str = ""
    least: int = 0
    most: int = 0
    bound: frozenset[str] = frozenset()
    is_twice: bool = False
    is_made: bool = False
    # Parts of one group stand together under its name, behind a click.
    group: str = ""


def check_part(part: Part, value: str) -> None:
    """Raises WrongPart."""
    if part.choices and value not in part.choices:
        raise WrongPart(part.name, gettext_noop("Please choose one of those that are offered."))
    if part.kind is Kind.HOUR and not _HOUR.fullmatch(value):
        raise WrongPart(part.name, gettext_noop("Please write a time of day, as in 02:30."))
    if part.kind is Kind.NUMBER:
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(part.most))
        if not is_number or not part.least <= int(value) <= part.most:
            words = gettext_noop("Please write a whole number from {least} to {most}.")
            raise WrongPart(part.name, words, least=part.least, most=part.most)
