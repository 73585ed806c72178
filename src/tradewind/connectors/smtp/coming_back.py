"""Where letters come back to and answers come in, on the page of the mail server: see messaging.coming_back."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Values
from tradewind.messaging.coming_back import LONGEST, Way, WrongPlace, address_to_try

_GROUP: Final = gettext_noop("Where bounces and answers come in")
COMING_BACK: Final = (
    Part(
        "comes_back",
        gettext_noop("An address of its own for each letter and each order"),
        gettext_noop(
            "A bounce is then known by its address, even if it quotes nothing, and a buyer's answer stands with its order. The"
            " mailbox must be handed to “tradewind mail receive”."
        ),
        choices={
            Way.OFF: gettext_noop("no: all of them share one"),
            Way.PLUS: gettext_noop("yes: my mailbox takes whatever stands after a plus sign"),
            Way.CATCH_ALL: gettext_noop("yes: a domain of its own takes every address"),
        },
        default=Way.OFF,
        group=_GROUP,
    ),
    Part(
        "comes_back_to",
        gettext_noop("That mailbox, or that domain"),
        gettext_noop(
            "as in hello@tingyu.example, which then gets hello+…@tingyu.example; or as in mail.tingyu.example"
        ),
        group=_GROUP,
    ),
)
_NO_MAILBOX: Final = gettext_noop(
    "Please write one address with at most {most} signs before the @, as in hello@tingyu.example."
)
_NO_DOMAIN: Final = gettext_noop("Please write a domain alone, as in mail.tingyu.example.")


def back_to(values: Values) -> str:
    """An address to try it with; empty where it is off. Raises WrongPart."""
    try:
        return address_to_try(values)
    except WrongPlace:
        words = _NO_MAILBOX if values.get("comes_back") == Way.PLUS else _NO_DOMAIN
        raise WrongPart("comes_back_to", words, most=LONGEST) from None
