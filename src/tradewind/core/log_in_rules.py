"""What holds for logging in to the console: how many tries, how long a door stays shut, how long a session lives unused."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part
from tradewind.core.panels import Panel, Step, Values, in_force

# Minutes. Whoever may write down somebody's address can make them wait: not for a day.
LONGEST_WAIT: Final = 120
_PARTS: Final = (
    Part(
        "tries",
        gettext_noop("Wrong passwords in a row"),
        gettext_noop("for one address from one place, before it has to wait"),
        kind=Kind.NUMBER,
        default="10",
        least=3,
        most=50,
        longest=2,
    ),
    Part(
        "minutes",
        gettext_noop("Then it waits"),
        gettext_noop("minutes"),
        kind=Kind.NUMBER,
        default="15",
        least=1,
        most=LONGEST_WAIT,
        longest=3,
    ),
    Part(
        "hours",
        gettext_noop("Logged out by itself after"),
        gettext_noop("hours without a click"),
        kind=Kind.NUMBER,
        default="12",
        least=1,
        most=48,
        longest=2,
    ),
)


def _summary(values: Values) -> Step:
    words = gettext_noop("After {tries} wrong passwords {minutes} minutes of waiting; logged out after {hours} hours.")
    return Step(words, values)


RULES: Final = Panel(
    key="log-in",
    title=gettext_noop("Logging in"),
    purpose=gettext_noop("For everybody who works in this console. A new rule holds from the next log-in on."),
    parts=_PARTS,
    summary=_summary,
)


def failure_limit(_request: HttpRequest, _credentials: object) -> int:
    """As django-axes asks for it."""
    return int(in_force(RULES)["tries"])


def cool_off(_request: HttpRequest | None = None) -> timedelta:
    """As django-axes asks for it."""
    return timedelta(minutes=min(int(in_force(RULES)["minutes"]), LONGEST_WAIT))


def session_age() -> timedelta:
    """Without a request."""
    return timedelta(hours=int(in_force(RULES)["hours"]))
