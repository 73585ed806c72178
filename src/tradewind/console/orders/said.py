"""Where the buyer read a promise, in words: each place with the day on which it was said there first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.console.labels import tag
from tradewind.core.words import listed, say, spoken
from tradewind.lib.clock import BEIJING
from tradewind.promises.models import Promise
from tradewind.promises.wording import day_words

_PLACES: Final = {"checkout": gettext_noop("Checkout"), "quotation": gettext_noop("Quotation")}
_LETTER: Final = "letter."


def said_words(promise: Promise) -> str:
    """Empty where nobody has said it anywhere."""
    places = list(_places(promise))
    return say(spoken(), "Said to the buyer: {places}", places=listed(spoken(), places)) if places else ""


def _places(promise: Promise) -> Iterator[str]:
    for each in promise.told:
        where = each["where"]
        known = _PLACES.get(where)
        name = say(spoken(), known) if known else tag("moment", where.removeprefix(_LETTER)).words
        day = datetime.fromisoformat(each["at"]).astimezone(ZoneInfo(BEIJING)).date()
        yield say(spoken(), "{place} ({day})", place=name, day=day_words(day, spoken()))
