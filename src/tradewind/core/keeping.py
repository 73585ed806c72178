"""How long things are kept that law or the shop decides on: each module says what it forgets, an owner says after how many days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core import panels
from tradewind.core.panel_parts import Kind, Part
from tradewind.core.panels import Panel, Step, Values

KEY: Final = "keeping"
Days = Callable[[], timedelta]
_parts: dict[str, Part] = {}


# Said here and not where they are forgotten: those modules speak to buyers as well.
_LABELS: Final = {
    "carts": (
        gettext_noop("Carts that nobody touches"),
        gettext_noop("days; the buyer's browser forgets them after 60"),
    ),
    "wishes": (
        gettext_noop("Wish lists that nobody looks at"),
        gettext_noop("days; the buyer's browser forgets them after 365"),
    ),
    "files": (
        gettext_noop("Files that were brought in, and their reports"),
        gettext_noop("days; what they did stays on record"),
    ),
    "notices": (gettext_noop("What webhooks were told, and their answers"), gettext_noop("days")),
}


def kept(name: str, *, usual: timedelta, between: tuple[int, int]) -> Days:
    """Have an owner choose, between so many days. What is returned gives what holds at the moment."""
    label, hint = _LABELS[name]
    least, most = between
    _parts[name] = Part(
        name, label, hint, kind=Kind.NUMBER, default=str(usual.days), least=least, most=most, longest=len(str(most))
    )
    return lambda: timedelta(days=int(panels.read(KEY).get(name, usual.days)))


FILES_KEPT: Final = timedelta(days=90)
FILES: Final = kept("files", usual=FILES_KEPT, between=(7, 365))


def declare_panel() -> None:
    """When all modules are there."""
    panels.declare(
        Panel(
            key=KEY,
            title=gettext_noop("How long things are kept"),
            purpose=gettext_noop("After so many days they are forgotten by themselves, within hours."),
            parts=tuple(_parts.values()),
            summary=_summary,
        )
    )


def _summary(values: Values) -> Step:
    return Step(gettext_noop("Carts {carts} days, files {files} days."), values)
