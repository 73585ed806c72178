"""When buyers are written to about what can wait: an owner's page.

The defaults: in 9 to 20 o'clock of the buyer, as the peak hours of our documents suggest; two letters a day at the most, because the
third of a day is what people complain about.
"""

from datetime import time
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.lib.daytime import Hours


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
    ),
    check=_check,
    summary=_summary,
)


def hours() -> Hours:
    values = in_force(RULES)
    return Hours(time.fromisoformat(values["begin"]), time.fromisoformat(values["end"]))


def most_a_day() -> int:
    return int(in_force(RULES)["most"])
