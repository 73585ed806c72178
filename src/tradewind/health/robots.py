"""What the machine's owners read in a letter, told to the robots that want to hear of it: under the rules of each."""

from collections.abc import Sequence
from datetime import datetime

from tradewind.alerting.kinds import MACHINE
from tradewind.alerting.raising import Thing, raise_alert
from tradewind.core.words import LOCALES, colon
from tradewind.health.checks import Check
from tradewind.health.naming import told
from tradewind.lib.clock import format_moment


def tell_robots(checks: Sequence[Check], *, at: datetime) -> None:
    """In the caller's transaction: each as it is now, in every language that a receiver may read."""
    for check in checks:
        words = {language: _line(check, language) for language in LOCALES}
        key = f"machine:{check.key}:{format_moment(at)}"
        raise_alert(Thing(key, MACHINE, ("machine", 0), at, facts={"words": words}))


def _line(check: Check, language: str) -> str:
    said = told(check, language)
    return f"{said.title}{colon(language)}{said.words}"
