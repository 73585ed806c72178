"""Why words were not taken, and what to do: said once for the page and for files."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import gap, pick, say, spoken
from tradewind.messaging.wording.checking import Fault, WrongWords
from tradewind.messaging.wording.linting import BadManners, rule_of
from tradewind.messaging.wording.writing import (
    AlreadyReviewed,
    NothingNew,
    NotQualified,
    SourceChanged,
    WrittenMeanwhile,
)

_FAULTS: Final[Mapping[Fault, str]] = {
    Fault.BRACES: gettext_noop(
        "Braces stand around the names of what is filled in, and for nothing else. Please write {{name}} as it stands beside it."
    ),
    Fault.UNKNOWN: gettext_noop(
        "Nothing is filled in for {what} here. Please use only the names that stand beside it."
    ),
    Fault.MISSING: gettext_noop("{what} is missing: without it the buyer would not read what it stands for."),
    Fault.LINES: gettext_noop("Please write one line, without line breaks and other control characters."),
    Fault.MARKUP: gettext_noop(
        "This looks like HTML or Markdown. Letters are laid out by themselves: please write plain words."
    ),
    Fault.LONG: gettext_noop("At most {what} characters, please."),
}
_MEANWHILE: Final = gettext_noop(
    "Somebody has written for this sentence meanwhile. Their words stand below; yours are kept in the field."
)
_SOURCE: Final = gettext_noop(
    "The English has changed meanwhile. Please look at what it says now; your words are kept in the field."
)
_SAME: Final = gettext_noop("So it reads already. Nothing was changed.")
_REVIEWED: Final = gettext_noop("Somebody else has reviewed it already.")
_NOT_QUALIFIED: Final = gettext_noop("No owner has said yet that you vouch for this language.")
_OTHERS: Final[Mapping[type[Exception], str]] = {
    WrittenMeanwhile: _MEANWHILE,
    SourceChanged: _SOURCE,
    NothingNew: _SAME,
    AlreadyReviewed: _REVIEWED,
    NotQualified: _NOT_QUALIFIED,
}
REFUSALS: Final[tuple[type[Exception], ...]] = (WrongWords, BadManners, *_OTHERS)


def words_of(refusal: Exception) -> str:
    """In the spoken language."""
    language = spoken()
    if isinstance(refusal, WrongWords):
        return say(language, _FAULTS[refusal.fault], what=refusal.what)
    if isinstance(refusal, BadManners):
        rule = rule_of(refusal.rule)
        found = say(language, "“{what}” may not stand in a letter.", what=refusal.what)
        return gap(language).join((found, pick(rule.reason, language), pick(rule.instead, language)))
    return say(language, _OTHERS[type(refusal)])
