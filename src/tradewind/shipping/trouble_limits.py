"""How long is too long where nothing was learnt: as an owner says on a page.

The defaults: eBay tells sellers to refund after seven days without a movement (ebay.co.uk help 4116, read November 2026); operators
look at labels without a scan after a week and take thirty days of silence for a loss; offices keep parcels for seven to fourteen days.
"""

from dataclasses import fields
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.shipping.trouble_rules import Limits

_DAYS: Final = gettext_noop("days")


def _days(name: str, label: str, default: str, hint: str = _DAYS) -> Part:
    return Part(name, label, hint, kind=Kind.NUMBER, default=default, least=1, most=120, longest=3)


def _summary(values: Values) -> Step:
    return Step(gettext_noop("Looked at after {silence} days without a scan, taken for lost after {lost}."), values)


RULES: Final = Panel(
    key="trouble",
    title=gettext_noop("Trouble on the way"),
    purpose=gettext_noop("From when on a parcel is a case that somebody looks at."),
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
    ),
    summary=_summary,
)


def limits() -> Limits:
    values = in_force(RULES)
    return Limits(**{each.name: timedelta(days=int(values[each.name])) for each in fields(Limits)})


def leaving_limit() -> timedelta:
    return timedelta(hours=int(in_force(RULES)["leaving"]))
