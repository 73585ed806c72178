"""How long is too long where nothing was learnt: as an owner says on a page.

The defaults: eBay tells sellers to refund after seven days without a movement (ebay.co.uk help 4116, read November 2026); operators
look at labels without a scan after a week and take thirty days of silence for a loss; offices keep parcels for seven to fourteen days.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.shipping.trouble_rules import Limits

_DAYS: Final = gettext_noop("days")
# What an apology may be worth; with more, a mistyped digit gives goods away.
MOST_PERCENT: Final = 50
LEAST_DAYS: Final = 7
MOST_DAYS: Final = 365
MONEY: Final = "money"
CODE: Final = "code"
_OFFERS: Final = {
    MONEY: gettext_noop("A part of the money back"),
    CODE: gettext_noop("A code for the next order"),
}


def _days(name: str, label: str, default: str, hint: str = _DAYS) -> Part:
    return Part(name, label, hint, kind=Kind.NUMBER, default=default, least=1, most=120, longest=3)


def _check(values: Values) -> None:
    """Raises WrongPart."""
    if int(values["code_percent"]) > int(values["code_most"]):
        raise WrongPart("code_percent", gettext_noop("It cannot take off more than such a code gives at most."))


def _summary(values: Values) -> Step:
    return Step(gettext_noop("Looked at after {silence} days without a scan, taken for lost after {lost}."), values)


RULES: Final = Panel(
    key="trouble",
    title=gettext_noop("Trouble on the way"),
    purpose=gettext_noop("From when on a parcel is a case that somebody looks at, and what its buyer is offered."),
    parts=(
        _days(
            "silence",
            gettext_noop("No scan for so long"),
            "7",
            gettext_noop("days; holds until enough parcels of the lane have arrived, then their own silences do"),
        ),
        _days("uncollected", gettext_noop("Stands ready, and its carrier has not collected it for"), "2"),
        _days(
            "unnumbered",
            gettext_noop("Handed over by a way that is tracked, and no number for"),
            "1",
            gettext_noop("days; asks for the number until the day on which the parcel was to arrive"),
        ),
        _days("unscanned", gettext_noop("Handed over, and no first scan for"), "5"),
        _days("pickup", gettext_noop("Ready to be collected for"), "4"),
        _days("lost", gettext_noop("Taken for lost after so long without a scan"), "30"),
        Part(
            "leaving",
            gettext_noop("Not packed so long before the day of dispatch ends"),
            gettext_noop("hours"),
            kind=Kind.NUMBER,
            default="8",
            least=1,
            most=48,
            longest=2,
        ),
        _days(
            "hears",
            gettext_noop("Where no new day is known, the buyer hears again within"),
            "7",
            gettext_noop("days; the letter names the day, and it is promised"),
        ),
        Part("offers", gettext_noop("What a letter about a long delay offers"), choices=_OFFERS, default=MONEY),
        Part(
            "code_percent",
            gettext_noop("What a code for the next order takes off"),
            gettext_noop("percent; whoever writes the letter may choose otherwise"),
            kind=Kind.NUMBER,
            default="10",
            least=1,
            most=MOST_PERCENT,
            longest=2,
        ),
        Part(
            "code_most",
            gettext_noop("A code for the next order gives at most"),
            gettext_noop("percent of its goods, or of what was paid for the order that the letter is about"),
            kind=Kind.NUMBER,
            default="20",
            least=1,
            most=MOST_PERCENT,
            longest=2,
        ),
        Part(
            "code_days",
            gettext_noop("Such a code holds for"),
            _DAYS,
            kind=Kind.NUMBER,
            default="90",
            least=LEAST_DAYS,
            most=MOST_DAYS,
            longest=3,
        ),
    ),
    check=_check,
    summary=_summary,
)


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """What a code for the next order gives unless somebody chooses otherwise, and the most that it may give."""

    percent: int
    most: int
    days: int


def code_limits() -> CodeLimits:
    values = in_force(RULES)
    return CodeLimits(int(values["code_percent"]), int(values["code_most"]), int(values["code_days"]))


def offers_code() -> bool:
    """Is it a code for the next order that a letter about a long delay offers, and not a part of the money?"""
    return in_force(RULES)["offers"] == CODE


def limits() -> Limits:
    values = in_force(RULES)
    return Limits(**{each.name: timedelta(days=int(values[each.name])) for each in fields(Limits)})


def hears_within() -> timedelta:
    """How long whoever was told no new day waits for the next letter."""
    return timedelta(days=int(in_force(RULES)["hears"]))


def leaving_limit() -> timedelta:
    return timedelta(hours=int(in_force(RULES)["leaving"]))
