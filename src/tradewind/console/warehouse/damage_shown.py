"""What the page of an order shows of goods that arrived damaged."""

from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say, spoken
from tradewind.shipping.damage import arrived_of
from tradewind.shipping.models import Damage

FORM: Final = "damage"
_CAUSES: Final[dict[str, str]] = {
    Damage.Cause.PACKING: gettext_noop("How it was packed"),
    Damage.Cause.CARRIER: gettext_noop("The carrier"),
    Damage.Cause.BEFORE: gettext_noop("It was so before it was packed"),
    Damage.Cause.UNKNOWN: gettext_noop("Not known"),
}


def damage_shown(order_id: int, state: str) -> dict[str, Any]:
    """Values for the page's template. Two statements."""
    return {"arrived": arrived_of(order_id, state), "damage_causes": cause_names()}


def cause_names() -> dict[str, str]:
    return {code: say(spoken(), name) for code, name in _CAUSES.items()}
