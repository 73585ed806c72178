"""The columns of the list: which there are, and which are shown to whom."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core import words

# In the order in which they stand. The order's number is always the first.
COLUMNS: Final[dict[str, str]] = {
    "placed": gettext_noop("Placed (Beijing)"),
    "buyer": gettext_noop("Buyer"),
    "country": gettext_noop("Country"),
    "city": gettext_noop("City"),
    "state": gettext_noop("State"),
    "items": gettext_noop("Items"),
    "total": gettext_noop("Total"),
    "paid": gettext_noop("Received"),
    "method": gettext_noop("Way to pay"),
    "delivery": gettext_noop("Delivery"),
    "account": gettext_noop("Shop account"),
}
DEFAULT: Final = ("placed", "buyer", "country", "state", "items", "total", "account")
NUMBERS: Final = frozenset({"items", "total", "paid"})


def known(columns: Iterable[str]) -> tuple[str, ...]:
    """Those that there are, in their order."""
    wanted = set(columns)
    return tuple(column for column in COLUMNS if column in wanted)


def head(column: str) -> str:
    return words.say(words.spoken(), COLUMNS[column])
