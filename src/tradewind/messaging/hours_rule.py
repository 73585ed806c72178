"""When buyers are written to about what can wait: an owner's page.

The defaults: from 9 to 20 o'clock of the buyer, when most are awake and at home or near; two letters a day, which is more than a parcel
brings on most days; after five days of silence, before most lanes call it trouble.
"""

from datetime import time, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.lib.daytime import Hours
from tradewind.messaging.on_the_way import LEAST_SILENCE


def _check(values: Values) -> None:
    """Raises WrongPart."""
    if values["begin"] >= values["end"]:
        raise WrongPart("end", gettext_noop("The hours have to end after they begin."))


def _summary(values: Values) -> Step:
    return Step(gettext_noop("From {begin} to {end} where the buyer lives, at most {most} a day."), values)


RULES: Final = Panel(
    key="letter_hours",
    title=gettext_noop("Hours of letters"),
    purpose=gettext_noop("When buyers hear of what can wait. What is urgent goes out at once."),
    parts=(
        Part("begin", gettext_noop("From"), gettext_noop("where the buyer lives"), kind=Kind.HOUR, default="09:00"),
        Part("end", gettext_noop("Until"), kind=Kind.HOUR, default="20:00"),
        Part(
            "most",
            gettext_noop("To one buyer at most"),
            gettext_noop("letters a day that are not urgent; more wait for the next day"),
            kind=Kind.NUMBER,
            default="2",
            least=1,
            most=20,
            longest=2,
        ),
        Part(
            "silence",
            gettext_noop("“Still on its way” after"),
            gettext_noop("days without a scan; once for each parcel"),
            kind=Kind.NUMBER,
            default="5",
            least=LEAST_SILENCE.days,
            most=30,
            longest=2,
        ),
    ),
    check=_check,
    summary=_summary,
)


def hours() -> Hours:
    values = in_force(RULES)
    return Hours(time.fromisoformat(values["begin"]), time.fromisoformat(values["end"]))


def silence() -> timedelta:
    """After so long without a scan a buyer hears that the parcel is still on its way."""
    return timedelta(days=int(in_force(RULES)["silence"]))


def most_a_day() -> int:
    return int(in_force(RULES)["most"])
