"""What holds for programs that have no limit of their own."""

from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part
from tradewind.core.panels import Panel, Step, Values, in_force


def _from_environment() -> Values:
    given = settings.API_PER_MINUTE
    return {} if given is None else {"per_minute": str(given)}


def _summary(values: Values) -> Step:
    return Step(gettext_noop("{per_minute} requests a minute for each key."), values)


RULES: Final = Panel(
    key="programs",
    title=gettext_noop("Programs"),
    purpose=gettext_noop("For programs that ask the shop over its API."),
    parts=(
        Part(
            "per_minute",
            gettext_noop("Requests a minute"),
            gettext_noop("for each key that has no limit of its own"),
            kind=Kind.NUMBER,
            default="600",
            least=10,
            most=60_000,
            longest=5,
        ),
    ),
    environment=_from_environment,
    summary=_summary,
)


def usual_limit() -> int:
    return int(in_force(RULES)["per_minute"])
